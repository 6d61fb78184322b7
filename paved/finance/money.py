"""Money: exact decimals, rounded to the cent once, so that parts add up to their whole."""

from collections.abc import Mapping
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal, localcontext
from typing import TypeVar

MINUS = "\N{MINUS SIGN}"
CENT = Decimal("0.01")
ZERO = Decimal("0.00")
DIGITS = 60
"""Enough for a sum of billions of lines of twelve decimals without rounding."""

Key = TypeVar("Key")


def cents(amount: Decimal) -> Decimal:
    """An amount rounded to the cent, halves away from zero, as invoices are."""
    with localcontext(prec=DIGITS):
        return amount.quantize(CENT, rounding=ROUND_HALF_UP) + ZERO  # no negative zero


def split(total: Decimal, parts: Mapping[Key, Decimal]) -> dict[Key, Decimal]:
    """`parts` rounded to the cent so that they add up to `total`: the largest remainders get the odd cents.

    Remainders that tie go by the order of `parts`. Raises ValueError when the parts are not of this total.
    """
    with localcontext(prec=DIGITS):
        floors = {key: part.quantize(CENT, rounding=ROUND_FLOOR) for key, part in parts.items()}
        odd = int((total - sum(floors.values(), ZERO)) / CENT)
        if not 0 <= odd <= len(parts):
            raise ValueError(f"parts of {sum(parts.values(), ZERO)} cannot be rounded to {total}")
        by_remainder = sorted(parts, key=lambda key: floors[key] - parts[key])
        lucky = set(by_remainder[:odd])
        return {key: floor + (CENT if key in lucky else 0) + ZERO for key, floor in floors.items()}


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
