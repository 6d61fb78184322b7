"""The folder of exports that a report is made of: which files there are, and what each of them says."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import TypeVar

from paved.errors import BadInput
from paved.operations.alert_quality import read_answers
from paved.operations.csv_rows import read_table
from paved.operations.deployments import StackUpdate, read_history
from paved.operations.exports import BY_NAME
from paved.operations.goodput import PoolKey
from paved.operations.gpu_prices import read_billed_prices, read_stated_prices
from paved.operations.incidents import (
    FiringAlert,
    Incident,
    firings,
    incidents,
    read_alertmanager,
    read_pagerduty,
)
from paved.operations.initiatives import Initiative, read_initiatives
from paved.operations.models import ListedModel, ModelRelease, read_models, read_releases
from paved.operations.organisation import OrganisationFacts
from paved.operations.period import STEP_SECONDS, Period
from paved.operations.range_export import ExportedSeries, read_export
from paved.operations.summary import EarlierMonth, read_earlier
from paved.operations.toil import ManualWork, read_toil
from stacks.reading.problems import shown

ALERTMANAGER = "alertmanager.json"
EARLIER = re.compile(r"operations-(20[0-9]{2}-(?:0[1-9]|1[0-2]))\.json")
KEPT = (
    "exports.sh",
    "objectives.csv",
    "README",
    "README.md",
    "report.html",
    "showback.csv",
    "utilisation.csv",
)
"""Files beside the exports that say nothing to the report."""


@dataclass(kw_only=True)
class OperationsSources:
    """Everything that the folder says. What is absent is None, or not in the mapping: nobody told of it."""

    organisation: OrganisationFacts
    period: Period
    histories: dict[str, tuple[StackUpdate, ...]] = field(default_factory=dict)
    exports: dict[str, dict[str, Sequence[ExportedSeries]]] = field(default_factory=dict)
    alertmanager: dict[str, list[FiringAlert]] = field(default_factory=dict)
    pagerduty: tuple[Incident, ...] | None = None
    answers: Mapping[str, datetime] | None = None
    releases: dict[str, tuple[ModelRelease, ...]] = field(default_factory=dict)
    models: tuple[ListedModel, ...] | None = None
    toil: tuple[ManualWork, ...] | None = None
    initiatives: tuple[Initiative, ...] | None = None
    checkpoints: Mapping[str, int] = field(default_factory=dict)
    stated_prices: Mapping[PoolKey, Decimal] = field(default_factory=dict)
    billed_prices: Mapping[PoolKey, Decimal] = field(default_factory=dict)
    earlier: tuple[EarlierMonth, ...] = ()
    files: tuple[str, ...] = ()

    def seen(self, platform: str) -> tuple[int, int]:
        """The steps of the month in which a platform's Prometheus evaluated its rules, and the last of them."""
        steps: set[int] = set()
        for series in self.exports.get(platform, {}).get("watchdog", ()):
            steps |= series.values.keys()
        return len(steps), max(steps, default=0)

    def incidents_of(self, platform: str) -> tuple[Incident, ...] | None:
        """The incidents of a platform by its alerts; None where nothing tells of them."""
        if platform in self.alertmanager:
            return incidents(self.alertmanager[platform], self.organisation, platform)
        exported = self.exports.get(platform, {})
        _, last = self.seen(platform)
        # Without the watchdog, no alert may mean that nobody looked.
        if "alerts" not in exported or not last:
            return None
        return incidents(firings(exported["alerts"], self.period, last), self.organisation, platform)


def read_sources(folder: Path, organisation: OrganisationFacts, period: Period) -> OperationsSources:
    """Read every file of a folder. Raises BadInput with the first mistake of each file, all files at once."""
    sources = OperationsSources(organisation=organisation, period=period)
    problems: list[str] = []
    hints: list[str] = []
    readers = readers_of(folder, sources)
    for path in _files(folder):
        name = path.relative_to(folder).as_posix()
        reader = readers.get(name)
        try:
            if reader is None:
                raise _unknown(name, readers)
            reader(path)
        except BadInput as error:
            problems.append(str(error))
            hints += [error.hint] if error.hint else []
    if problems:
        raise BadInput("\n".join(problems), hint=hints[0] if hints else None)
    sources.files = tuple(path.relative_to(folder).as_posix() for path in _files(folder))
    return sources


