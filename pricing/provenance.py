"""The origin of the prices that an estimate rests on, counted and weighed by what they make of the total."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from pricing.estimate import Estimate, EstimateLine
from reference.prices import Basis, Price

WEAKNESS = (Basis.READ, Basis.COPIED, Basis.DERIVED, Basis.SECONDARY, Basis.REMEMBERED, Basis.UNPRICED)
"""The origins from the surest to none."""


def counts(prices: Iterable[Price]) -> Mapping[Basis, int]:
    """Count prices by origin, from the surest to none; an origin that no price has is left out."""
    found = [price.basis for price in prices]
    return {basis: found.count(basis) for basis in WEAKNESS if basis in found}


def expected_by_basis(priced: Estimate) -> Mapping[Basis, Decimal]:
    """Divide the expected total by origin. A line is as sure as the least sure price that it may be charged at."""
    found: dict[Basis, Decimal] = {}
    for line in priced.lines:
        basis = _weakest(line)
        if line.amount and basis:
            found[basis] = found.get(basis, Decimal(0)) + line.amount.expected
    return {basis: found[basis] for basis in WEAKNESS if basis in found}


def _weakest(line: EstimateLine) -> Basis | None:
    used = [rate.price.basis for rate in line.charge.rates if rate.price and rate.usd is not None]
    return max(used, key=WEAKNESS.index) if used else None
