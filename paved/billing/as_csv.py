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
from itertools import chain
from typing import TypeVar

from paved.billing.allocation import AllocationKey, Amounts, divide_by_weight
from paved.billing.cost_areas import GPU_NODES, OTHER
from paved.billing.cost_owner import CostOwner
from paved.billing.idle_gpus import idle_by_stack
from paved.billing.report import MonthReport
from pricing.money import ZERO
from reference.tags import COST_TAG, SERVICE_TAG

Part = TypeVar("Part")

COLUMNS = (
    "BilledCost",
    "BillingAccountId",
    "BillingAccountName",
    "BillingCurrency",
    "BillingPeriodEnd",
    "BillingPeriodStart",
    "ChargeCategory",
    "ChargeClass",
    "ChargeDescription",
    "ChargeFrequency",
    "ChargePeriodEnd",
    "ChargePeriodStart",
    "ContractedCost",
    "EffectiveCost",
    "InvoiceId",
    "InvoiceIssuerName",
    "ListCost",
    "PricingQuantity",
    "PricingUnit",
    "ProviderName",
    "PublisherName",
    "ServiceCategory",
    "ServiceName",
    "ServiceSubcategory",
    "SubAccountId",
    "Tags",
    "x_Team",
    "x_Stack",
    "x_CostCenter",
    "x_Environment",
    "x_AllocationMethod",
)
"""The mandatory and recommended columns of FOCUS 1.2, some that a reader of showback needs, and our own."""

PROVIDER = "AWS"
# FOCUS forbids Usage-Based for a purchase.
FREQUENCY = {"Usage": "Usage-Based", "Purchase": "Recurring"}
SERVICE_CATEGORIES = {
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
OTHER_SERVICE = ("Other", "Other (Other)")

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
"""Beginnings of a text that a spreadsheet runs as a formula (OWASP, CSV injection)."""

METHODS = {
    "direct": "the team's own tagged cost",
    "idle": "GPU hours of the pool that nobody asked for",
    "shared": "share of the platform, by own cost",
    "unallocated": "belongs to no team",
}


@dataclass(frozen=True, kw_only=True)
class CsvRow:
    """One line of the file before its texts are written. `other_costs` are the costs beside BilledCost, by column."""

    key: AllocationKey
    method: str
    billed: Decimal
    other_costs: Mapping[str, Decimal]


def as_csv(report: MonthReport) -> str:
    """The showback as CSV. Texts that a spreadsheet would run are written with an apostrophe before them."""
    text = StringIO()
    writer = csv.DictWriter(text, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    for row in chain(_own_rows(report), _shared_rows(report)):
        # Costs are written as they are: a refund begins with a minus, and is no formula.
        texts = {column: inert(value) for column, value in _texts(report, row).items()}
        writer.writerow(texts | _numbers(row))
    return text.getvalue()


def inert(text: str) -> str:
    """A text that no spreadsheet runs as a formula."""
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text


def _own_rows(report: MonthReport) -> Iterator[CsvRow]:
    """Rows of teams and of nobody, with idle GPUs on a line of their own."""
    idle = idle_by_stack(report.showback.pools)
    for key, amount in report.amounts.items():
        if key.owner.kind == "shared":
            continue
        is_gpu = key.area == GPU_NODES and key.category == "Usage"
        idle_amount = idle.pop(key.owner.stack, ZERO) if is_gpu else ZERO
        method = "direct" if key.owner.kind == "team" else "unallocated"
        parts = {method: amount - idle_amount}
        if idle_amount:
            parts["idle"] = idle_amount
        weights = {column: amounts[key] for column, amounts in report.other_costs.items()}
        other_costs = _divided(weights, parts)
        for each, part in parts.items():
            yield CsvRow(key=key, method=each, billed=part, other_costs=other_costs[each])


def _shared_rows(report: MonthReport) -> Iterator[CsvRow]:
    """Rows of the shared platform: the part of each team, and the part that no team is charged."""
    parts = {share.owner: share.shared for share in report.showback.teams if share.shared}
    if report.showback.undivided:
        parts[CostOwner(kind="unallocated")] = report.showback.undivided
    if not parts:
        return
    totals = {column: _shared_total(amounts) for column, amounts in report.other_costs.items()}
    other_costs = _divided(totals, parts)
    for owner, part in parts.items():
        key = AllocationKey(owner=owner, area=OTHER, category="Usage")
        method = "shared" if owner.kind == "team" else "unallocated"
        yield CsvRow(key=key, method=method, billed=part, other_costs=other_costs[owner])


def _divided(totals: Mapping[str, Decimal], parts: Mapping[Part, Decimal]) -> dict[Part, dict[str, Decimal]]:
    """Totals by column, divided as the billed cost is: no source has another cost of a part."""
    divided: dict[Part, dict[str, Decimal]] = {part: {} for part in parts}
    for column, total in totals.items():
        for part, amount in divide_by_weight(total, parts).items():
            divided[part][column] = amount
    return divided


def _shared_total(amounts: Amounts) -> Decimal:
    return sum((amount for key, amount in amounts.items() if key.owner.kind == "shared"), ZERO)


def _numbers(row: CsvRow) -> dict[str, str]:
    costs = {"BilledCost": row.billed, **row.other_costs}
    return {column: f"{amount:f}" for column, amount in costs.items()}


def _texts(report: MonthReport, row: CsvRow) -> dict[str, str]:
    key, owner = row.key, row.key.owner
    stack = report.budget_owners.by_stack.get(owner.stack)
    period = (f"{report.month.first}T00:00:00Z", f"{report.month.following.first}T00:00:00Z")
    category, subcategory = SERVICE_CATEGORIES.get(key.area, OTHER_SERVICE)
    service = "Platform" if row.method == "shared" else key.area
    return {
        "BillingAccountId": report.actuals.payer,
        "BillingCurrency": report.actuals.currency,
        "BillingPeriodStart": period[0],
        "BillingPeriodEnd": period[1],
        "ChargePeriodStart": period[0],
        "ChargePeriodEnd": period[1],
        "ChargeCategory": key.category,
        "ChargeDescription": f"{service}: {METHODS[row.method]}",
        "ChargeFrequency": FREQUENCY.get(key.category, "One-Time"),
        "InvoiceIssuerName": PROVIDER,
        "ProviderName": PROVIDER,
        "PublisherName": PROVIDER,
        "ServiceCategory": category,
        "ServiceSubcategory": subcategory,
        "ServiceName": service,
        "SubAccountId": stack.account if stack else "",
        "Tags": _tags(owner),
        "x_Team": owner.team or owner.tag,
        "x_Stack": owner.stack,
        "x_CostCenter": stack.cost_center if stack else "",
        "x_Environment": stack.environment if stack else "",
        "x_AllocationMethod": row.method,
    }


def _tags(owner: CostOwner) -> str:
    # FOCUS has tags as one flat JSON object; a tag without a value is one that is not there.
    tags = {SERVICE_TAG: owner.stack, COST_TAG: owner.team or owner.tag}
    return json.dumps({tag: value for tag, value in tags.items() if value}, sort_keys=True)
