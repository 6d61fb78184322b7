"""Prices that are still believed and soon will not be: told in time to read them anew."""

from collections.abc import Iterable, Iterator
from datetime import date

from pricing.refreshing import REFRESH
from reference.prices import FAIL_CLOSED, Price

SOON_DAYS = 30


def ageing(prices: Iterable[Price], as_of: date) -> Iterator[str]:
    """One sentence for each day within the next 30 from which some prices are too old, by family."""
    ends: dict[tuple[date, str], set[str]] = {}
    for price in prices:
        if 0 <= (price.last_day - as_of).days <= SOON_DAYS:
            ends.setdefault((price.last_day, price.family), set()).add(price.item)
    for (last, family), items in sorted(ends.items()):
        then = "the stack is refused" if family in FAIL_CLOSED else "they are in no total"
        left = (last - as_of).days
        yield (
            f"prices of {family} ({', '.join(sorted(items))}) are too old after {last}, {_in(left)}, and then {then}: "
            f"{REFRESH}"
        )


def _in(days: int) -> str:
    return {0: "today", 1: "tomorrow"}.get(days, f"in {days} days")
