"""Writing the price book anew from AWS's Price List, row by row."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from paved.cost.price_list import NoSinglePrice, PriceList
from paved.cost.price_products import product
from paved.files import write_files
from reference.prices import UNPRICED, Basis, Free, InstancePrice, Price, PriceBook

PRICED_BY_HOUR = ("on_demand_usd_hour", "spot_usd_hour")
INSTANCE_COLUMNS = ("region", "instance_type", *PRICED_BY_HOUR, "basis", "source", "as_of")
SERVICE_COLUMNS = ("item", "region", "unit", "usd", "basis", "source", "as_of")
FREE_COLUMNS = ("type", "why", "source", "as_of")
SOURCE = "AWS Price List API, in effect since {}"


@dataclass(frozen=True, kw_only=True)
class Refreshed:
    """The rows after a refresh, and why a row that was asked for stayed as it was."""

    prices: tuple[Price, ...]
    kept: Mapping[tuple[str, str], str]
    read: int


def refresh(book: PriceBook, list_: PriceList, day: date, regions: Iterable[str]) -> Refreshed:
    """Read every row of some regions that the Price List knows; the others stay. Prices read are of `day`."""
    wanted, rows, kept, read = set(regions), [], {}, 0
    for price in book.prices:
        asked = product(price) if price.region in wanted else None
        if asked is None:
            rows.append(price)
            continue
        try:
            listed = list_.price(asked, price.region)
        except NoSinglePrice as error:
            kept[price.item, price.region] = str(error)
            rows.append(price)
            continue
        source = SOURCE.format(listed.effective)
        rows.append(replace(price, usd=listed.usd, basis=Basis.READ, source=source, as_of=day))
        read += 1
    return Refreshed(prices=tuple(rows), kept=kept, read=read)


def write_book(folder: Path, prices: Iterable[Price], free: Iterable[Free]) -> None:
    """Write a folder of prices. Raises BadInput when it cannot be written."""
    rows = list(prices)
    instances = [price for price in rows if isinstance(price, InstancePrice)]
    services = [price for price in rows if not isinstance(price, InstancePrice)]
    types = ((each.type, each.why, each.source, str(each.as_of)) for each in free)
    files = {
        "instances.csv": _csv(INSTANCE_COLUMNS, sorted(map(_instance, instances))),
        "services.csv": _csv(SERVICE_COLUMNS, sorted(map(_service, services))),
        "free.csv": _csv(FREE_COLUMNS, sorted(types)),
    }
    write_files(folder, files)


def _instance(price: InstancePrice) -> tuple[str, ...]:
    spot = "" if price.spot_usd is None else f"{price.spot_usd:f}"
    return (price.region, price.item, _usd(price), spot, *_end(price))


def _service(price: Price) -> tuple[str, ...]:
    return (price.item, price.region, price.unit, _usd(price), *_end(price))


def _usd(price: Price) -> str:
    return UNPRICED if price.usd is None else f"{price.usd:f}"


def _end(price: Price) -> Iterator[str]:
    yield from (str(price.basis), price.source, str(price.as_of))


def _csv(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()
