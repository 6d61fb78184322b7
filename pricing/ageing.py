"""Prices that are older than their family allows, and those that soon will be."""

from collections.abc import Iterable, Iterator
from datetime import date

from reference.prices import AGE_LIMIT_DAYS, Price

SOON_DAYS = 30
NAMED = 4
"""How many items a sentence names: a general pool may choose among dozens of types."""
REFRESH = "`paved prices refresh --out prices/` reads prices from AWS, `--prices prices/` plans with them"
"""The mend of a price that is missing or too old."""


def ageing(prices: Iterable[Price], as_of: date) -> Iterator[str]:
    """Yield a sentence for each family and day on which prices became, or within 30 days become, too old."""
    ends: dict[tuple[date, str], list[Price]] = {}
    for price in prices:
        if (price.last_day - as_of).days <= SOON_DAYS:
            ends.setdefault((price.last_day, price.family), []).append(price)
    for (last, family), found in sorted(ends.items()):
        items = _named(sorted({price.item for price in found}))
        left = (last - as_of).days
        if left < 0:
            yield f"prices of {family} ({items}) are {age(found, as_of)}: {REFRESH}"
        else:
            yield f"prices of {family} ({items}) are too old after {last}, {_in(left)}: {REFRESH}"


def outdated(prices: Iterable[Price], as_of: date) -> tuple[Price, ...]:
    """Return the prices that are older than their family allows."""
    return tuple(price for price in prices if price.is_too_old(as_of))


def age(prices: Iterable[Price], as_of: date) -> str:
    """Return the age of the oldest price as text: `488 days old, more than 180`."""
    oldest = min(prices, key=lambda price: price.as_of)
    return f"{(as_of - oldest.as_of).days} days old, more than {AGE_LIMIT_DAYS[oldest.family]}"


def _named(items: list[str]) -> str:
    rest = len(items) - NAMED
    return ", ".join(items) if rest <= 1 else f"{', '.join(items[:NAMED])} and {rest} more"


def _in(days: int) -> str:
    return {0: "today", 1: "tomorrow"}.get(days, f"in {days} days")
