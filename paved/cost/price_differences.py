"""The differences between two price books."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from rich.table import Table

from paved.table_text import table_text
from reference.prices import Price, PriceBook


@dataclass(frozen=True, kw_only=True)
class PriceDifference:
    """One row whose price is another one, or is known on one side alone."""

    item: str
    region: str
    before: Price | None
    after: Price | None

    @property
    def percent(self) -> Decimal | None:
        """By how much it rose; None where a side has no price."""
        if self.before is None or self.after is None or not self.before.usd or not self.after.usd:
            return None
        return 100 * (self.after.usd - self.before.usd) / self.before.usd


def differences(before: PriceBook, after: PriceBook) -> tuple[PriceDifference, ...]:
    """The rows whose price differs, the largest change first; then those known on one side alone."""
    return tuple(sorted(_differences(before, after), key=_order))


def differences_view(found: tuple[PriceDifference, ...], before: str, after: str) -> str:
    """The same as a table."""
    if not found:
        return f"{after} has the prices of {before}"
    table = Table.grid(padding=(0, 2))
    for _ in ("item", "region"):
        table.add_column(no_wrap=True)
    for _ in ("before", "after", "change"):
        table.add_column(justify="right", no_wrap=True)
    table.add_row("item", "region", "before", "after", "change")
    for each in found:
        change = "" if each.percent is None else f"{each.percent:+.1f}%"
        table.add_row(each.item, each.region, _usd(each.before), _usd(each.after), change)
    told = "1 price differs" if len(found) == 1 else f"{len(found)} prices differ"
    return f"before  {before}\nafter   {after}\n\n{table_text(table)}\n\n{told}"


def _differences(before: PriceBook, after: PriceBook) -> Iterator[PriceDifference]:
    old = {(price.item, price.region): price for price in before.prices}
    new = {(price.item, price.region): price for price in after.prices}
    for key in sorted(old.keys() | new.keys()):
        was, now = old.get(key), new.get(key)
        if (was.usd if was else None) != (now.usd if now else None):
            yield PriceDifference(item=key[0], region=key[1], before=was, after=now)


def _order(each: PriceDifference) -> tuple[bool, Decimal, str, str]:
    percent = each.percent
    return percent is None, -abs(percent or Decimal(0)), each.item, each.region


def _usd(price: Price | None) -> str:
    return "unpriced" if price is None or price.usd is None else f"{price.usd.normalize():f}"
