"""The operations report of a month: the platform as a whole and each team, every figure from a stated source."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from paved.billing.month import Month
from paved.operations.alert_quality import AlertQuality
from paved.operations.figures import (
    GpuRow,
    IncidentFigures,
    StackDeployments,
)
from paved.operations.goodput import Goodput, GpuUse
from paved.operations.gpu_prices import GpuPrices
from paved.operations.initiatives import Initiative
from paved.operations.models import ListedModel, ModelRelease
from paved.operations.objectives import Attainment
from paved.operations.organisation import WHOLE
from paved.operations.period import Period
from paved.operations.summary import Summary
from paved.operations.toil import ManualWork


@dataclass(frozen=True, kw_only=True)
class TrendMonth:
    """A month of the trend; `summary` is None where no report of it is in the folder."""

    month: Month
    summary: Summary | None


@dataclass(frozen=True, kw_only=True)
class ScopeFigures:
    """The figures of one scope by source. One is None where its source is absent."""

    stacks: tuple[StackDeployments, ...] | None
    incidents: IncidentFigures | None
    objectives: tuple[Attainment, ...] | None
    models: tuple[ListedModel, ...] | None
    releases: tuple[ModelRelease, ...] | None
    toil: tuple[ManualWork, ...] | None
    gpus: tuple[GpuRow, ...] | None
    evictions: Mapping[str, int] | None
    initiatives: tuple[Initiative, ...] | None
    alert_quality: tuple[AlertQuality, ...] | None = None

    @property
    def production(self) -> tuple[StackDeployments, ...]:
        """The stacks that count in the figures of DORA."""
        return tuple(each for each in self.stacks or () if each.is_production)

    @property
    def gpu_total(self) -> GpuUse:
        """The use of all GPUs of the scope."""
        return sum((row.use for row in self.gpus or ()), GpuUse())


@dataclass(frozen=True, kw_only=True)
class ScopeReport:
    """The report of one scope: its month, the twelve up to it, and the year, of which `year_months` are told."""

    scope: str
    figures: ScopeFigures
    summary: Summary
    trend: tuple[TrendMonth, ...]
    year: Summary
    year_months: int

    @property
    def is_platform(self) -> bool:
        """Whether it is of the whole organisation."""
        return self.scope == WHOLE


@dataclass(frozen=True, kw_only=True)
class OperationsReport:
    """The report of a month. `seen` is the share of the month that each platform's Prometheus saw."""

    period: Period
    platform: ScopeReport
    teams: tuple[ScopeReport, ...]
    goodput: Goodput | None
    prices: GpuPrices
    seen: Mapping[str, float | None]
    incident_source: str
    files: tuple[str, ...]
    has_git: bool
    as_of: date

    @property
    def scopes(self) -> tuple[ScopeReport, ...]:
        """The platform, then the teams."""
        return (self.platform, *self.teams)
