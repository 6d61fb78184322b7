"""Building of the report: each source read once, and cut by scope."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import chain
from typing import Any

from paved.operations.alert_quality import AlertQuality, alert_quality
from paved.operations.commits import CommitLog
from paved.operations.exports import OF_OBJECTIVES
from paved.operations.figures import (
    GpuRow,
    IncidentFigures,
    StackDeployments,
    all_lead_times,
    eviction_reasons,
    gpu_rows,
    incident_figures,
    restore_times,
    stack_deployments,
)
from paved.operations.goodput import Goodput, PoolKey
from paved.operations.gpu_exports import pool_of, read_goodput
from paved.operations.gpu_prices import GpuPrices
from paved.operations.incidents import Incident
from paved.operations.initiatives import Initiative
from paved.operations.models import ListedModel, ModelRelease, on_the_road
from paved.operations.objectives import Attainment, attainments
from paved.operations.organisation import WHOLE
from paved.operations.period import STEP_SECONDS, Period
from paved.operations.report import OperationsReport, ScopeFigures, ScopeReport, TrendMonth
from paved.operations.sources import OperationsSources
from paved.operations.summary import MONTHS, Summary, together
from paved.operations.toil import ManualWork
from pricing.money import CENT


def operations_report(
    sources: OperationsSources, log: CommitLog | None, prices: GpuPrices
) -> OperationsReport:
    """The report of what a folder of exports says."""
    builder = _ScopeBuilder(sources, log, prices)
    return OperationsReport(
        period=sources.period,
        platform=builder.scope(WHOLE),
        teams=tuple(builder.scope(team) for team in sources.organisation.teams),
        goodput=builder.goodput,
        prices=builder.prices,
        seen={name: _seen(sources, name) for name in sources.organisation.platforms},
        incident_source=_incident_source(sources),
        files=sources.files,
        has_git=log is not None,
        as_of=sources.period.as_of,
    )


def _seen(sources: OperationsSources, platform: str) -> float | None:
    """The share of the month's steps in which a platform's rules were evaluated; None where nothing tells."""
    if "watchdog" not in sources.exports.get(platform, {}):
        return None
    return sources.seen(platform)[0] / sources.period.steps


def _incident_source(sources: OperationsSources) -> str:
    if sources.pagerduty is not None:
        return "PagerDuty"
    return "Alertmanager" if sources.alertmanager else "Prometheus"


def pools_with_gpus(sources: OperationsSources) -> set[PoolKey]:
    """The pools that had a node, whose price a report needs."""
    nodes = chain.from_iterable(exports.get("gpu_nodes", ()) for exports in sources.exports.values())
    return {pool_of(node) for node in nodes if node.values}


class _ScopeBuilder:
    """Reads each figure once, and cuts it by scope."""

    def __init__(self, sources: OperationsSources, log: CommitLog | None, prices: GpuPrices):
        self._sources, self._organisation, self._period = sources, sources.organisation, sources.period
        self._incidents = _incidents(sources)
        self.goodput_by_platform = _goodputs(sources)
        self.goodput = _merged(self.goodput_by_platform.values())
        self.prices = prices
        found = list(chain.from_iterable(self._incidents.values()))
        self._stacks = {
            name: stack_deployments(self._organisation.stacks[name], updates, found, log, self._period)
            for name, updates in sources.histories.items()
        }
        self._objectives = attainments(sources.exports.values(), self._organisation, self._period.steps)

    def scope(self, scope: str) -> ScopeReport:
        """The report of one scope."""
        figures = ScopeFigures(
            stacks=self._stacks_of(scope),
            incidents=self._incidents_of(scope),
            objectives=self._objectives_of(scope),
            models=self._models_of(scope),
            releases=self._releases_of(scope),
            toil=self._toil_of(scope),
            gpus=self._gpus_of(scope),
            evictions=self._evictions_of(scope),
            initiatives=self._initiatives_of(scope),
            alert_quality=self._alert_quality_of(scope),
        )
        summary = summary_of(figures, self._period)
        trend = self._trend(scope, summary)
        told = [each.summary for each in trend if each.summary and each.month.first.year == self._year]
        return ScopeReport(
            scope=scope,
            figures=figures,
            summary=summary,
            trend=trend,
            year=together(told),
            year_months=len(told),
        )

    @property
    def _year(self) -> int:
        return self._period.month.first.year

    def _stacks_of(self, scope: str) -> tuple[StackDeployments, ...] | None:
        found = [
            self._stacks[each.name] for each in self._organisation.of(scope) if each.name in self._stacks
        ]
        return tuple(found) if found else None

    def _incidents_of(self, scope: str) -> IncidentFigures | None:
        known = self._organisation.platforms_of(scope) & self._incidents.keys()
        if not known and self._sources.pagerduty is None:
            return None
        found = chain.from_iterable(self._incidents.values())
        mine = [each for each in found if scope in (WHOLE, each.team)]
        return incident_figures(sorted(mine, key=lambda each: (each.start, each.subject)), self._period)

    def _alert_quality_of(self, scope: str) -> tuple[AlertQuality, ...] | None:
        told, answers = self._sources.pagerduty, self._sources.answers
        if told is None or answers is None:
            return None
        mine = [each for each in told if scope in (WHOLE, each.team)]
        return alert_quality(mine, answers, self._period)

    def _objectives_of(self, scope: str) -> tuple[Attainment, ...] | None:
        exports = [self._sources.exports.get(name, {}) for name in self._organisation.platforms_of(scope)]
        if not any(each.keys() >= OF_OBJECTIVES for each in exports):
            return None
        return tuple(each for each in self._objectives if scope in (WHOLE, each.team))

    def _models_of(self, scope: str) -> tuple[ListedModel, ...] | None:
        told = self._sources.models
        return None if told is None else tuple(each for each in told if scope in (WHOLE, each.team))

    def _releases_of(self, scope: str) -> tuple[ModelRelease, ...] | None:
        stacks = [each.name for each in self._organisation.of(scope) if each.name in self._sources.releases]
        found = chain.from_iterable(self._sources.releases[name] for name in stacks)
        told = [each for each in found if each.moment in self._period]
        return tuple(sorted(told, key=lambda each: (each.moment, each.name))) if stacks else None

    def _toil_of(self, scope: str) -> tuple[ManualWork, ...] | None:
        told = self._sources.toil
        if told is None:
            return None
        mine = [each for each in told if scope in (WHOLE, each.team)]
        return tuple(each for each in mine if each.day in self._period.month)

    def _gpus_of(self, scope: str) -> tuple[GpuRow, ...] | None:
        known = self._organisation.platforms_of(scope) & self.goodput_by_platform.keys()
        if self.goodput is None or not known:
            return None
        return gpu_rows(self.goodput, self._organisation, self.prices.by_pool, scope)

    def _evictions_of(self, scope: str) -> Mapping[str, int] | None:
        exports = [self._sources.exports.get(name, {}) for name in self._organisation.platforms_of(scope)]
        if self.goodput is None or not any("queue_evictions" in each for each in exports):
            return None
        return eviction_reasons(self.goodput, self._organisation.of(scope))

    def _initiatives_of(self, scope: str) -> tuple[Initiative, ...] | None:
        told = self._sources.initiatives
        return None if told is None else tuple(each for each in told if each.team == scope)

    def _trend(self, scope: str, summary: Summary) -> tuple[TrendMonth, ...]:
        """Twelve months to this one, the oldest first."""
        earlier = {each.month: each.scopes.get(scope) for each in self._sources.earlier}
        earlier[self._period.month] = summary
        month, found = self._period.month, []
        for _ in range(MONTHS):
            found.append(TrendMonth(month=month, summary=earlier.get(month)))
            month = month.previous
        return tuple(reversed(found))


def _incidents(sources: OperationsSources) -> dict[str, tuple[Incident, ...]]:
    """The incidents by platform, of the platforms that anything tells of. PagerDuty tells of all."""
    if sources.pagerduty is not None:
        return {WHOLE: sources.pagerduty}
    of_platforms = {name: sources.incidents_of(name) for name in sources.organisation.platforms}
    return {name: found for name, found in of_platforms.items() if found is not None}


def _goodputs(sources: OperationsSources) -> dict[str, Goodput]:
    found: dict[str, Goodput] = {}
    for name, exports in sources.exports.items():
        read = read_goodput(exports, sources.organisation, sources.checkpoints)
        if read is not None:
            found[name] = read
    return found


def _merged(goodputs: Iterable[Goodput]) -> Goodput | None:
    """The goodput of several platforms, whose stacks differ."""
    each = list(goodputs)
    if not each:
        return None
    return Goodput(
        uses={key: use for one in each for key, use in one.uses.items()},
        sm_active={key: value for one in each for key, value in one.sm_active.items()},
        pending={key: value for one in each for key, value in one.pending.items()},
        evictions={key: value for one in each for key, value in one.evictions.items()},
    )


def summary_of(figures: ScopeFigures, period: Period) -> Summary:
    """The figures of a scope that a trend is made of."""
    incidents, models, releases = figures.incidents, figures.models, figures.releases
    return Summary(
        days=period.days,
        **_deployment_summary(figures.production),
        **_gpu_summary(figures),
        incidents=None if incidents is None else len(incidents.begun),
        restore_seconds=None if incidents is None else restore_times(incidents.begun),
        **_objective_summary(figures.objectives),
        models=None if models is None else len(models),
        models_on_road=None if models is None else on_the_road(models),
        releases=None if releases is None else sum(1 for each in releases if each.is_promoted),
        interventions=sum(len(each.manual) for each in figures.stacks) if figures.stacks else None,
        toil_minutes=None if figures.toil is None else int(sum(each.minutes for each in figures.toil)),
    )


def _deployment_summary(production: Sequence[StackDeployments]) -> dict[str, Any]:
    if not production:
        return {}
    has_git = all(each.lead is not None for each in production)
    return {
        "deployments": sum(len(each.deployments) for each in production),
        "failed_deployments": sum(len(each.failed) for each in production),
        "lead_time_seconds": tuple(sorted(all_lead_times(production))) if has_git else None,
    }


def _gpu_summary(figures: ScopeFigures) -> dict[str, Any]:
    if figures.gpus is None:
        return {}
    costs = [row.cost for row in figures.gpus]
    known = [cost for cost in costs if cost is not None]
    return {
        "gpu_seconds": {name: steps * STEP_SECONDS for name, steps in figures.gpu_total.by_name.items()},
        "gpu_cents": int(sum(known, Decimal(0)) / CENT) if len(known) == len(costs) else None,
    }


def _objective_summary(objectives: Sequence[Attainment] | None) -> dict[str, Any]:
    """The objectives that were judged, and the endpoints among them: those whose availability was."""
    if objectives is None:
        return {}
    judged = [each for each in objectives if each.is_met is not None]
    endpoints = [each for each in judged if each.promise.slo == "availability"]
    return {
        "objectives": len(judged),
        "objectives_met": sum(1 for each in judged if each.is_met),
        "objectives_unmeasured": sum(1 for each in objectives if each.judgement == "not measured"),
        "endpoints": len(endpoints),
        "endpoints_met": sum(1 for each in endpoints if each.is_met),
    }
