"""Savings Plans and reservations of a month: how much of the use they cover, and how much of them was used.

Coverage is the part of the use that a commitment could cover which one does cover, at list prices. Utilisation is the
part of a commitment that was used, by whichever account of the organisation: both as AWS defines them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

from paved.billing.allocation import AllocatedLine
from paved.billing.bill_line import BillLine
from pricing.money import DIGITS, ZERO, cents


@dataclass(frozen=True, kw_only=True)
class CommitmentUse:
    """One commitment in a month: the fee that was billed for it, and its amortised cost, used and unused."""

    id: str
    type: str
    fee: Decimal
    used: Decimal
    unused: Decimal

    @property
    def utilisation_percent(self) -> Decimal | None:
        """The used part of the month's commitment; None where the bill holds none of its cost."""
        return _percent(self.used, self.used + self.unused)


@dataclass(frozen=True, kw_only=True)
class Commitments:
    """The commitments of a month. `covered` and `eligible` are use of `basis`, a cost of FOCUS."""

    each: tuple[CommitmentUse, ...]
    covered: Decimal
    eligible: Decimal
    basis: str

    @property
    def coverage_percent(self) -> Decimal | None:
        """The covered part of what a commitment could cover; None where nothing could be covered."""
        return _percent(self.covered, self.eligible)

    @property
    def unused(self) -> Decimal:
        """Money that was committed and bought nothing."""
        return sum((each.unused for each in self.each), ZERO)


def month_commitments(bill: Iterable[BillLine], own: Sequence[AllocatedLine]) -> Commitments:
    """The commitments of a month's bill, and their coverage of what is of our own accounts."""
    has_list = all(each.line.listed is not None for each in own)
    with localcontext(prec=DIGITS):
        eligible = [each.line for each in own if _is_eligible(each.line)]
        covered = [line for line in eligible if line.commitment is not None]
        return Commitments(
            each=_uses(bill),
            covered=cents(sum((_size(line, has_list) for line in covered), Decimal(0))),
            eligible=cents(sum((_size(line, has_list) for line in eligible), Decimal(0))),
            basis="ListCost" if has_list else "EffectiveCost",
        )


def _is_eligible(line: BillLine) -> bool:
    """Use of instances that is not spot, or that a commitment covers: what else a plan may cover, no bill says."""
    if line.category != "Usage" or line.is_spot:
        return False
    if line.commitment is not None:
        return line.commitment.status != "Unused"
    return bool(line.instance_type)


def _size(line: BillLine, has_list: bool) -> Decimal:
    return (line.listed or Decimal(0)) if has_list else line.effective


def _uses(bill: Iterable[BillLine]) -> tuple[CommitmentUse, ...]:
    lines: dict[str, list[BillLine]] = {}
    for line in bill:
        if line.commitment is not None:
            lines.setdefault(line.commitment.id, []).append(line)
    return tuple(_use(name, lines[name]) for name in sorted(lines))


def _use(name: str, lines: Sequence[BillLine]) -> CommitmentUse:
    fee = used = unused = Decimal(0)
    for line in lines:
        if line.category == "Purchase":
            fee += line.billed
        if is_unused(line):
            unused += line.effective
        elif line.category == "Usage":
            used += line.effective
    types = {line.commitment.type for line in lines if line.commitment and line.commitment.type}
    return CommitmentUse(
        id=name, type=", ".join(sorted(types)), fee=cents(fee), used=cents(used), unused=cents(unused)
    )


def is_unused(line: BillLine) -> bool:
    """Whether a line's amortised cost is of what nobody used of a commitment."""
    if line.commitment is None:
        return False
    # AWS has what is unused of a plan or a reservation in the line of its fee, other bills in one of its own.
    return line.commitment.status == "Unused" or line.category == "Purchase"


def _percent(part: Decimal, whole: Decimal) -> Decimal | None:
    if whole <= 0:
        return None
    with localcontext(prec=DIGITS):
        return (part / whole * 100).quantize(Decimal("0.1"))
