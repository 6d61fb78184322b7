"""Days, and runs of them, on which a team's service cost far more than it usually does.

A day is reported when it is above its median of the four weeks before by the amount and the percentage that the
foundation's guardrails name, and its modified z-score is above 3.5 (Iglewicz and Hoaglin, in the NIST/SEMATECH
e-Handbook, 1.3.5.17). Workdays are compared with workdays, weekends with weekends. Drops are not reported.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal, localcontext
from statistics import median

from paved.billing.allocation import AllocatedLine
from paved.billing.budget_owners import AnomalyThreshold, BudgetOwners
from paved.billing.cost_owner import CostOwner
from paved.billing.forecast import Horizon, is_weekend
from pricing.money import DIGITS, cents

WINDOW_DAYS = 28
FEWEST_DAYS = 5
"""Days of the same class that a median needs; with fewer there is no verdict."""

HIGHEST_SCORE = Decimal("3.5")
SCALE = Decimal("0.6745")
"""The 0.75 quantile of the normal distribution, which makes the score comparable to a z-score."""


GAP_DAYS = 4
"""Days of one service at most so far apart are one anomaly: a weekend may lie between."""


@dataclass(frozen=True, kw_only=True)
class Anomaly:
    """Days of one item that stand out, `days` of them. `usual` are the medians that they are compared with."""

    first: date
    last: date
    days: int
    owner: CostOwner
    item: str
    cost: Decimal
    usual: Decimal

    @property
    def impact(self) -> Decimal:
        """The cost of the days above the usual."""
        return self.cost - self.usual


@dataclass(frozen=True, kw_only=True)
class ItemCosts:
    """The cost of one owner's item by day. A day that is not there cost nothing."""

    owner: CostOwner
    item: str
    by_day: Mapping[date, Decimal]

    def on(self, day: date) -> Decimal:
        """The cost of a day."""
        return self.by_day.get(day, Decimal(0))

    def past(self, day: date, first: date) -> list[Decimal]:
        """The costs of the days of the same class in the four weeks before, none of them before `first`."""
        window = [day - timedelta(days=back) for back in range(1, WINDOW_DAYS + 1)]
        known = [each for each in window if each >= first]
        return [self.on(each) for each in known if is_weekend(each) == is_weekend(day)]


def find_anomalies(
    lines: Iterable[AllocatedLine], budget_owners: BudgetOwners, horizon: Horizon
) -> tuple[Anomaly, ...]:
    """The anomalies of a month's known days, the largest first."""
    items = _item_costs(lines)
    # Before the first day of the source nothing is known: those days must not count as days without cost.
    first = min((min(each.by_day) for each in items), default=horizon.month.first)
    found: list[Anomaly] = []
    for item in items:
        budget_owner = budget_owners.by_stack.get(item.owner.stack)
        threshold = budget_owner.anomaly_threshold if budget_owner else AnomalyThreshold()
        found.extend(_runs(_days(item, threshold, first, horizon.seen)))
    return tuple(sorted(found, key=lambda each: (-each.impact, each.first, each.owner, each.item)))


def _item_costs(lines: Iterable[AllocatedLine]) -> list[ItemCosts]:
    sums: dict[tuple[CostOwner, str], dict[date, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    with localcontext(prec=DIGITS):
        for allocated in lines:
            line = allocated.line
            if line.kind == "usage":
                sums[allocated.key.owner, line.item][line.day] += allocated.cost
    return [ItemCosts(owner=owner, item=item, by_day=days) for (owner, item), days in sums.items()]


def _runs(days: Iterable[Anomaly]) -> Iterator[Anomaly]:
    """Days that follow each other closely, as one."""
    run: Anomaly | None = None
    for day in days:
        if run is None:
            run = day
        elif (day.first - run.last).days <= GAP_DAYS:
            run = _joined(run, day)
        else:
            yield run
            run = day
    if run is not None:
        yield run


def _joined(run: Anomaly, day: Anomaly) -> Anomaly:
    cost, usual = run.cost + day.cost, run.usual + day.usual
    return replace(run, last=day.last, days=run.days + 1, cost=cost, usual=usual)


def _days(
    item: ItemCosts, threshold: AnomalyThreshold, first: date, days: Iterable[date]
) -> Iterator[Anomaly]:
    for day in days:
        cost, past = item.on(day), item.past(day, first)
        if len(past) < FEWEST_DAYS or not _stands_out(cost, past, threshold):
            continue
        yield Anomaly(
            first=day,
            last=day,
            days=1,
            owner=item.owner,
            item=item.item,
            cost=cents(cost),
            usual=cents(median(past)),
        )


def _stands_out(cost: Decimal, past: Sequence[Decimal], threshold: AnomalyThreshold) -> bool:
    usual = median(past)
    impact = cost - usual
    if impact < threshold.usd or impact * 100 < usual * threshold.percent:
        return False
    deviation = median([abs(value - usual) for value in past])
    # Days that were all alike have no deviation to divide by: any rise of that size stands out.
    return not deviation or SCALE * impact / deviation > HIGHEST_SCORE
