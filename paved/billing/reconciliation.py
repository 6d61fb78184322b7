"""From the total of a report to the invoice, part by part and to the cent."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, localcontext

from paved.billing.bill_line import BillLine
from paved.billing.commitments import is_unused
from paved.billing.metric import Metric, cost_in
from pricing.money import DIGITS, ZERO, split

FEES = "fees of commitments"
COVERED = "use that commitments cover"
UNUSED = "commitments that nobody used"
OTHER = "other differences"
DISCOUNTS = "discounts and commitments"
ORDER = (FEES, COVERED, UNUSED, OTHER, DISCOUNTS)


@dataclass(frozen=True, kw_only=True)
class ReconciliationPart:
    """One difference of a metric and the invoice, in whole cents. Added to the metric's total, it nears the invoice."""

    label: str
    amount: Decimal


@dataclass(frozen=True, kw_only=True)
class Reconciliation:
    """The total of a metric over all lines of the bill, and what leads from it to the invoice."""

    total: Decimal
    parts: tuple[ReconciliationPart, ...]
    invoice: Decimal

    @property
    def is_exact(self) -> bool:
        """Whether total and parts are the invoice."""
        return self.total + sum((part.amount for part in self.parts), ZERO) == self.invoice


def reconcile(lines: Iterable[BillLine], metric: Metric, total: Decimal, invoice: Decimal) -> Reconciliation:
    """Explain the difference between a metric's total and the invoice, both in whole cents."""
    sums: dict[str, Decimal] = {}
    with localcontext(prec=DIGITS):
        for line in lines:
            for label, amount in _differences(line, metric):
                sums[label] = sums.get(label, Decimal(0)) + amount
    ordered = {label: sums[label] for label in ORDER if sums.get(label)}
    parts: list[ReconciliationPart] = []
    for label, amount in split(invoice - total, ordered).items():
        if amount:
            parts.append(ReconciliationPart(label=label, amount=amount))
    return Reconciliation(total=total, parts=tuple(parts), invoice=invoice)


def _differences(line: BillLine, metric: Metric) -> list[tuple[str, Decimal]]:
    """The billed cost of a line above its cost in the metric, by reason."""
    if metric == "billed":
        return []
    if line.is_commitment_fee:
        unused = [(UNUSED, -line.effective)] if metric == "effective" else []
        return [(FEES, line.billed), *unused]
    difference = line.billed - cost_in(line, metric)
    if metric == "list":
        return [(DISCOUNTS, difference)]
    if is_unused(line):
        return [(UNUSED, difference)]
    return [(COVERED if line.commitment else OTHER, difference)]
