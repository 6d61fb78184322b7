"""`paved prices`: the price book, read anew from AWS and compared."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from paved.cli.as_of import AsOf, as_of_date
from paved.cli.cost import Prices
from paved.cli.output import show, show_json
from paved.cli.project import Json
from paved.errors import BadInput
from paved.live_account import Profile
from stacks.reading.problems import shown

if TYPE_CHECKING:
    from paved.cost.price_differences import PriceDifference
    from reference.prices import Price

prices = typer.Typer(name="prices", help="Keep the price book: refresh it from AWS, see what changes.")

Book = Annotated[
    Path | None,
    typer.Option("--prices", metavar="DIR", help="The folder to start from; by default this release's."),
]


@prices.command()
def refresh(
    out: Annotated[Path, typer.Option(metavar="DIR", help="The folder to write the prices to.")],
    region: Annotated[
        list[str] | None,
        typer.Option(
            metavar="REGION",
            help="Only this region, known or new to the book; may be given again. By default those of the book.",
        ),
    ] = None,
    book: Book = None,
    profile: Profile = None,
    as_of: AsOf = None,
) -> int:
    """Read list prices with the AWS credentials of this shell (`pricing:GetProducts`), and write them to a folder."""
    from paved.cost.book import book_of
    from paved.cost.price_list import ENDPOINT_REGION, PriceList
    from paved.cost.price_refresh import refresh as refreshed_rows
    from paved.cost.price_refresh import write_book
    from paved.live_account import LiveAccount, answered

    known = book_of(book)
    listed = PriceList(LiveAccount(profile).client("pricing", ENDPOINT_REGION))
    regions = _regions(region, known.regions)
    with answered("the Price List could not be read"):
        found = refreshed_rows(known, listed, as_of_date(as_of), regions)
    write_book(out, found.prices, known.free_types)
    show(
        f"wrote {out}: {found.read} prices read in {listed.requests} requests, {len(found.kept)} kept as they were"
    )
    for (item, where), why in sorted(found.kept.items()):
        show(f"  {item} in {where}: {why}")
    return 0


def _regions(asked: list[str] | None, priced: frozenset[str]) -> list[str]:
    """The regions to read: those of the book, or others that are known. Raises BadInput for one that is not."""
    from reference.regions import regions

    for region in asked or ():
        if region not in priced and region not in regions():
            raise BadInput(
                f"`{shown(region, limit=40)}` is no region that Paved knows",
                hint="`paved regions` lists them",
            )
    return sorted(set(asked or priced))


@prices.command()
def diff(
    after: Annotated[Path, typer.Argument(metavar="DIR", help="A folder of prices.", show_default=False)],
    book: Book = None,
    json: Json = False,
) -> int:
    """Print which prices of a folder differ from those of this release."""
    from paved.cost.book import book_of
    from paved.cost.price_differences import differences, differences_view

    found = differences(book_of(book), book_of(after))
    if json:
        show_json({"schema_version": "1", "differences": [_as_json(each) for each in found]})
    else:
        show(differences_view(found, str(book or "this release"), str(after)))
    return 0


@prices.command()
def coverage(
    book: Prices = None,
    json: Json = False,
    markdown: Annotated[
        bool, typer.Option("--markdown", help="Print docs/reference/prices.md anew.")
    ] = False,
) -> int:
    """Count prices by origin and region: read, copied, derived, quoted, remembered or missing."""
    from paved.cost.book import book_of
    from paved.cost.price_coverage import coverage_data, coverage_markdown, coverage_of, coverage_view

    if json and markdown:
        raise BadInput("name one of `--json` and `--markdown`")
    found = coverage_of(book_of(book))
    if json:
        show_json(coverage_data(found))
    else:
        show(coverage_markdown(found).rstrip("\n") if markdown else coverage_view(found))
    return 0


@prices.command("show")
def show_price(
    item: Annotated[
        str, typer.Argument(metavar="ITEM", help="An instance type or an item.", show_default=False)
    ],
    region: Annotated[
        str | None, typer.Option(metavar="REGION", help="Only in this region.", show_default=False)
    ] = None,
    book: Prices = None,
    json: Json = False,
) -> int:
    """Show one price in each region: its origin, its source, its day, and how it was derived."""
    from paved.cost.book import book_of
    from paved.cost.price_page import price_data, price_page, prices_of

    found = prices_of(book_of(book), item, region)
    if json:
        show_json({"schema_version": "1", "prices": [price_data(price) for price in found]})
    else:
        show(price_page(found))
    return 0


def _as_json(difference: "PriceDifference") -> dict[str, str | None]:
    percent = difference.percent
    return {
        "item": difference.item,
        "region": difference.region,
        "before": _usd(difference.before),
        "after": _usd(difference.after),
        "percent": None if percent is None else f"{percent:.2f}",
    }


def _usd(price: "Price | None") -> str | None:
    return None if price is None or price.usd is None else f"{price.usd:f}"
