"""What stacks were expected to cost before the month began, as whoever prices plans tells it."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, kw_only=True)
class StackEstimate:
    """A month of one stack, in US dollars. `areas` divide the expected figure by area of the bill."""

    floor: Decimal
    expected: Decimal
    ceiling: Decimal
    areas: Mapping[str, Decimal]


@dataclass(frozen=True, kw_only=True)
class MonthEstimate:
    """A month of every stack that was priced. `unpriced` counts resources without a price, which no figure holds."""

    prices_as_of: str
    stacks: Mapping[str, StackEstimate]
    unpriced: int = 0
