"""Lines of a bill, added up by day, tag and service, whichever source they were read from."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from paved.billing.month import Month
from pricing.money import cents

CURRENCY = "USD"
"""Budgets of stack files are in US dollars, and nothing here converts."""

CommitmentStatus = Literal["", "Used", "Unused"]

Product = Literal["", "marketplace", "transfer"]
"""A kind of product that the name of its service does not tell."""

LineKind = Literal["usage", "once"]
"""`usage` goes on day by day; `once` is a fee, a credit, a tax or a correction, which no forecast repeats."""


@dataclass(frozen=True, kw_only=True, order=True)
class Commitment:
    """A Savings Plan or a reservation, and whether a line is of what was used of it. A fee has no status."""

    id: str
    type: str = ""
    status: CommitmentStatus = ""


@dataclass(frozen=True, kw_only=True)
class BillLine:
    """The cost of everything alike in these ways.

    `month` is that of the bill and `day` that of the use, which a correction has in another month. `team` and `stack`
    are tag values, "" for none. A cost that the source does not tell is None. `commitment` is the one that covers the
    use, or whose fee it is; `is_spot` use can be covered by none. `team_key` is the key of the team tag where it is not
    spelled as most are, `namespace` that which the provider allocated a part of a shared node to.
    """

    month: Month
    day: date
    team: str
    stack: str
    account: str
    service: str
    service_category: str
    category: str
    kind: LineKind
    instance_type: str
    billed: Decimal
    effective: Decimal
    listed: Decimal | None
    contracted: Decimal | None
    commitment: Commitment | None = None
    is_spot: bool = False
    product: Product = ""
    team_key: str = ""
    namespace: str = ""

    @property
    def item(self) -> str:
        """The instance type, or else the service: the thing that changes and anomalies are reported of."""
        return self.instance_type or self.service

    @property
    def is_commitment_fee(self) -> bool:
        """Whether it is the price of a commitment, and no use."""
        return self.commitment is not None and self.category == "Purchase"


@dataclass(frozen=True, kw_only=True)
class Actuals:
    """The lines of a month and of those before it, and notes on the source for the reader of the report.

    `rows` counts the month's lines as the source has them, before they were added up.
    """

    source: str
    currency: str
    payer: str
    rows: int
    lines: tuple[BillLine, ...]
    notes: tuple[str, ...] = ()
    has_commitments: bool = False
    """Whether the source says which line is of which commitment."""
    has_team_tags: bool = True
    """Whether it has the team tag of every line: Cost Explorer groups by two things, and stacks are one of them."""
    rehearsed: bool = False

    def of_month(self, month: Month) -> tuple[BillLine, ...]:
        """The lines that a month's bill holds, whenever they arose."""
        return tuple(line for line in self.lines if line.month == month)


def bill(lines: Iterable[BillLine]) -> Decimal:
    """The sum of lines to the cent: the figure that every table of the report adds up to."""
    return cents(sum((line.billed for line in lines), Decimal(0)))