def _files(folder: Path) -> list[Path]:
    """The files of the folder, and of those in it that are not hidden."""
    if not folder.is_dir():
        raise BadInput(
            f"`{folder}` is not a folder of exports",
            hint="`paved report --month YYYY-MM --operations queries` prints the script that fills one",
        )
    paths = _seen(folder)
    for each in [path for path in paths if path.is_dir()]:
        paths += _seen(each)
    return sorted(path for path in paths if path.is_file() and path.name not in KEPT)


def _seen(folder: Path) -> list[Path]:
    """The entries of a folder that are not hidden. A glob would take one that may not be read for an empty one."""
    try:
        return [path for path in folder.iterdir() if not path.name.startswith(".")]
    except OSError as error:
        raise BadInput(f"`{folder}` cannot be read: {error.strerror}") from error


Readers = dict[str, Callable[[Path], None]]
Read = TypeVar("Read")


def readers_of(folder: Path, sources: OperationsSources) -> Readers:
    """The reader of each file that may be in the folder, by its path there."""
    organisation = sources.organisation
    readers: Readers = {}

    def keep(attribute: str, read: Callable[[Path], object]) -> Callable[[Path], None]:
        return lambda path: setattr(sources, attribute, read(path))

    readers["models.csv"] = keep("models", lambda path: read_models(path, organisation))
    readers["toil.csv"] = keep("toil", lambda path: read_toil(path, organisation))
    readers["initiatives.yaml"] = keep("initiatives", lambda path: read_initiatives(path, organisation))
    readers["pagerduty.json"] = keep("pagerduty", lambda path: read_pagerduty(path, organisation))
    readers["pagerduty-log.json"] = keep("answers", read_answers)
    readers["checkpoints.csv"] = keep("checkpoints", lambda path: _checkpoints(path, organisation))
    readers["gpu_prices.csv"] = keep("stated_prices", lambda path: read_stated_prices(path, organisation))
    readers["report.json"] = keep(
        "billed_prices", lambda path: read_billed_prices(path, sources.period.month)
    )
    for stack in organisation.stacks:
        readers[f"history-{stack}.json"] = _into(sources.histories, stack, read_history)
        readers[f"models-{stack}.json"] = _into(sources.releases, stack, read_releases)
    for platform in organisation.platforms:
        readers[f"{platform}/{ALERTMANAGER}"] = _into(
            sources.alertmanager, platform, lambda path, _: read_alertmanager(path)
        )
        for name in BY_NAME:
            readers[f"{platform}/{name}.json"] = _export(sources, platform, name)
    for path in folder.glob("operations-*.json"):
        if EARLIER.fullmatch(path.name):
            readers[path.name] = _earlier(sources)
    return readers


def _into(found: dict[str, Read], name: str, read: Callable[[Path, str], Read]) -> Callable[[Path], None]:
    def keep(path: Path) -> None:
        found[name] = read(path, name)

    return keep


def _export(sources: OperationsSources, platform: str, name: str) -> Callable[[Path], None]:
    def keep(path: Path) -> None:
        series = read_export(path, BY_NAME[name], sources.period)
        sources.exports.setdefault(platform, {})[name] = series

    return keep


def _earlier(sources: OperationsSources) -> Callable[[Path], None]:
    def keep(path: Path) -> None:
        sources.earlier = (*sources.earlier, read_earlier(path))

    return keep


def _unknown(name: str, readers: Iterable[str]) -> BadInput:
    near = get_close_matches(name, readers, n=1)
    guess = f"; did you mean `{near[0]}`?" if near else ""
    return BadInput(
        f"`{shown(name, limit=80)}` is no file of a folder of exports{guess}",
        hint="docs/guides/operations.md lists the files; a hidden file, whose name begins with a dot, is not read",
    )


def _checkpoints(path: Path, organisation: OrganisationFacts) -> dict[str, int]:
    """The most steps between two checkpoints of each stack's jobs."""
    found: dict[str, int] = {}
    for row in read_table(path, ("stack", "minutes")):
        stack = row.text("stack")
        if organisation.team_stack(stack) is None or stack in found:
            raise BadInput(
                f"{row.where}: `stack` must be a team's stack, once, got `{shown(stack, limit=40)}`"
            )
        minutes = row.number("minutes", most=60 * 24 * 31)
        found[stack] = int(-(-minutes * 60 // STEP_SECONDS))
    return found
