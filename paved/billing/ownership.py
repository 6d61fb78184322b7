"""Ownership of a month: the share of it that somebody answers for, and whether budgets can be judged by it."""

from dataclasses import dataclass
from decimal import Decimal, localcontext

from paved.billing.allocation import Amounts
from paved.billing.completeness import Completeness
from paved.billing.showback import DistributionKey
from pricing.money import DIGITS, ZERO

FEWEST_OWNED = Decimal(80)
"""Percent of a month's cost that must have an owner before budgets are judged by it.

With a fifth of the month in nobody's budget, a team that looks a fifth under its own may well be over it. The FinOps
Foundation's maturity model has 80 percent of allocated spend as what an organisation that walks has reached.
"""


@dataclass(frozen=True, kw_only=True)
class Ownership:
    """The share of a month's cost that has an owner, in percent; None for a month that cost nothing."""

    percent: Decimal | None
    is_whole: bool
    """Whether the bill holds all that it should."""

    @property
    def is_judged(self) -> bool:
        """Whether the report says of budgets that they are kept or not."""
        return self.is_whole and (self.percent is None or self.percent >= FEWEST_OWNED)


def ownership_of(inside: Amounts, completeness: Completeness, key: DistributionKey) -> Ownership:
    """The ownership of a month in the accounts of the stacks. Common charges have owners where they are distributed."""
    owned = {"team", "shared"} if key == "none" else {"team", "shared", "common"}
    with localcontext(prec=DIGITS):
        # Sizes, as a credit that nobody owns must not make up for a cost that nobody owns.
        whole = sum((abs(amount) for amount in inside.values()), ZERO)
        part = sum((abs(amount) for each, amount in inside.items() if each.owner.kind in owned), ZERO)
        percent = (part / whole * 100).quantize(Decimal("0.1")) if whole else None
    return Ownership(percent=percent, is_whole=completeness.is_whole)
