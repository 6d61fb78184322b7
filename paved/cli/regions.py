"""`paved regions`: where stacks can be, what is offered there and what has a price."""

from typing import Annotated

import typer

from paved.cli.cost import Prices
from paved.cli.output import show, show_json
from paved.cli.project import Json
from paved.errors import BadInput
from stacks.reading.problems import shown


def regions(
    region: Annotated[
        str | None,
        typer.Argument(metavar="[REGION]", help="One region, with its instance types.", show_default=False),
    ] = None,
    prices: Prices = None,
    json: Json = False,
) -> int:
    """List the regions with EKS and accelerators: zones, instance types, and how much of them has a price."""
    from paved.cost.book import book_of
    from paved.cost.region_coverage import coverage_of_regions, region_coverage
    from paved.cost.regions_view import region_view, regions_data, regions_view

    book = book_of(prices)
    found = coverage_of_regions(book) if region is None else (region_coverage(book, _known(region)),)
    if json:
        show_json({"schema_version": "1", "regions": regions_data(found, book)})
    else:
        show(regions_view(found) if region is None else region_view(found[0], book))
    return 0


def _known(region: str) -> str:
    """The region. Raises BadInput for one that is not recorded."""
    from reference.regions import LEFT_OUT_REGIONS
    from reference.regions import regions as known

    if reason := LEFT_OUT_REGIONS.get(region):
        raise BadInput(f"{region} is not recorded: {reason}", hint="`paved regions` lists those that are")
    if region not in known():
        raise BadInput(
            f"`{shown(region, limit=40)}` is no region that Paved knows", hint="`paved regions` lists them"
        )
    return region
