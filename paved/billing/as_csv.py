"""The showback as CSV in FOCUS 1.2 columns: what each team is charged, adding up to the bill.

Each line is a charge derived from many, so columns that name one resource or one price are not there. Own columns
start with `x_` and stand last, as FOCUS wants it.
"""

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from io import StringIO

from paved.billing.allocation import AllocationKey
from paved.billing.cost_areas import GPU_NODES
from paved.billing.cost_owner import CostOwner
from paved.billing.dividing import apportion
from paved.billing.report import MonthReport
from pricing.money import ZERO

COLUMNS = (
    *("BilledCost", "BillingAccountId", "BillingAccountName", "BillingCurrency", "BillingPeriodEnd"),
    *("BillingPeriodStart", "ChargeCategory", "ChargeClass", "ChargeDescription", "ChargeFrequency"),
    *("ChargePeriodEnd", "ChargePeriodStart", "ContractedCost", "EffectiveCost", "InvoiceId"),
    *("InvoiceIssuerName", "ListCost", "PricingQuantity", "PricingUnit", "ProviderName", "PublisherName"),
    *("ServiceCategory", "ServiceName", "ServiceSubcategory", "SubAccountId", "Tags"),
    *("x_Team", "x_Stack", "x_CostCenter", "x_Environment", "x_AllocationMethod"),
)
"""The mandatory and recommended columns of FOCUS 1.2, some that a reader of showback needs, and our own."""

PROVIDER = "AWS"
FREQUENCY = {"Usage": "Usage-Based", "Purchase": "Recurring"}
SECTIONS = {
    "GPU nodes": ("Compute", "Virtual Machines"),
    "CPU nodes": ("Compute", "Virtual Machines"),
    "Control plane": ("Compute", "Containers"),
    "Network": ("Networking", "Network Infrastructure"),
    "Models and data": ("Storage", "Object Storage"),
    "Disks": ("Storage", "Block Storage"),
    "Run tracking": ("AI and Machine Learning", "Machine Learning"),
    "Monitoring": ("Management and Governance", "Observability"),
    "Security": ("Security", "Other (Security)"),
}
"""The FOCUS service category and subcategory of each area."""
NO_SECTION = ("Other", "Other (Other)")

ACTIVE = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
"""What makes a spreadsheet run a text as a formula (OWASP, CSV injection)."""

METHODS = {
    "direct": "the team's own tagged cost",
    "idle": "GPU hours of the pool that nobody asked for",
    "shared": "share of the platform, by own cost",
    "unallocated": "belongs to no team",
}


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the file before its texts are written."""

    cell: AllocationKey
    method: str
    billed: Decimal
    others: Mapping[str, Decimal]


def as_csv(report: MonthReport) -> str:
    """The showback as CSV. Texts that a spreadsheet would run are written with an apostrophe before them."""
    text = StringIO()
    writer = csv.DictWriter(text, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    for row in (*_own(report), *_shared(report)):
        writer.writerow({key: inert(value) for key, value in _texts(report, row).items()} | _numbers(row))
    return text.getvalue()


def inert(text: str) -> str:
    """A text that no spreadsheet runs as a formula."""
    return f"'{text}" if text.startswith(ACTIVE) else text


def _own(report: MonthReport) -> Iterator[Row]:
    """What is a team's or nobody's, with idle GPUs on a line of their own."""
    idle: dict[str, Decimal] = {}
    for pool in report.showback.pools:
        idle[pool.use.stack] = idle.get(pool.use.stack, ZERO) + pool.idle
    for cell, amount in report.amounts.items():
        if cell.holder.kind == "shared":
            continue
        method = "direct" if cell.holder.kind == "team" else "unallocated"
        is_gpu = cell.area == GPU_NODES and cell.category == "Usage"
        resting = idle.pop(cell.holder.stack, ZERO) if is_gpu else ZERO
        parts = {method: amount - resting, **({"idle": resting} if resting else {})}
        others = {column: apportion(known[cell], parts) for column, known in report.others.items()}
        for each, part in parts.items():
            yield Row(
                cell=cell, method=each, billed=part, others={key: of[each] for key, of in others.items()}
            )


def _shared(report: MonthReport) -> Iterator[Row]:
    """What of the shared platform each team is charged, and what of it nobody is."""
    parts = {share.holder: share.shared for share in report.showback.teams if share.shared}
    if report.showback.undivided:
        parts[CostOwner(kind="unallocated")] = report.showback.undivided
    if not parts:
        return
    others = {
        column: apportion(sum((known[cell] for cell in known if cell.holder.kind == "shared"), ZERO), parts)
        for column, known in report.others.items()
    }
    for each, part in parts.items():
        cell = AllocationKey(holder=each, area="Other", category="Usage")
        method = "shared" if each.kind == "team" else "unallocated"
        yield Row(cell=cell, method=method, billed=part, others={key: of[each] for key, of in others.items()})


def _numbers(row: Row) -> dict[str, str]:
    return {
        "BilledCost": f"{row.billed:f}",
        **{column: f"{amount:f}" for column, amount in row.others.items()},
    }


def _texts(report: MonthReport, row: Row) -> dict[str, str]:
    cell, holder = row.cell, row.cell.holder
    owned = report.organisation.by_name.get(holder.stack)
    period = (f"{report.month.first}T00:00:00Z", f"{report.month.following.first}T00:00:00Z")
    section = SECTIONS.get(cell.area, NO_SECTION)
    tags = {"service": holder.stack, "team": holder.team or holder.tag}
    return {
        "BillingAccountId": report.actuals.payer,
        "BillingCurrency": report.actuals.currency,
        "BillingPeriodStart": period[0],
        "BillingPeriodEnd": period[1],
        "ChargePeriodStart": period[0],
        "ChargePeriodEnd": period[1],
        "ChargeCategory": cell.category,
        "ChargeDescription": f"{'Platform' if row.method == 'shared' else cell.area}: {METHODS[row.method]}",
        "ChargeFrequency": FREQUENCY.get(cell.category, "One-Time"),
        "InvoiceIssuerName": PROVIDER,
        "ProviderName": PROVIDER,
        "PublisherName": PROVIDER,
        "ServiceCategory": section[0],
        "ServiceSubcategory": section[1],
        "ServiceName": "Platform" if row.method == "shared" else cell.area,
        "SubAccountId": owned.account if owned else "",
        "Tags": json.dumps({key: value for key, value in tags.items() if value}, sort_keys=True),
        "x_Team": holder.team or holder.tag,
        "x_Stack": holder.stack,
        "x_CostCenter": owned.cost_center if owned else "",
        "x_Environment": owned.environment if owned else "",
        "x_AllocationMethod": row.method,
    }
