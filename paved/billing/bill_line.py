"""What was billed, as whichever source told it: charges added up by day, tag and service."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from paved.billing.month import Month
from pricing.money import cents

Kind = Literal["usage", "once"]
"""`usage` goes on day by day; `once` is a fee, a credit, a tax or a correction, which no forecast repeats."""


@dataclass(frozen=True, kw_only=True)
class BillLine:
    """The billed cost of everything alike in these ways.

    `team` and `stack` are tag values, "" for none. Cost Explorer knows no list or contracted cost: None.
    """

    month: Month
    day: date
    team: str
    stack: str
    account: str
    service: str
    service_category: str
    category: str
    kind: Kind
    instance_type: str
    billed: Decimal
    effective: Decimal
    listed: Decimal | None
    contracted: Decimal | None


@dataclass(frozen=True, kw_only=True)
class Actuals:
    """The charges of a month and of those before it, and what a reader of the report must know of the source."""

    source: str
    currency: str
    payer: str
    rows: int
    charges: tuple[BillLine, ...]
    notes: tuple[str, ...] = ()
    rehearsed: bool = False

    def of(self, month: Month) -> tuple[BillLine, ...]:
        """The charges that a month's bill holds, whenever they arose."""
        return tuple(charge for charge in self.charges if charge.month == month)


def billed(charges: Iterable[BillLine]) -> Decimal:
    """What charges come to, exact."""
    return sum((charge.billed for charge in charges), Decimal(0))


def bill(charges: Iterable[BillLine]) -> Decimal:
    """What charges come to, to the cent: the figure that every table of the report adds up to."""
    return cents(billed(charges))
