"""`paved prices`: the price book, read anew from AWS and compared."""

import json as jsonlib
from pathlib import Path
from typing import Annotated

import typer

from paved.cli.as_of import AsOf, as_of_date
from paved.cli.output import show
from paved.cli.project import Json
from paved.errors import Refused

prices = typer.Typer(
    name="prices", help="Keep the price book: read it anew from AWS's Price List, and see what that changes."
)

Book = Annotated[
    Path | None,
    typer.Option("--prices", metavar="DIR", help="The folder to start from; by default this release's."),
]


@prices.command()
def refresh(
    out: Annotated[Path, typer.Option(metavar="DIR", help="The folder to write the prices to.")],
    region: Annotated[
        list[str] | None,
        typer.Option(metavar="REGION", help="Only this region; may be given again. By default every region."),
    ] = None,
    book: Book = None,
    as_of: AsOf = None,
) -> int:
    """Read list prices with the AWS credentials of this shell (`pricing:GetProducts`), and write them to a folder."""
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError

    from paved.cost.book import book_of
    from paved.prices.price_list import ENDPOINT_REGION, PriceList
    from paved.prices.refresh import refresh as refreshed_rows
    from paved.prices.refresh import write_book

    known = book_of(book)
    listed = PriceList(boto3.client("pricing", region_name=ENDPOINT_REGION))
    regions = region or sorted({price.region for price in known.prices})
    try:
        found = refreshed_rows(known, listed, as_of_date(as_of), regions)
    except (BotoCoreError, ClientError) as error:
        raise Refused(f"AWS's Price List does not answer: {error}") from error
    write_book(out, found.prices, known.free_types)
    show(
        f"wrote {out}: {found.read} prices read in {listed.requests} requests, {len(found.kept)} kept as they were"
    )
    for (item, where), why in sorted(found.kept.items()):
        show(f"  {item} in {where}: {why}")
    return 0


@prices.command()
def diff(
    after: Annotated[Path, typer.Argument(metavar="DIR", help="A folder of prices.", show_default=False)],
    book: Book = None,
    json: Json = False,
) -> int:
    """Print which prices of a folder differ from those of this release."""
    from paved.cost.book import book_of
    from paved.prices.differences import differences, differences_view

    found = differences(book_of(book), book_of(after))
    if json:
        rows = [
            {
                "item": each.item,
                "region": each.region,
                **{
                    side: None if price is None or price.usd is None else f"{price.usd:f}"
                    for side, price in (("before", each.before), ("after", each.after))
                },
                "percent": None if each.percent is None else f"{each.percent:.2f}",
            }
            for each in found
        ]
        show(jsonlib.dumps({"schema_version": "1", "differences": rows}, indent=2, sort_keys=True))
    else:
        show(differences_view(found, str(book or "this release"), str(after)))
    return 0
