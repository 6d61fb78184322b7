"""US dollars as exact decimals, rounded to the cent once, so that parts add up to their whole."""

from collections.abc import Mapping
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal, localcontext
from typing import TypeVar

CENT = Decimal("0.01")
ZERO = Decimal("0.00")
DIGITS = 60
"""Enough for a sum of billions of lines of twelve decimals without rounding."""

HOURS_A_MONTH = Decimal(730)
"""Hours of a month in every figure: 8760 a year, divided by twelve. The longest month has 744, 1.9 % more."""
DAYS_A_MONTH = HOURS_A_MONTH / 24

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


def apportion(total: Decimal, weights: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Share whole cents out by weight. The shares add up to `total`; remainders that tie go by name.

    Raises ValueError for a total with a fraction of a cent, a negative one, or weights that add up to nothing.
    """
    if total < 0 or total != cents(total):
        raise ValueError(f"what is shared out is an amount in whole cents, got {total}")
    whole = sum(weights.values(), Decimal(0))
    if whole <= 0 or min(weights.values()) < 0:
        raise ValueError("weights are not negative and add up to more than 0")
    return split(total, {name: total * weights[name] / whole for name in sorted(weights)})


def usd(amount: Decimal | None) -> str:
    """An amount as a person reads it: two decimals and thousands marks, or `unpriced`."""
    return "unpriced" if amount is None else f"{cents(amount):,f}"
