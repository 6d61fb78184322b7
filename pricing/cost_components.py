"""Cost components: the parts of a resource's cost, each with its reason and its certainty."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from pricing.cost_range import CostRange
from pricing.money import HOURS_A_MONTH
from pricing.rates import Rate
from reference.prices import Family


class CostKind(StrEnum):
    """The certainty of a cost component.

    `baseline` follows from the plan, `assumed` from a stated amount of work, `usage` has a rate and nobody said
    how much, `free` costs nothing, `unpriced` has no rate.
    """

    BASELINE = "baseline"
    ASSUMED = "assumed"
    USAGE = "usage"
    FREE = "free"
    UNPRICED = "unpriced"


@dataclass(frozen=True, kw_only=True)
class CostComponent:
    """One cost of one resource. `amount` is a month's or None; `starred` marks a default assumption."""

    what: str
    kind: CostKind
    amount: CostRange | None = None
    rates: tuple[Rate, ...] = ()
    starred: bool = False
    note: str = ""
    hours: Decimal = HOURS_A_MONTH
    """Hours of the month in which the expected amount falls, for what is bought by the hour."""

    @property
    def fails_closed(self) -> bool:
        """Whether there is no total without this charge."""
        return any(rate.fails_closed for rate in self.rates)


def metered(
    what: str,
    rate: Rate,
    quantity: CostRange | None,
    *,
    assumed: bool = False,
    starred: bool = False,
    note: str = "",
) -> CostComponent:
    """A charge by quantity; by what nobody stated where `quantity` is None."""
    if rate.usd is None:
        return CostComponent(what=what, kind=CostKind.UNPRICED, rates=(rate,), note=rate.why)
    if quantity is None:
        return CostComponent(
            what=what,
            kind=CostKind.USAGE,
            rates=(rate,),
            note=f"{rate.usd.normalize():f} USD each {rate.unit}",
        )
    kind = CostKind.ASSUMED if assumed else CostKind.BASELINE
    return CostComponent(
        what=what, kind=kind, amount=quantity * rate.usd, rates=(rate,), starred=starred, note=note
    )


def free(what: str, note: str) -> CostComponent:
    """A charge of nothing, with the reason."""
    return CostComponent(what=what, kind=CostKind.FREE, note=note)


def gap(what: str, why: str) -> CostComponent:
    """Something that costs money, or may, and has no figure."""
    return CostComponent(what=what, kind=CostKind.UNPRICED, note=why)


def closed_gap(what: str, item: str, why: str) -> CostComponent:
    """Something without whose price there is no total: it may be an accelerator."""
    rate = Rate(item=item, unit="hour", usd=None, family=Family.ACCELERATORS, why=why)
    return CostComponent(what=what, kind=CostKind.UNPRICED, rates=(rate,), note=why)
