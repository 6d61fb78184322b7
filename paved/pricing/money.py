"""US dollars as exact decimals: rounding, sharing out and printing."""

from collections.abc import Mapping
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
HOURS_A_MONTH = Decimal(730)
"""Hours of a month in every estimate: 8760 a year, divided by twelve."""


def cents(amount: Decimal) -> Decimal:
    """An amount rounded to the cent, halves up."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def apportion(total: Decimal, weights: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Share whole cents out by weight. The shares add up to `total`: the cents left over go to the largest remainders.

    Raises ValueError for a total with a fraction of a cent, a negative one, or weights that add up to nothing.
    """
    if total < 0 or total != cents(total):
        raise ValueError(f"what is shared out is an amount in whole cents, got {total}")
    whole = sum(weights.values(), Decimal(0))
    if whole <= 0 or min(weights.values()) < 0:
        raise ValueError("weights are not negative and add up to more than 0")
    exact = {name: total * weight / whole for name, weight in weights.items()}
    shares = {name: amount.quantize(CENT, rounding=ROUND_FLOOR) for name, amount in exact.items()}
    left = int((total - sum(shares.values(), Decimal(0))) / CENT)
    order = sorted(weights, key=lambda name: (shares[name] - exact[name], name))
    for name in order[:left]:
        shares[name] += CENT
    return shares


def usd(amount: Decimal | None) -> str:
    """An amount as a person reads it: two decimals and thousands marks, or `unpriced`."""
    return "unpriced" if amount is None else f"{cents(amount):,f}"
