"""Dated list prices of the AWS services that Paved uses, by region, read from data files. No network.

A price that nobody read is `None`, never 0, and a price of another region stands for nothing.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import TypeVar

from reference.instances import instance_types

BASE_REGION = "us-east-1"
"""The region of the price that a derived price starts from: the only one in which every family was read whole."""

Key = TypeVar("Key")
Row = TypeVar("Row")

AMOUNT = re.compile(r"[0-9]{1,9}(\.[0-9]{1,15})?")
UNPRICED = "unpriced"
"""The word of a data file for a price that is not known."""


class Family(StrEnum):
    """A family of prices: its age limit, and whether there is a total without one."""

    ACCELERATORS = "accelerators"
    COMPUTE = "compute"
    DATABASES = "databases"
    NAT = "nat"
    SERVICES = "services"


AGE_LIMIT_DAYS: Mapping[Family, int] = MappingProxyType(
    {
        # In June 2025 the list prices of P4 and P5 fell by a third to a half. CPU prices have not moved in years.
        Family.ACCELERATORS: 180,
        Family.COMPUTE: 730,
        Family.DATABASES: 730,
        Family.NAT: 1095,
        Family.SERVICES: 1095,
    }
)
FAIL_CLOSED = frozenset({Family.ACCELERATORS, Family.COMPUTE, Family.DATABASES, Family.NAT})
"""The families without whose price there is no total."""


class Basis(StrEnum):
    """The origin of a price, from the surest to none.

    `read` from AWS's Price List or from a page of AWS; `copied` from a list that a public project generates from the
    Price List; `derived` by the ratio that its own family has between two regions; `secondary` from somebody who
    quotes AWS; `remembered` and not verified; `unpriced`.
    """

    READ = "read"
    COPIED = "copied"
    DERIVED = "derived"
    SECONDARY = "secondary"
    REMEMBERED = "remembered"
    UNPRICED = "unpriced"


@dataclass(frozen=True, kw_only=True)
class Price:
    """The price of one `unit` in US dollars before discounts, or `usd` None where nobody read it."""

    item: str
    region: str
    unit: str
    usd: Decimal | None
    family: Family
    basis: Basis
    source: str
    as_of: date

    @property
    def last_day(self) -> date:
        """The last day on which the price is not too old, by its family."""
        return self.as_of + timedelta(days=AGE_LIMIT_DAYS[self.family])

    def is_too_old(self, day: date) -> bool:
        """Whether the price has outlived what its family allows."""
        return day > self.last_day

    @property
    def formula(self) -> str | None:
        """The other rows that the price follows from; None for a price that is not derived."""
        return None


@dataclass(frozen=True, kw_only=True)
class InstancePrice(Price):
    """The on-demand price of one instance-hour. `spot_usd` is one look at the spot market, not a promise.

    `ratio_of` is the type of the same family, priced in both regions, whose ratio a derived price has.
    """

    spot_usd: Decimal | None = None
    ratio_of: str | None = None

    @property
    def formula(self) -> str | None:
        """The three rows that a derived price follows from: AWS prices sizes of a family in proportion."""
        if self.ratio_of is None:
            return None
        base, region = BASE_REGION, self.region
        return f"{self.item} in {base} x {self.ratio_of} in {region} / {self.ratio_of} in {base}"


@dataclass(frozen=True, kw_only=True)
class Free:
    """A type of resource that AWS does not charge for by itself. `why` is `free`, `carried` or `configuration`."""

    type: str
    why: str
    source: str
    as_of: date


class PriceBook:
    """The prices of one folder: `instances.csv`, `services.csv` and `free.csv`."""

    def __init__(
        self,
        *,
        instances: Mapping[tuple[str, str], InstancePrice],
        services: Mapping[tuple[str, str], Price],
        free: Mapping[str, Free],
    ):
        """Instances are by type and region, services by item and region, free types by name."""
        self._instances, self._services, self._free = dict(instances), dict(services), dict(free)

    @classmethod
    def read(cls, folder: Traversable) -> "PriceBook":
        """Read a folder of prices. Raises OSError, KeyError or ValueError for files that are none."""
        instances = [_instance(row) for row in _rows(folder, "instances.csv")]
        services = [_service(row) for row in _rows(folder, "services.csv")]
        free = [_free(row) for row in _rows(folder, "free.csv")]
        return cls(
            instances=_once("instances.csv", [((price.item, price.region), price) for price in instances]),
            services=_once("services.csv", [((price.item, price.region), price) for price in services]),
            free=_once("free.csv", [(each.type, each) for each in free]),
        )

    def instance(self, instance_type: str, region: str) -> InstancePrice | None:
        """An instance-hour; None where the type is not offered there, or is not known."""
        return self._instances.get((instance_type, region))

    def service(self, item: str, region: str) -> Price | None:
        """One unit of an item of `services.csv`; None for a region that is not in the book."""
        return self._services.get((item, region))

    def free(self, type: str) -> Free | None:
        """Why a type of resource is free, where it is."""
        return self._free.get(type)

    @property
    def free_types(self) -> tuple[Free, ...]:
        """Every type that is free, by name."""
        return tuple(self._free[name] for name in sorted(self._free))

    @property
    def regions(self) -> frozenset[str]:
        """The regions that have rows."""
        return frozenset(price.region for price in self.prices)

    @property
    def prices(self) -> Iterator[Price]:
        """Every row, priced or not, sorted."""
        yield from (self._instances[key] for key in sorted(self._instances))
        yield from (self._services[key] for key in sorted(self._services))


def packaged_folder() -> Traversable:
    """Return the folder of the prices that this release of Paved brings along."""
    return files("reference") / "data" / "prices"


@cache
def packaged_prices() -> PriceBook:
    """The prices that this release of Paved brings along."""
    return PriceBook.read(packaged_folder())


def family_of_instance(name: str) -> Family:
    """Accelerators or compute. A type that is not known is an accelerator: the shorter age limit."""
    known = instance_types().get(name)
    return Family.COMPUTE if known and not known.accelerator else Family.ACCELERATORS


def family_of_item(item: str) -> Family:
    """The family of an item of `services.csv`, by the first words of its name."""
    prefixes = {"nat-": Family.NAT, "rds-": Family.DATABASES}
    return next((family for start, family in prefixes.items() if item.startswith(start)), Family.SERVICES)


def _once(name: str, rows: Iterable[tuple[Key, Row]]) -> dict[Key, Row]:
    """Rows by their key. Raises ValueError for a second row of one: two prices of a thing are none."""
    found: dict[Key, Row] = {}
    for key, row in rows:
        if key in found:
            raise ValueError(f"{name}: {' in '.join(key) if isinstance(key, tuple) else key} has two rows")
        found[key] = row
    return found


def _instance(row: dict[str, str]) -> InstancePrice:
    return InstancePrice(
        item=row["instance_type"],
        region=row["region"],
        unit="hour",
        usd=_usd(row["on_demand_usd_hour"]),
        spot_usd=_usd(row["spot_usd_hour"]) if row["spot_usd_hour"] else None,
        family=family_of_instance(row["instance_type"]),
        basis=Basis(row["basis"]),
        ratio_of=_ratio_of(row),
        source=row["source"],
        as_of=date.fromisoformat(row["as_of"]),
    )


def _ratio_of(row: dict[str, str]) -> str | None:
    """The sibling of a derived price. Raises ValueError where one lacks it, or another price has it.

    A folder of an earlier release has no such column, and derived prices without a formula.
    """
    if "ratio_of" not in row:
        return None
    if (row["basis"] == Basis.DERIVED) != bool(row["ratio_of"]):
        where = f"instances.csv, {row['instance_type']} in {row['region']}"
        raise ValueError(f"{where}: a derived price names its sibling in `ratio_of`, and no other price does")
    return row["ratio_of"] or None


def _service(row: dict[str, str]) -> Price:
    return Price(
        item=row["item"],
        region=row["region"],
        unit=row["unit"],
        usd=_usd(row["usd"]),
        family=family_of_item(row["item"]),
        basis=Basis(row["basis"]),
        source=row["source"],
        as_of=date.fromisoformat(row["as_of"]),
    )


def _free(row: dict[str, str]) -> Free:
    return Free(
        type=row["type"], why=row["why"], source=row["source"], as_of=date.fromisoformat(row["as_of"])
    )


def _usd(text: str) -> Decimal | None:
    """An amount, or None where the file says that there is none. Raises ValueError for a price that is not above 0."""
    if text == UNPRICED:
        return None
    # Decimal reads other scripts' digits, `1_000` and numbers of a billion places as well.
    if not AMOUNT.fullmatch(text) or not Decimal(text):
        raise ValueError(f"a price is more than 0 or `{UNPRICED}`, in decimal digits, got {text[:40]!a}")
    return Decimal(text)


def _rows(folder: Traversable, name: str) -> Iterator[dict[str, str]]:
    text = (folder / name).read_text(encoding="utf-8")
    reader = csv.DictReader(text.splitlines(), strict=True)
    if not text.strip():
        raise ValueError(f"{name} is empty")
    try:
        for row in reader:
            if None in row or None in row.values():
                raise ValueError(f"{name}, line {reader.line_num}: has not as many cells as the header")
            yield row
    except csv.Error as error:
        raise ValueError(f"{name}, line {reader.line_num}: {error}") from error
