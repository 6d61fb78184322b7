"""The figures of a month that a trend is made of: kept as data of the report, and read back from earlier ones."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from statistics import median
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from paved.billing.month import WRITTEN, Month
from paved.errors import BadInput
from paved.files import read_json
from paved.operations.goodput import USES
from paved.operations.organisation import WHOLE
from stacks.reading.problems import shown

SCHEMA_VERSION = "1"
MONTHS = 12

Count = Annotated[int, Field(ge=0)]
Seconds = tuple[Count, ...]


class Summary(BaseModel):
    """The figures of one month, or of several together. None is what nobody told of. `days` are those of deployments.
    `endpoints` are those whose availability was judged: an earlier report judged no other objective.

    Times are kept one by one: a median of months is no mean of their medians.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    days: Count
    deployments: Count | None = None
    failed_deployments: Count | None = None
    lead_time_seconds: Seconds | None = None
    incidents: Count | None = None
    restore_seconds: Seconds | None = None
    endpoints: Count | None = None
    endpoints_met: Count | None = None
    objectives: Count | None = None
    objectives_met: Count | None = None
    objectives_unmeasured: Count | None = None
    models: Count | None = None
    models_on_road: Count | None = None
    releases: Count | None = None
    interventions: Count | None = None
    toil_minutes: Count | None = None
    gpu_seconds: dict[str, Count] | None = None
    gpu_cents: Count | None = None

    @property
    def deployments_a_week(self) -> float | None:
        """Deployments in seven days."""
        return None if self.deployments is None else 7 * self.deployments / self.days

    @property
    def failure_rate(self) -> float | None:
        """The share of deployments that failed."""
        return ratio(self.failed_deployments, self.deployments)

    @property
    def lead_time(self) -> float | None:
        """The median in seconds."""
        return middle(self.lead_time_seconds)

    @property
    def restore_time(self) -> float | None:
        """The median in seconds."""
        return middle(self.restore_seconds)

    @property
    def met_share(self) -> float | None:
        """The share of objectives that were met, of those that were judged."""
        return ratio(*self.judged)

    @property
    def judged(self) -> tuple[int | None, int | None]:
        """The objectives that were met, and all that were judged: of availability alone, where no other was."""
        if self.objectives is None:
            return self.endpoints_met, self.endpoints
        return self.objectives_met, self.objectives

    @property
    def road_share(self) -> float | None:
        """The share of models on the paved road."""
        return ratio(self.models_on_road, self.models)

    @property
    def gpu_hours(self) -> float | None:
        """GPU-hours of all nodes."""
        return sum(self.gpu_seconds.values()) / 3600 if self.gpu_seconds is not None else None

    @property
    def useful_share(self) -> float | None:
        """The share of GPU-hours that were useful."""
        if not self.gpu_seconds:
            return None
        return ratio(self.gpu_seconds.get("useful", 0), sum(self.gpu_seconds.values()))

    @property
    def useful_hour_cents(self) -> float | None:
        """The price of a useful GPU-hour."""
        useful = (self.gpu_seconds or {}).get("useful", 0)
        return None if self.gpu_cents is None or not useful else self.gpu_cents * 3600 / useful


@dataclass(frozen=True, kw_only=True)
class EarlierMonth:
    """The figures of an earlier report by scope: the platform, and each team."""

    month: Month
    scopes: dict[str, Summary]


def read_earlier(path: Path) -> EarlierMonth:
    """Read a report's data of an earlier month. Raises BadInput where it is none, or of another version."""
    data = read_json(path)
    version = data.get("schema_version") if isinstance(data, dict) else None
    if version != SCHEMA_VERSION or not isinstance(data, dict):
        raise BadInput(
            f"`{path}` must be the data of an operations report of version {SCHEMA_VERSION},"
            f" got version `{shown(str(version), limit=40)}`"
        )
    month = data.get("month")
    if not isinstance(month, str) or not WRITTEN.fullmatch(month) or month not in path.name:
        raise BadInput(f"`{path}` must be of the month in its name, got `{shown(str(month), limit=40)}`")
    scopes = {WHOLE: data.get("platform"), **(data.get("teams") or {})}
    return EarlierMonth(
        month=Month.read(month), scopes={name: _summary(path, name, each) for name, each in scopes.items()}
    )


