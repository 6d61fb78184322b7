"""Days, and runs of them, on which a team's service cost far more than it usually does.

A day is told when it is above its median of the four weeks before by the amount and the percentage that the
foundation's guardrails name, and its modified z-score is above 3.5 (Iglewicz and Hoaglin, in the NIST/SEMATECH
e-Handbook, 1.3.5.17). Workdays are compared with workdays, weekends with weekends. Drops are not told.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal, localcontext
from statistics import median

from paved.billing.bill_line import BillLine
from paved.billing.budget_owners import IMPACT_PERCENT, IMPACT_USD, BudgetOwners
from paved.billing.cost_owner import CostOwner, holder
from paved.billing.forecast import Horizon, is_weekend
from pricing.money import DIGITS, cents

WINDOW_DAYS = 28
FEWEST = 5
"""Days of the same class that a median needs; with fewer there is no verdict."""

SCORE = Decimal("3.5")
SCALE = Decimal("0.6745")
"""The 0.75 quantile of the normal distribution, which makes the score comparable to a z-score."""


GAP_DAYS = 4
"""Days of one service at most so far apart are one anomaly: a weekend may lie between."""


@dataclass(frozen=True, kw_only=True)
class Anomaly:
    """Days of one service that stand out, `days` of them. `usual` are the medians that they are compared with."""

    first: date
    last: date
    days: int
    holder: CostOwner
    what: str
    cost: Decimal
    usual: Decimal

    @property
    def impact(self) -> Decimal:
        """What the days cost above the usual."""
        return self.cost - self.usual


def anomalies(
    charges: Iterable[BillLine], organisation: BudgetOwners, horizon: Horizon
) -> tuple[Anomaly, ...]:
    """The anomalies of a month's known days, the largest first."""
    series: dict[tuple[CostOwner, str], dict[date, Decimal]] = defaultdict(dict)
    with localcontext(prec=DIGITS):
        for charge in charges:
            if charge.kind == "usage":
                days = series[(holder(charge, organisation), what(charge))]
                days[charge.day] = days.get(charge.day, Decimal(0)) + charge.billed
    first = min((day for days in series.values() for day in days), default=horizon.month.first)
    found = (
        anomaly
        for (whose, of), days in series.items()
        for anomaly in _runs(_of_series(whose, of, days, first, organisation, horizon))
    )
    return tuple(sorted(found, key=lambda each: (-each.impact, each.first, each.holder, each.what)))


def _runs(days: Iterable[Anomaly]) -> Iterator[Anomaly]:
    """Days that follow each other closely, as one."""
    run: Anomaly | None = None
    for each in days:
        if run is None:
            run = each
        elif (each.first - run.last).days <= GAP_DAYS:
            run = replace(
                run,
                last=each.last,
                days=run.days + 1,
                cost=run.cost + each.cost,
                usual=run.usual + each.usual,
            )
        else:
            yield run
            run = each
    if run is not None:
        yield run


def what(charge: BillLine) -> str:
    """What a charge is for, as a reader tells one from another: the instance type, or else the service."""
    return charge.instance_type or charge.service


def _of_series(
    whose: CostOwner,
    of: str,
    days: Mapping[date, Decimal],
    first: date,
    organisation: BudgetOwners,
    horizon: Horizon,
) -> Iterator[Anomaly]:
    owned = organisation.by_name.get(whose.stack)
    least = owned.impact_usd if owned else IMPACT_USD
    percent = owned.impact_percent if owned else IMPACT_PERCENT
    for day in horizon.seen:
        cost = days.get(day, Decimal(0))
        window = (day - timedelta(days=back) for back in range(1, WINDOW_DAYS + 1))
        past = [
            days.get(each, Decimal(0))
            for each in window
            if each >= first and is_weekend(each) == is_weekend(day)
        ]
        if len(past) < FEWEST:
            continue
        usual = median(past)
        if _stands_out(cost, usual, past, least, percent):
            yield Anomaly(
                first=day, last=day, days=1, holder=whose, what=of, cost=cents(cost), usual=cents(usual)
            )


def _stands_out(cost: Decimal, usual: Decimal, past: list[Decimal], least: Decimal, percent: Decimal) -> bool:
    impact = cost - usual
    if impact < least or impact * 100 < usual * percent:
        return False
    deviation = median([abs(value - usual) for value in past])
    return not deviation or SCALE * impact / deviation > SCORE
