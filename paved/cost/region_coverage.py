"""The coverage of regions: what each offers, and how much of it has a price of which origin."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pricing.provenance import counts
from reference.instances import instance_types, zones_offering
from reference.prices import FAIL_CLOSED, Basis, Family, InstancePrice, Price, PriceBook, family_of_item
from reference.regions import regions
from stacks.checks.instances import zones_of


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """The prices that there are of a list of names, and the names without one."""

    by_basis: Mapping[Basis, int]
    unpriced: tuple[str, ...]

    @property
    def priced(self) -> int:
        """The names with a price."""
        return sum(self.by_basis.values())

    @property
    def total(self) -> int:
        """All names."""
        return self.priced + len(self.unpriced)


@dataclass(frozen=True, kw_only=True)
class RegionCoverage:
    """A region with the zones that EKS takes, its types with accelerators by class, and what has a price there."""

    name: str
    place: str
    zones: tuple[str, ...]
    accelerators: Mapping[str, tuple[str, ...]]
    instances: Coverage
    services: Coverage

    @property
    def without_total(self) -> tuple[str, ...]:
        """Items without whose price no foundation there has a total."""
        closed = FAIL_CLOSED - {Family.ACCELERATORS, Family.COMPUTE}
        return tuple(item for item in self.services.unpriced if family_of_item(item) in closed)


def coverage_of_regions(book: PriceBook) -> tuple[RegionCoverage, ...]:
    """Every region that this release of Paved knows, by name."""
    return tuple(region_coverage(book, name) for name in regions())


def region_coverage(book: PriceBook, name: str) -> RegionCoverage:
    """One region. Raises KeyError for one that is not known."""
    items = sorted({price.item for price in book.prices if not isinstance(price, InstancePrice)})
    offered = sorted(each for each in instance_types() if zones_offering(each, name))
    return RegionCoverage(
        name=name,
        place=regions()[name].place,
        zones=zones_of(name),
        accelerators=_by_class(offered),
        instances=_coverage((each, book.instance(each, name)) for each in offered),
        services=_coverage((item, book.service(item, name)) for item in items),
    )


def _coverage(found: Iterable[tuple[str, Price | None]]) -> Coverage:
    priced: list[Price] = []
    unpriced: list[str] = []
    for name, price in found:
        if price is None or price.usd is None:
            unpriced.append(name)
        else:
            priced.append(price)
    return Coverage(by_basis=counts(priced), unpriced=tuple(unpriced))


def _by_class(names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name in names:
        if accelerator := instance_types()[name].accelerator:
            found[accelerator] = (*found.get(accelerator, ()), name)
    return {accelerator: found[accelerator] for accelerator in sorted(found)}
