"""One page of the report: its top and its sections, for every rendering."""

from collections.abc import Iterator
from dataclasses import dataclass

from paved.operations.alert_section import alerts_section
from paved.operations.delivery_sections import (
    deployments_section,
    incidents_section,
    toil_section,
)
from paved.operations.fleet_sections import gpus_section, initiatives_section, models_section
from paved.operations.headline import caveats, lead, tiles, title
from paved.operations.objectives_section import objectives_section
from paved.operations.page_parts import PageSection, Tile, listed, share
from paved.operations.report import OperationsReport, ScopeReport
from paved.operations.trend_section import trend_section


@dataclass(frozen=True, kw_only=True)
class Page:
    """The page of one scope."""

    name: str
    title: str
    lead: str
    caveats: tuple[str, ...]
    tiles: tuple[Tile, ...]
    sections: tuple[PageSection, ...]
    sources: tuple[str, ...]


def page_of(scope: ScopeReport, report: OperationsReport) -> Page:
    """The page of a scope."""
    return Page(
        name=scope.scope,
        title=title(scope, report),
        lead=lead(scope),
        caveats=tuple(caveats(report)),
        tiles=tiles(scope),
        sections=(
            deployments_section(scope),
            incidents_section(scope, report),
            alerts_section(scope),
            objectives_section(scope),
            gpus_section(scope, report),
            models_section(scope),
            toil_section(scope),
            initiatives_section(scope),
            trend_section(scope),
        ),
        sources=tuple(_sources(report)),
    )


def _sources(report: OperationsReport) -> Iterator[str]:
    """The sources of the figures, and how much of the month each tells of."""
    files = len(report.files)
    yield f"{files} file{'' if files == 1 else 's'} of exports" + (
        ", and the Git repository of the stack files." if report.has_git else "; no Git repository."
    )
    seen = [f"{name} {share(part)}" for name, part in report.seen.items() if part is not None]
    if seen:
        yield f"Share of the month in which Prometheus evaluated its rules: {listed(seen)}."
    unseen = [name for name, part in report.seen.items() if part is None]
    if unseen:
        yield f"No `watchdog.json` of {listed(unseen)}: its incidents and GPUs are no data unless another file tells."
