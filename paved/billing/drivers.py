"""Drivers of a month's cost: the largest items, and those that changed most since the month before."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from paved.billing.allocation import AllocatedLine
from paved.billing.cost_owner import CostOwner
from paved.billing.forecast import Horizon
from paved.billing.month import Month
from pricing.money import ZERO, cents, split

SHOWN = 10
"""Items of a list that have a line of their own."""


@dataclass(frozen=True, kw_only=True)
class Driver:
    """One owner's cost of one item, in both months over the same days. `owner` is None for all that is left."""

    owner: CostOwner | None
    item: str
    before: Decimal | None
    now: Decimal

    @property
    def change(self) -> Decimal | None:
        """The cost above that of the month before; None where that month is not known."""
        return None if self.before is None else self.now - self.before


@dataclass(frozen=True, kw_only=True)
class Drivers:
    """The largest costs and the largest changes. Each list ends with all that is left, and adds up to the whole."""

    days: int
    largest: tuple[Driver, ...]
    changed: tuple[Driver, ...]


ItemSums = Mapping[tuple[CostOwner, str], Decimal]


def compare_months(lines: Iterable[AllocatedLine], horizon: Horizon) -> Drivers:
    """Compare a month with the one before it: whole months when it is over, else as many days of each."""
    month, has_history = horizon.month, horizon.has_history
    days = month.length if horizon.is_closed else len(horizon.seen)
    known = tuple(lines)
    if horizon.is_closed:
        now, before = _sums(known, month, None), _sums(known, month.previous, None)
    else:
        now = _sums(known, month, horizon.through)
        before = _sums(known, month.previous, _same_day(month.previous, days))
    every = _drivers(now, before if has_history else None)
    largest = sorted(every, key=lambda each: (-each.now, each.owner, each.item))
    changed = sorted(every, key=lambda each: (-abs(each.change or ZERO), each.owner, each.item))
    return Drivers(
        days=days,
        largest=_shortened(largest, has_history),
        changed=_shortened(changed, has_history) if has_history else (),
    )


def _drivers(now: ItemSums, before: ItemSums | None) -> list[Driver]:
    found: list[Driver] = []
    for owner, item in sorted({*now, *(before or {})}):
        cost_before = None if before is None else before.get((owner, item), ZERO)
        found.append(Driver(owner=owner, item=item, before=cost_before, now=now.get((owner, item), ZERO)))
    return found


def _same_day(month: Month, days: int) -> date:
    """The day until which a shorter or longer month is compared; the day before it where no day is known."""
    return month.days[min(days, month.length) - 1] if days else month.previous.last


def _sums(lines: Iterable[AllocatedLine], month: Month, until: date | None) -> ItemSums:
    """Cents by owner and item, adding up to the month's cost until a day, or to all of it."""
    sums: dict[tuple[CostOwner, str], Decimal] = {}
    for allocated in lines:
        line = allocated.line
        if line.month == month and (until is None or line.day <= until):
            item = (allocated.key.owner, line.item)
            sums[item] = sums.get(item, Decimal(0)) + allocated.cost
    return split(cents(sum(sums.values(), ZERO)), {item: sums[item] for item in sorted(sums)})


def _shortened(ranked: list[Driver], has_history: bool) -> tuple[Driver, ...]:
    """The first few, and the rest as one."""
    first, rest = ranked[:SHOWN], ranked[SHOWN:]
    if not rest:
        return tuple(first)
    left = Driver(
        owner=None,
        item=f"{len(rest)} smaller items",
        before=sum((each.before or ZERO for each in rest), ZERO) if has_history else None,
        now=sum((each.now for each in rest), ZERO),
    )
    return (*first, left)
