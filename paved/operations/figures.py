"""The figures of one scope, which is the platform as a whole or one team: what each source says of it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from paved.operations.commits import CommitLog, LeadTimes, ancestors, lead_times
from paved.operations.deployments import FailedChange, StackUpdate, deployments, failed_changes
from paved.operations.goodput import Goodput, GpuUse, PoolKey
from paved.operations.incidents import Incident
from paved.operations.organisation import WHOLE, OrganisationFacts, StackFacts
from paved.operations.period import STEP_SECONDS, Period
from pricing.money import cents, split

STEPS_AN_HOUR = 3600 // STEP_SECONDS
PRODUCTION = "prod"
SHARED = "shared platform"
"""The owner of what a platform's pools had and no team's pod held; no name of a team."""


@dataclass(frozen=True, kw_only=True)
class StackDeployments:
    """The month of one stack by its history. `lead` is None without a Git repository."""

    stack: StackFacts
    deployments: tuple[StackUpdate, ...]
    failed: tuple[FailedChange, ...]
    lead: LeadTimes | None
    manual: tuple[StackUpdate, ...]
    begins_within: bool
    """Whether the oldest update that the history tells of is of this month: there may have been others before."""

    @property
    def is_production(self) -> bool:
        """Whether it counts in the figures of DORA, which are about production."""
        return self.stack.environment == PRODUCTION


def stack_deployments(
    stack: StackFacts,
    updates: Sequence[StackUpdate],
    found: Iterable[Incident],
    log: CommitLog | None,
    period: Period,
) -> StackDeployments:
    """The deployments of a stack, those that failed, and the lead times of their commits."""
    told = deployments(updates, period)
    pages = [each.start for each in found if each.is_page and each.stack == stack.name]
    failed = failed_changes(updates, pages, ancestors(updates, log) if log else {})
    return StackDeployments(
        stack=stack,
        deployments=told,
        failed=tuple(each for each in failed if each.update in told),
        lead=lead_times(stack.name, updates, told, log) if log else None,
        manual=tuple(each for each in updates if each.is_manual and each.start in period),
        begins_within=bool(updates) and updates[0].start in period,
    )


@dataclass(frozen=True, kw_only=True)
class IncidentFigures:
    """The incidents of a scope. Those that began before the month are counted apart: nobody knows their length."""

    begun: tuple[Incident, ...]
    carried_over: int

    @property
    def going_on(self) -> int:
        """Those that had not ended."""
        return sum(1 for each in self.begun if each.end is None)

    @property
    def by_tier(self) -> dict[str, tuple[Incident, ...]]:
        """The incidents by tier, the first first."""
        tiers = sorted({each.tier for each in self.begun})
        return {tier: tuple(each for each in self.begun if each.tier == tier) for tier in tiers}


def restore_times(incidents: Iterable[Incident]) -> tuple[int, ...]:
    """The times to restore in seconds, sorted, of incidents that ended."""
    return tuple(sorted(seconds(each.duration) for each in incidents if each.duration is not None))


def incident_figures(incidents: Iterable[Incident], period: Period) -> IncidentFigures:
    """The incidents that began in the month, and the number of those that went on from before."""
    begun: list[Incident] = []
    carried_over = 0
    for each in incidents:
        if each.start in period:
            begun.append(each)
        elif each.start < period.start and (each.end is None or each.end > period.start):
            carried_over += 1
    return IncidentFigures(begun=tuple(begun), carried_over=carried_over)


@dataclass(frozen=True, kw_only=True)
class GpuRow:
    """A line of a table of GPUs: a team's, a pool's, or the whole. Money is None where a pool has no price.

    `costs` divide `cost` by use, to the cent. `sm_active` is the share of the SMs that worked in GPUs that a pod ran
    on; None where nothing measured it.
    """

    label: str
    use: GpuUse
    cost: Decimal | None
    costs: Mapping[str, Decimal]
    sm_active: float | None
    pending_hours: Decimal | None = None

    @property
    def useful_hour(self) -> Decimal | None:
        """The price of a useful GPU-hour."""
        if self.cost is None or not self.use.useful:
            return None
        return cents(self.cost / hours(self.use.useful))

    @property
    def hour(self) -> Decimal | None:
        """The price of any GPU-hour."""
        return cents(self.cost / hours(self.use.total)) if self.cost is not None and self.use.total else None


def gpu_rows(
    goodput: Goodput, organisation: OrganisationFacts, prices: Mapping[PoolKey, Decimal], scope: str
) -> tuple[GpuRow, ...]:
    """The lines of a scope: teams of the platform, or pools of a team."""
    parts: dict[str, list[tuple[PoolKey, str, GpuUse]]] = {}
    for (pool, stack), use in sorted(
        goodput.uses.items(), key=lambda item: (item[0][0].stack, item[0][0].pool)
    ):
        team = organisation.team_stack(stack)
        owner = team.team if team else SHARED
        if use.total and scope in (owner, WHOLE):
            label = owner if scope == WHOLE else f"{pool.stack}/{pool.pool}"
            parts.setdefault(label, []).append((pool, stack, use))
    return tuple(_row(label, parts[label], goodput, prices) for label in sorted(parts))


def _row(
    label: str,
    parts: Sequence[tuple[PoolKey, str, GpuUse]],
    goodput: Goodput,
    prices: Mapping[PoolKey, Decimal],
) -> GpuRow:
    use = sum((each for _, _, each in parts), GpuUse())
    costs = _costs(parts, prices)
    stacks = {stack for _, stack, _ in parts}
    is_whole = _is_whole(label, stacks)
    queued = sum(goodput.pending.get(stack, 0) for stack in stacks)
    return GpuRow(
        label=label,
        use=use,
        cost=sum(costs.values(), Decimal(0)) if costs else None,
        costs=costs,
        sm_active=_sm_active(parts, goodput),
        pending_hours=hours(queued) if is_whole and goodput.pending else None,
    )


def _is_whole(label: str, stacks: Iterable[str]) -> bool:
    """Whether a line is of whole stacks, as queues are; that of one pool is not."""
    return not any(label.startswith(f"{stack}/") for stack in stacks)


def _costs(
    parts: Sequence[tuple[PoolKey, str, GpuUse]], prices: Mapping[PoolKey, Decimal]
) -> dict[str, Decimal]:
    """The cost by use, rounded once; none where a pool has no price."""
    if any(pool not in prices for pool, _, _ in parts):
        return {}
    exact: dict[str, Decimal] = {}
    for pool, _, use in parts:
        for name, steps in use.by_name.items():
            exact[name] = exact.get(name, Decimal(0)) + prices[pool] * steps / STEPS_AN_HOUR
    return split(cents(sum(exact.values(), Decimal(0))), exact)


def _sm_active(parts: Sequence[tuple[PoolKey, str, GpuUse]], goodput: Goodput) -> float | None:
    measured = [
        goodput.sm_active[pool, stack] for pool, stack, _ in parts if (pool, stack) in goodput.sm_active
    ]
    use = sum((each for _, _, each in parts), GpuUse())
    ran = use.useful + use.repeated + use.throttled + use.idle
    return sum(measured) / ran if measured and ran else None


def eviction_reasons(goodput: Goodput, stacks: Iterable[StackFacts]) -> dict[str, int]:
    """The jobs that Kueue took back, by reason. A queue bears its stack's name."""
    names = {stack.name for stack in stacks}
    found: Counter[str] = Counter()
    for (queue, reason), count in goodput.evictions.items():
        if queue in names:
            found[reason] += count
    return dict(sorted(found.items()))


def hours(steps: int) -> Decimal:
    """Hours of some steps."""
    return Decimal(steps) / STEPS_AN_HOUR


def seconds(duration: timedelta) -> int:
    """Whole seconds."""
    return int(duration.total_seconds())


def all_lead_times(stacks: Iterable[StackDeployments]) -> Iterator[int]:
    """The lead times of production stacks in seconds. A clock that was wrong makes none below 0."""
    for stack in stacks:
        for duration in stack.lead.times if stack.lead else ():
            yield max(0, seconds(duration))