def _summary(path: Path, name: str, scope: Any) -> Summary:
    where = "platform" if name == WHOLE else f"teams.{shown(name, limit=40)}"
    given = scope.get("summary") if isinstance(scope, dict) else None
    try:
        read = Summary.model_validate(_tuples(given))
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"]))
        raise BadInput(
            f"`{path}`: `{where}.summary.{shown(key, limit=60)}` is not of an operations report:"
            f" {first['msg'].lower()}"
        ) from None
    if read.gpu_seconds is not None and set(read.gpu_seconds) != set(USES):
        raise BadInput(f"`{path}`: `gpu_seconds` must have {', '.join(USES)}")
    return read


def _tuples(given: Any) -> Any:
    """Lists as tuples: a strict model takes no list for one."""
    if not isinstance(given, dict):
        return given
    return {key: tuple(value) if isinstance(value, list) else value for key, value in given.items()}


def together(months: Sequence[Summary]) -> Summary:
    """Several months as one, the latest last. A figure is of the months that have it; models are those of the last."""
    figures: dict[str, Any] = {}
    combine: dict[tuple[str, ...], Callable[[list[Any]], Any]] = {ADDED: _sum, TIMES: _joined, LAST: _last}
    for names, of_months in combine.items():
        for name in names:
            figures[name] = of_months([getattr(each, name) for each in months])
    figures["objectives_met"], figures["objectives"] = (
        _sum(parts) for parts in zip(*(each.judged for each in months), strict=True)
    )
    return Summary(
        days=sum(each.days for each in months if each.deployments is not None),
        gpu_seconds=_gpu_seconds([each.gpu_seconds for each in months if each.gpu_seconds is not None]),
        gpu_cents=_gpu_cents(months),
        **figures,
    )


ADDED = (
    "deployments",
    "failed_deployments",
    "incidents",
    "endpoints",
    "endpoints_met",
    "releases",
    "interventions",
    "toil_minutes",
)
TIMES = ("lead_time_seconds", "restore_seconds")
LAST = ("models", "models_on_road", "objectives_unmeasured")


def _sum(values: Sequence[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _joined(values: Sequence[Seconds | None]) -> Seconds | None:
    known = [value for value in values if value is not None]
    return tuple(sorted(chain.from_iterable(known))) if known else None


def _last(values: Sequence[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return known[-1] if known else None


def _gpu_seconds(months: Sequence[dict[str, int]]) -> dict[str, int] | None:
    if not months:
        return None
    sums = dict.fromkeys(USES, 0)
    for month in months:
        for use in USES:
            sums[use] += month[use]
    return sums


def _gpu_cents(months: Iterable[Summary]) -> int | None:
    """The cost of the GPUs; None where that of a month is not known, whose GPUs would seem to be free."""
    known = [each.gpu_cents for each in months if each.gpu_seconds is not None]
    return None if None in known or not known else sum(each for each in known if each)


def ratio(part: int | None, whole: int | None) -> float | None:
    """A share; None where one of the two is not known, or there is nothing to have a share of."""
    return None if part is None or not whole else part / whole


def middle(seconds: Sequence[int] | None) -> float | None:
    """The median; None of nothing."""
    return median(seconds) if seconds else None


def ninetieth(seconds: Sequence[int] | None) -> int | None:
    """The time that nine in ten keep within: the nearest rank, so that it is one of them."""
    return sorted(seconds)[math.ceil(len(seconds) * 0.9) - 1] if seconds else None
