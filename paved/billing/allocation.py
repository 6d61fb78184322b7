"""Allocation of a bill: every line to its owner and area, rounded once, so that every table adds up to the bill."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import TypeVar

from paved.billing.bill_line import BillLine
from paved.billing.budget_owners import BudgetOwners
from paved.billing.cost_areas import AREAS, line_area
from paved.billing.cost_owner import CostOwner, line_owner
from paved.billing.metric import DEFAULT_METRIC, Metric, cost_in
from pricing.money import DIGITS, ZERO, cents, split

Key = TypeVar("Key")


@dataclass(frozen=True, kw_only=True)
class AllocationKey:
    """The owner of a cost, the part of the platform that it is for, and its kind (FOCUS's ChargeCategory)."""

    owner: CostOwner
    area: str
    category: str

    @property
    def order(self) -> tuple[CostOwner, int, str]:
        """Sorts by owner, then by area in the order of a table."""
        return self.owner, AREAS.index(self.area), self.category


Amounts = Mapping[AllocationKey, Decimal]


@dataclass(frozen=True, kw_only=True)
class AllocatedLine:
    """A bill line with what it is allocated to, which every table of the report goes by."""

    line: BillLine
    key: AllocationKey
    cost: Decimal
    """The line's cost in the metric of the report."""


def allocate(
    lines: Iterable[BillLine], budget_owners: BudgetOwners, metric: Metric = DEFAULT_METRIC
) -> tuple[AllocatedLine, ...]:
    """Find the owner, the area and the cost of every line."""
    found: list[AllocatedLine] = []
    for line in lines:
        found.append(AllocatedLine(line=line, key=_key(line, budget_owners), cost=cost_in(line, metric)))
    return tuple(found)


def _key(line: BillLine, budget_owners: BudgetOwners) -> AllocationKey:
    owner = line_owner(line, budget_owners)
    return AllocationKey(owner=owner, area=line_area(line), category=line.category)


def sum_by_key(amounts: Iterable[tuple[AllocationKey, Decimal]]) -> dict[AllocationKey, Decimal]:
    """Amounts added up by key, exact."""
    sums: dict[AllocationKey, Decimal] = defaultdict(Decimal)
    with localcontext(prec=DIGITS):
        for key, amount in amounts:
            sums[key] += amount
    # Sorted, since odd cents go by order where remainders tie: the order of the source would move them.
    return {key: sums[key] for key in sorted(sums, key=lambda each: each.order)}


def in_cents(amounts: Amounts) -> dict[AllocationKey, Decimal]:
    """Amounts to the cent, adding up to their exact sum to the cent."""
    with localcontext(prec=DIGITS):
        return split(cents(sum(amounts.values(), ZERO)), amounts)


def sum_by(amounts: Amounts, part: Callable[[AllocationKey], Key]) -> dict[Key, Decimal]:
    """Amounts added up by a part of their keys."""
    sums: dict[Key, Decimal] = defaultdict(lambda: ZERO)
    for key, amount in amounts.items():
        sums[part(key)] += amount
    return dict(sums)


def divide_by_weight(total: Decimal, weights: Mapping[Key, Decimal]) -> dict[Key, Decimal]:
    """`total`, a whole number of cents, divided by weight to the cent; evenly where no weight is above zero.

    Unlike an estimate's, a bill's total and weights may be negative, by credits. A negative weight takes no part.
    Raises ValueError when nobody is there to take it.
    """
    if not weights:
        raise ValueError("nobody to divide an amount among")
    with localcontext(prec=DIGITS):
        fair = {key: max(weight, Decimal(0)) for key, weight in weights.items()}
        whole = sum(fair.values(), Decimal(0))
        if not whole:
            fair, whole = dict.fromkeys(fair, Decimal(1)), Decimal(len(fair))
        return split(total, {key: total * weight / whole for key, weight in fair.items()})
