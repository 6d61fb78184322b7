"""The showback as CSV in FOCUS 1.2 columns: what each team is charged, adding up to the invoice.

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
from unicodedata import category, normalize

from paved.billing.allocation import AllocationKey, Amounts, divide_by_weight
from paved.billing.cost_areas import FEES, GPU_NODES, OTHER
from paved.billing.cost_owner import CostOwner, OwnerKind
from paved.billing.idle_gpus import idle_by_stack
from paved.billing.report import MonthReport
from paved.billing.showback import ByOwner
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
    "SageMaker": ("AI and Machine Learning", "Machine Learning"),
    "Monitoring": ("Management and Governance", "Observability"),
    "Security": ("Security", "Other (Security)"),
}
"""The FOCUS service category and subcategory of each area."""
OTHER_SERVICE = ("Other", "Other (Other)")

FORMULA_SIGNS = ("=", "+", "-", "\N{MINUS SIGN}", "@", "\t", "\r", "\n", "|", "%")
"""Beginnings of a text that a spreadsheet runs as a formula (OWASP, CSV injection)."""

UNSEEN = ("Zs", "Zl", "Zp", "Cf")
"""Unicode categories of blanks and of marks without a shape, which may stand before a sign."""

METHODS = {
    "direct": "the team's own cost, by tag or account",
    "idle": "GPU hours of the pool that nobody asked for",
    "shared": "share of the platform, by the rules of the report",
    "distributed": "share of tax, support and plan fees, by the declared key",
    "undistributed": "charged for a whole account, not distributed",
    "unallocated": "belongs to no team",
    "outside": "of an account that no stack file names",
}
OWN_METHODS: Mapping[str, str] = {"team": "direct", "unallocated": "unallocated", "outside": "outside"}


@dataclass(frozen=True, kw_only=True)
class CsvRow:
    """One line of the file before its texts are written, with its costs by column of FOCUS."""

    key: AllocationKey
    method: str
    costs: Mapping[str, Decimal]


def as_csv(report: MonthReport) -> str:
    """The showback as CSV. Texts that a spreadsheet would run are written with an apostrophe before them."""
    text = StringIO()
    writer = csv.DictWriter(text, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    for row in chain(_own_rows(report), _shared_rows(report), _common_rows(report)):
        # Costs are written as they are: a refund begins with a minus, and is no formula.
        texts = {column: inert(value) for column, value in _texts(report, row).items()}
        costs = {column: f"{amount:f}" for column, amount in row.costs.items()}
        writer.writerow(texts | costs)
    return text.getvalue()


def inert(text: str) -> str:
    """A text that no spreadsheet runs as a formula."""
    # Full-width and small forms of a sign are the sign itself to a spreadsheet that normalises what is typed.
    plain = normalize("NFKC", text)
    shown = plain.lstrip("".join(each for each in set(plain) if category(each) in UNSEEN))
    return f"'{text}" if text.startswith(FORMULA_SIGNS) or shown.startswith(FORMULA_SIGNS) else text


def _own_rows(report: MonthReport) -> Iterator[CsvRow]:
    """Rows of teams, of nobody and of accounts outside, with idle GPUs on a line of their own."""
    idle = idle_by_stack(report.showback.pools)
    for key, amount in report.amounts.items():
        method = OWN_METHODS.get(key.owner.kind)
        if method is None:
            continue
        is_gpu = key.area == GPU_NODES and key.category == "Usage"
        idle_amount = idle.pop(key.owner.stack, ZERO) if is_gpu else ZERO
        parts = {method: amount - idle_amount}
        if idle_amount:
            parts["idle"] = idle_amount
        totals = {column: amounts[key] for column, amounts in report.costs.items()}
        costs = _divided(report, totals, parts)
        for each in parts:
            yield CsvRow(key=key, method=each, costs=costs[each])


def _shared_rows(report: MonthReport) -> Iterator[CsvRow]:
    """Rows of the shared platform: the part of each team, and the part that no team is charged."""
    parts = {share.owner: share.shared for share in report.showback.teams}
    if report.showback.undivided or not parts:
        parts[CostOwner(kind="unallocated")] = report.showback.undivided
    methods = {"team": "shared", "unallocated": "unallocated"}
    yield from _rows_of(report, "shared", parts, methods, OTHER)


def _common_rows(report: MonthReport) -> Iterator[CsvRow]:
    """Rows of tax, support and plan fees: the part of each team, or each charge where they are not distributed."""
    if report.showback.undistributed:
        parts = dict(report.showback.undistributed)
    else:
        parts = {share.owner: share.common for share in report.showback.teams}
    yield from _rows_of(report, "common", parts, {"team": "distributed", "common": "undistributed"}, FEES)


def _category(owner: CostOwner, kind: OwnerKind) -> str:
    """The charge category of a derived row: a distributed charge is none of the provider's, so an adjustment."""
    if kind == "shared":
        return "Usage"
    if owner.kind == "team":
        return "Adjustment"
    return "Tax" if owner.charge == "tax" else "Purchase"


def _rows_of(
    report: MonthReport, kind: OwnerKind, parts: ByOwner, methods: Mapping[str, str], area: str
) -> Iterator[CsvRow]:
    """Rows of all cost of a kind, divided among those who are charged it."""
    totals = {column: _total_of(amounts, kind) for column, amounts in report.costs.items()}
    if not parts or not any(key.owner.kind == kind for key in report.amounts):
        return
    for owner, costs in _divided(report, totals, parts).items():
        if any(costs.values()):
            key = AllocationKey(owner=owner, area=area, category=_category(owner, kind))
            yield CsvRow(key=key, method=methods[owner.kind], costs=costs)


def _divided(
    report: MonthReport, totals: Mapping[str, Decimal], parts: Mapping[Part, Decimal]
) -> dict[Part, dict[str, Decimal]]:
    """Totals by column, divided as the cost in the report's metric is: no source has another cost of a part."""
    divided: dict[Part, dict[str, Decimal]] = {part: {} for part in parts}
    for column, total in totals.items():
        # The metric's own column holds the parts as they stand in every table.
        is_own = column == report.column and total == sum(parts.values(), ZERO)
        shares = parts if is_own else divide_by_weight(total, parts)
        for part, amount in shares.items():
            divided[part][column] = amount
    return divided


def _total_of(amounts: Amounts, kind: OwnerKind) -> Decimal:
    return sum((amount for key, amount in amounts.items() if key.owner.kind == kind), ZERO)


def _texts(report: MonthReport, row: CsvRow) -> dict[str, str]:
    key, owner = row.key, row.key.owner
    stack = report.budget_owners.by_stack.get(owner.stack)
    period = (f"{report.month.first}T00:00:00Z", f"{report.month.following.first}T00:00:00Z")
    category, subcategory = SERVICE_CATEGORIES.get(key.area, OTHER_SERVICE)
    service = "Platform" if row.method == "shared" else owner.charge.capitalize() or key.area
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
        "SubAccountId": stack.account if stack else owner.account,
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
