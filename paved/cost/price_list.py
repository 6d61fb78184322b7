"""AWS's Price List, asked one product at a time."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol

from paved.cost.price_products import Product

ENDPOINT_REGION = "us-east-1"
"""One of the few regions that answer; each knows the prices of all of them."""


class Client(Protocol):
    """The part of boto3's `pricing` client that is used."""

    def get_products(self, **request: Any) -> Mapping[str, Any]: ...


class NoSinglePrice(Exception):
    """The Price List has no price for a product, or several. The book keeps what it has."""


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A price as AWS lists it, and from which day it holds."""

    usd: Decimal
    effective: date


class PriceList:
    """Reads on-demand list prices. Every page is one request, which AWS does not charge for."""

    def __init__(self, client: Client):
        """`client` is boto3's client of `pricing`, in ENDPOINT_REGION."""
        self._client = client
        self.requests = 0

    def price(self, product: Product, region: str) -> Listed:
        """The price of a product in a region. Raises NoSinglePrice unless there is exactly one."""
        found: set[Listed] = set()
        for item in self._products(product, region):
            if product.is_of(str(item["product"]["attributes"].get("usagetype", ""))):
                found |= set(_first_tier(item, product.per))
        if len(found) != 1:
            prices = ", ".join(sorted(f"{each.usd:f}" for each in found)) or "none"
            raise NoSinglePrice(f"the Price List has {prices} where one price is expected")
        return found.pop()

    def _products(self, product: Product, region: str) -> Iterator[Mapping[str, Any]]:
        filters = {**product.filters, "regionCode": region}
        request = {
            "ServiceCode": product.service,
            "Filters": [
                {"Type": "TERM_MATCH", "Field": key, "Value": value} for key, value in sorted(filters.items())
            ],
            "FormatVersion": "aws_v1",
        }
        token = None
        while True:
            self.requests += 1
            page = self._client.get_products(**request, **({"NextToken": token} if token else {}))
            for text in page["PriceList"]:
                yield json.loads(text)
            token = page.get("NextToken")
            if not token:
                return


def _first_tier(item: Mapping[str, Any], per: int) -> Iterator[Listed]:
    """The on-demand prices that begin at the first unit. A price of 0 is a free tier: the next one counts."""
    for term in item.get("terms", {}).get("OnDemand", {}).values():
        tiers = []
        for tier in term["priceDimensions"].values():
            try:
                tiers.append((Decimal(tier.get("beginRange", "0")), Decimal(tier["pricePerUnit"]["USD"])))
            except (InvalidOperation, KeyError):
                continue
        priced = [usd for _, usd in sorted(tiers) if usd > 0]
        if priced:
            yield Listed(usd=priced[0] * per, effective=date.fromisoformat(term["effectiveDate"][:10]))
