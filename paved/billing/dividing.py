"""How a bill is divided by weight, and how its amounts are written."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import TypeVar

from pricing.money import DIGITS, split

MINUS = "\N{MINUS SIGN}"

Key = TypeVar("Key")


def apportion(total: Decimal, weights: Mapping[Key, Decimal]) -> dict[Key, Decimal]:
    """`total`, a whole number of cents, divided by weight to the cent; evenly where no weight is above zero.

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


def dollars(amount: Decimal) -> str:
    """An amount as finance reads it: `$1,234.50`, and with a minus sign below zero."""
    sign = MINUS if amount < 0 else ""
    return f"{sign}${abs(amount):,.2f}"


def whole_dollars(amount: Decimal) -> str:
    """An amount to the dollar, for headlines and charts."""
    with localcontext(prec=DIGITS):
        rounded = amount.quantize(Decimal(1), rounding=ROUND_HALF_UP)
    sign = MINUS if rounded < 0 else ""
    return f"{sign}${abs(rounded):,.0f}"
