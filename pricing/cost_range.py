"""Ranges of an estimate: a cost, or a quantity, from least to most."""

from dataclasses import dataclass
from decimal import Decimal

from pricing.money import cents

FIGURES = ("floor", "low", "expected", "ceiling")
"""The names of the amounts of a range, in rising order."""


@dataclass(frozen=True, kw_only=True)
class CostRange:
    """A month: `floor` with no work at all, `expected` as assumed, `ceiling` with every pool at its maximum.

    `low` is what the expected work costs where the cheapest choice turns out to be had. Raises ValueError for
    figures that do not rise.
    """

    floor: Decimal
    low: Decimal
    expected: Decimal
    ceiling: Decimal

    def __post_init__(self) -> None:
        if not self.floor <= self.low <= self.expected <= self.ceiling:
            raise ValueError(f"figures rise from floor to ceiling, got {self}")

    @classmethod
    def flat(cls, amount: Decimal) -> "CostRange":
        """The same, whatever happens."""
        return cls(floor=amount, low=amount, expected=amount, ceiling=amount)

    @classmethod
    def usage(cls, amount: Decimal) -> "CostRange":
        """Nothing without work, and as much as assumed otherwise: usage has no ceiling of its own."""
        return cls(floor=Decimal(0), low=amount, expected=amount, ceiling=amount)

    def __add__(self, other: "CostRange") -> "CostRange":
        return CostRange(
            floor=self.floor + other.floor,
            low=self.low + other.low,
            expected=self.expected + other.expected,
            ceiling=self.ceiling + other.ceiling,
        )

    def __mul__(self, factor: Decimal) -> "CostRange":
        return CostRange(
            floor=self.floor * factor,
            low=self.low * factor,
            expected=self.expected * factor,
            ceiling=self.ceiling * factor,
        )

    def rounded(self) -> "CostRange":
        """The figures in whole cents."""
        return CostRange(
            floor=cents(self.floor),
            low=cents(self.low),
            expected=cents(self.expected),
            ceiling=cents(self.ceiling),
        )


NOTHING = CostRange.flat(Decimal(0))
