"""Rates: the price of a unit on a day in a region after discounts, or the reason why there is none."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from reference.prices import FAIL_CLOSED, Family, Price, PriceBook


@dataclass(frozen=True, kw_only=True)
class Rate:
    """US dollars a unit, or None with the reason. `price` is the row it is from, before discounts."""

    item: str
    unit: str
    usd: Decimal | None
    family: Family
    price: Price | None = None
    why: str = ""
    spot_usd: Decimal | None = None

    @property
    def fails_closed(self) -> bool:
        """Whether there is no total without this rate."""
        return self.usd is None and self.family in FAIL_CLOSED


@dataclass(frozen=True, kw_only=True)
class Rates:
    """The price book as it applies to one stack. `discounts` are percentages off the list price, by family."""

    book: PriceBook
    region: str
    as_of: date
    discounts: Mapping[Family, Decimal] = field(default_factory=dict)

    def service(self, item: str, family: Family = Family.SERVICES) -> Rate:
        """The rate of an item of the book."""
        return self._rate(item, self.book.service(item, self.region), family)

    def instance(self, instance_type: str, family: Family) -> Rate:
        """The rate of an instance-hour on demand."""
        price = self.book.instance(instance_type, self.region)
        rate = self._rate(instance_type, price, family)
        if rate.usd is None or price is None or price.usd is None or price.spot_usd is None:
            return rate
        # A request without a price limit of its own is never charged more than on demand.
        seen = min(price.spot_usd, price.usd)
        return replace(rate, spot_usd=min(seen, rate.usd))

    def _rate(self, item: str, price: Price | None, family: Family) -> Rate:
        family = price.family if price else family
        unit = price.unit if price else "unit"
        if price is None or price.usd is None:
            why = f"no price of {item} was read for {self.region}"
            return Rate(item=item, unit=unit, usd=None, family=family, price=price, why=why)
        factor = 1 - self.discounts.get(family, Decimal(0)) / 100
        return Rate(item=item, unit=unit, usd=price.usd * factor, family=family, price=price)
