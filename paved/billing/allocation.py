"""The month in cells, one for each holder and area: rounded once, so that every table adds up to the bill."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import TypeVar

from paved.billing.bill_line import BillLine
from paved.billing.budget_owners import BudgetOwners
from paved.billing.cost_areas import AREAS, area
from paved.billing.cost_owner import CostOwner, holder
from pricing.money import DIGITS, ZERO, cents, split

Key = TypeVar("Key")


@dataclass(frozen=True, kw_only=True)
class AllocationKey:
    """Whose, for what, and what kind of charge (FOCUS's ChargeCategory)."""

    holder: CostOwner
    area: str
    category: str

    @property
    def order(self) -> tuple[CostOwner, int, str]:
        """Cells by holder, then by area in the order of a table."""
        return self.holder, AREAS.index(self.area), self.category


Amounts = Mapping[AllocationKey, Decimal]


def cell(charge: BillLine, organisation: BudgetOwners) -> AllocationKey:
    """The cell that a charge falls into."""
    return AllocationKey(holder=holder(charge, organisation), area=area(charge), category=charge.category)


def exact(charges: Iterable[tuple[AllocationKey, Decimal]]) -> dict[AllocationKey, Decimal]:
    """Amounts added up by cell, unrounded."""
    sums: dict[AllocationKey, Decimal] = defaultdict(Decimal)
    with localcontext(prec=DIGITS):
        for key, amount in charges:
            sums[key] += amount
    return {key: sums[key] for key in sorted(sums, key=lambda each: each.order)}


def rounded(amounts: Mapping[AllocationKey, Decimal]) -> dict[AllocationKey, Decimal]:
    """Amounts to the cent, adding up to their exact sum to the cent."""
    with localcontext(prec=DIGITS):
        return split(cents(sum(amounts.values(), ZERO)), amounts)


def by(amounts: Amounts, key: Callable[[AllocationKey], Key]) -> dict[Key, Decimal]:
    """Amounts added up by anything that a cell tells."""
    sums: dict[Key, Decimal] = defaultdict(lambda: ZERO)
    for each, amount in amounts.items():
        sums[key(each)] += amount
    return dict(sums)
