"""Regions as text for a terminal and as JSON data."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from rich.table import Table

from paved.cost.region_coverage import Coverage, RegionCoverage
from paved.table_text import table_text
from reference.instances import instance_type, zones_offering
from reference.prices import PriceBook

ZONES_OF_A_FOUNDATION = 3


def regions_view(found: Sequence[RegionCoverage]) -> str:
    """Every region in a row, with what stands in the way of a stack there."""
    table = Table.grid(padding=(0, 2))
    for _ in ("region", "place"):
        table.add_column(no_wrap=True)
    for _ in ("zones", "types priced", "items priced"):
        table.add_column(justify="right", no_wrap=True)
    table.add_column()
    table.add_row("region", "place", "zones", "types priced", "items priced", "accelerators")
    for each in found:
        row = (each.name, each.place, str(len(each.zones)), _of(each.instances), _of(each.services))
        table.add_row(*row, ", ".join(each.accelerators))
    return "\n\n".join(filter(None, (table_text(table), "\n".join(_notes(found)), CLOSING)))


CLOSING = (
    "EKS and an instance type with accelerators are offered in each; zones are those that EKS takes.\n"
    "`paved regions REGION` tells of one; `paved prices refresh --region REGION --out prices/` reads its prices."
)


def region_view(each: RegionCoverage, book: PriceBook) -> str:
    """One region: its zones, and each type with accelerators with its zones and its price."""
    table = Table.grid(padding=(0, 2))
    for _ in ("type", "accelerators", "zones"):
        table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_row("type", "accelerators", "zones", "USD an hour", "origin")
    for name in _types(each):
        facts, zones = instance_type(name), " ".join(sorted(zones_offering(name, each.name)))
        usd, basis = _price(book, name, each.name)
        table.add_row(name, f"{facts.gpus} {facts.accelerator}", zones, usd or "unpriced", basis)
    head = f"{each.name}, {each.place}\nzones of EKS  {' '.join(each.zones)}"
    missing = ", ".join(each.services.unpriced)
    parts = (head, table_text(table), "\n".join(remarks(each)), f"items without a price: {missing or 'none'}")
    return "\n\n".join(filter(None, parts))


def regions_data(found: Sequence[RegionCoverage], book: PriceBook) -> list[dict[str, Any]]:
    """Return the same as JSON data."""
    return [_region(each, book) for each in found]


def remarks(each: RegionCoverage) -> Iterator[str]:
    """Yield what stands in the way of a stack in the region, or of its total."""
    if len(each.zones) < ZONES_OF_A_FOUNDATION:
        yield f"no foundation fits, which needs {ZONES_OF_A_FOUNDATION} zones"
    if not each.instances.priced:
        yield "no total, since no price of an instance type was read"
    elif each.without_total:
        yield f"no total of a foundation, since no price of {', '.join(each.without_total)} was read"


def _notes(found: Sequence[RegionCoverage]) -> Iterator[str]:
    """Yield each remark once, with the regions that it is of."""
    named: dict[str, list[str]] = {}
    for each in found:
        for remark in remarks(each):
            named.setdefault(remark, []).append(each.name)
    for remark, names in named.items():
        yield f"{remark}: {', '.join(names)}"


def _region(each: RegionCoverage, book: PriceBook) -> dict[str, Any]:
    return {
        "region": each.name,
        "place": each.place,
        "zones": list(each.zones),
        "accelerated_types": [_type(name, each.name, book) for name in _types(each)],
        "instance_prices": _coverage(each.instances),
        "service_prices": _coverage(each.services),
        "remarks": list(remarks(each)),
    }


def _type(name: str, region: str, book: PriceBook) -> dict[str, Any]:
    facts = instance_type(name)
    usd, basis = _price(book, name, region)
    return {
        "name": name,
        "accelerator": facts.accelerator,
        "accelerators": facts.gpus,
        "zones": sorted(zones_offering(name, region)),
        "usd_hour": usd,
        "basis": basis,
    }


def _coverage(found: Coverage) -> dict[str, Any]:
    by_basis: Mapping[str, int] = {str(basis): count for basis, count in found.by_basis.items()}
    return {
        "total": found.total,
        "priced": found.priced,
        "by_basis": by_basis,
        "unpriced": list(found.unpriced),
    }


def _types(each: RegionCoverage) -> list[str]:
    return [name for names in each.accelerators.values() for name in names]


def _price(book: PriceBook, name: str, region: str) -> tuple[str | None, str]:
    price = book.instance(name, region)
    if price is None or price.usd is None:
        return None, "unpriced"
    return _plain(price.usd), str(price.basis)


def _plain(amount: Decimal) -> str:
    return f"{amount.normalize():f}"


def _of(found: Coverage) -> str:
    return f"{found.priced} of {found.total}"
