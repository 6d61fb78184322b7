"""One price in each region, with its origin, as text and as JSON data."""

from typing import Any

from rich.table import Table

from paved.errors import BadInput
from paved.table_text import table_text
from reference.prices import Price, PriceBook
from stacks.reading.explain import nearest
from stacks.reading.problems import shown


def prices_of(book: PriceBook, item: str, region: str | None) -> tuple[Price, ...]:
    """The rows of an item, in one region or in all. Raises BadInput where there are none."""
    rows = [price for price in book.prices if price.item == item]
    if not rows:
        near = nearest(item, sorted({price.item for price in book.prices}))
        raise BadInput(
            f"`{shown(item, limit=40)}` is no item of the price book{near}",
            hint="`paved prices coverage` counts what is in it",
        )
    found = tuple(price for price in rows if region in (None, price.region))
    if not found:
        where = ", ".join(price.region for price in rows)
        raise BadInput(
            f"{item} has no row in `{shown(str(region), limit=40)}`", hint=f"it has one in {where}"
        )
    return found


def price_page(prices: tuple[Price, ...]) -> str:
    """A row for each region; under it the formula of a derived price."""
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    for _ in ("origin", "day", "source"):
        table.add_column()
    table.add_row("region", f"USD a {prices[0].unit}", "origin", "day", "source")
    for price in prices:
        usd = "unpriced" if price.usd is None else f"{price.usd.normalize():f}"
        table.add_row(price.region, usd, str(price.basis), str(price.as_of), price.source)
        if price.formula:
            table.add_row("", "", "", "", price.formula)
    return f"{prices[0].item}\n\n{table_text(table)}"


def price_data(price: Price) -> dict[str, Any]:
    """Return one row of the book."""
    return {
        "item": price.item,
        "region": price.region,
        "unit": price.unit,
        "usd": None if price.usd is None else f"{price.usd:f}",
        "basis": str(price.basis),
        "formula": price.formula,
        "as_of": str(price.as_of),
        "source": price.source,
    }
