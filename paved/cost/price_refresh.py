"""Writing the price book anew from AWS's Price List, row by row."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from paved.cost.price_list import Listed, NoSinglePrice, PriceList
from paved.cost.price_products import product
from paved.files import write_files
from reference.instances import instance_types, zones_offering
from reference.prices import UNPRICED, Basis, Free, InstancePrice, Price, PriceBook, family_of_instance

PRICED_BY_HOUR = ("on_demand_usd_hour", "spot_usd_hour")
INSTANCE_COLUMNS = ("region", "instance_type", *PRICED_BY_HOUR, "basis", "ratio_of", "source", "as_of")
SERVICE_COLUMNS = ("item", "region", "unit", "usd", "basis", "source", "as_of")
FREE_COLUMNS = ("type", "why", "source", "as_of")
SOURCE = "AWS Price List API, in effect since {}"
NOT_READ = "no price was read"


@dataclass(frozen=True, kw_only=True)
class Refreshed:
    """The rows after a refresh, and why a row that was asked for stayed as it was."""

    prices: tuple[Price, ...]
    kept: Mapping[tuple[str, str], str]
    read: int


def refresh(book: PriceBook, list_: PriceList, day: date, regions: Iterable[str]) -> Refreshed:
    """Read every row of some regions that the Price List knows; the others stay. Prices read are of `day`.

    A region of which the book has no row gets one for each type that it offers, and for each item.
    """
    wanted, rows, kept, read = set(regions), [], {}, 0
    for price in (*book.prices, *missing_rows(book, wanted, day)):
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
        rows.append(_as_read(price, listed, day))
        read += 1
    return Refreshed(prices=tuple(rows), kept=kept, read=read)


def missing_rows(book: PriceBook, regions: Iterable[str], day: date) -> Iterator[Price]:
    """Yield a row without a price for each offered type and each item that the book does not have in some regions."""
    items = {price.item: price for price in book.prices if not isinstance(price, InstancePrice)}
    for region in sorted(regions):
        for name in instance_types():
            if zones_offering(name, region) and book.instance(name, region) is None:
                yield _unread_instance(name, region, day)
        for item, price in items.items():
            if book.service(item, region) is None:
                yield replace(
                    price, region=region, usd=None, basis=Basis.UNPRICED, source=NOT_READ, as_of=day
                )


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


def _unread_instance(name: str, region: str, day: date) -> InstancePrice:
    return InstancePrice(
        item=name,
        region=region,
        unit="hour",
        usd=None,
        family=family_of_instance(name),
        basis=Basis.UNPRICED,
        source=NOT_READ,
        as_of=day,
    )


def _as_read(price: Price, listed: Listed, day: date) -> Price:
    """The row with the price that AWS lists: what it was derived from no longer matters."""
    source = SOURCE.format(listed.effective)
    found = replace(price, usd=listed.usd, basis=Basis.READ, source=source, as_of=day)
    return replace(found, ratio_of=None) if isinstance(found, InstancePrice) else found


def _instance(price: InstancePrice) -> tuple[str, ...]:
    spot = "" if price.spot_usd is None else f"{price.spot_usd:f}"
    return (
        price.region,
        price.item,
        _usd(price),
        spot,
        str(price.basis),
        price.ratio_of or "",
        price.source,
        str(price.as_of),
    )


def _service(price: Price) -> tuple[str, ...]:
    return (
        price.item,
        price.region,
        price.unit,
        _usd(price),
        str(price.basis),
        price.source,
        str(price.as_of),
    )


def _usd(price: Price) -> str:
    return UNPRICED if price.usd is None else f"{price.usd:f}"


def _csv(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()
