"""What the month's cost is made of, and what changed since the month before."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from paved.billing.anomalies import what
from paved.billing.bill_line import BillLine
from paved.billing.budget_owners import BudgetOwners
from paved.billing.cost_owner import CostOwner, holder
from paved.billing.forecast import Horizon
from paved.billing.month import Month
from pricing.money import ZERO, cents, split

SHOWN = 10


@dataclass(frozen=True, kw_only=True)
class Driver:
    """One holder's cost of one thing, in both months over the same days. `holder` is None for all that is left."""

    holder: CostOwner | None
    what: str
    before: Decimal | None
    now: Decimal

    @property
    def change(self) -> Decimal | None:
        """How much more than the month before; None where that month is not known."""
        return None if self.before is None else self.now - self.before


@dataclass(frozen=True, kw_only=True)
class Drivers:
    """The largest costs and the largest changes. Each list ends with all that is left, and adds up to the whole."""

    days: int
    largest: tuple[Driver, ...]
    changed: tuple[Driver, ...]


def drivers(
    charges: Iterable[BillLine], organisation: BudgetOwners, horizon: Horizon, *, has_history: bool
) -> Drivers:
    """Compare a month with the one before it: whole months when it is over, else as many days of each."""
    month = horizon.month
    known = tuple(charges)
    days = month.length if horizon.is_closed else len(horizon.seen)
    now = _sums(known, organisation, month, None if horizon.is_closed else horizon.through)
    until = None if horizon.is_closed else _same_day(month.previous, days)
    before = _sums(known, organisation, month.previous, until) if has_history else {}
    every = [
        Driver(
            holder=whose,
            what=of,
            before=before.get((whose, of), ZERO) if has_history else None,
            now=now.get((whose, of), ZERO),
        )
        for whose, of in sorted({*now, *before})
    ]
    largest = sorted(every, key=lambda each: (-each.now, each.holder, each.what))
    changed = sorted(every, key=lambda each: (-abs(each.change or ZERO), each.holder, each.what))
    return Drivers(
        days=days,
        largest=_cut(largest, has_history),
        changed=_cut(changed, has_history) if has_history else (),
    )


def _same_day(month: Month, days: int) -> date:
    return month.days[min(days, month.length) - 1] if days else month.previous.last


def _sums(
    charges: Iterable[BillLine], organisation: BudgetOwners, month: Month, until: date | None
) -> dict[tuple[CostOwner, str], Decimal]:
    """Cents by holder and thing, adding up to what the month cost until a day."""
    sums: dict[tuple[CostOwner, str], Decimal] = {}
    for charge in charges:
        if charge.month == month and (until is None or charge.day <= until):
            key = (holder(charge, organisation), what(charge))
            sums[key] = sums.get(key, Decimal(0)) + charge.billed
    return split(cents(sum(sums.values(), ZERO)), {key: sums[key] for key in sorted(sums)})


def _cut(ranked: list[Driver], has_history: bool) -> tuple[Driver, ...]:
    """The first few, and the rest as one."""
    first, rest = ranked[:SHOWN], ranked[SHOWN:]
    if not rest:
        return tuple(first)
    left = Driver(
        holder=None,
        what=f"{len(rest)} smaller items",
        before=sum((each.before or ZERO for each in rest), ZERO) if has_history else None,
        now=sum((each.now for each in rest), ZERO),
    )
    return (*first, left)
