"""Actuals from AWS Cost Explorer: three queries whose results are the bill, none of it twice.

Cost Explorer groups by two keys at most. So what carries a stack tag is asked by stack and service, and its EC2
instances by stack and instance type; what carries none is asked by team tag and service. A stack tag therefore
decides over a team tag that contradicts it, and credits show as what they are only by being negative.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from paved.billing.bill_line import Actuals, BillLine, Kind
from paved.billing.cost_explorer_cache import CostExplorerCache
from paved.billing.month import Month
from paved.errors import BadInput
from reference.tags import COST_TAG
from stacks.reading.problems import shown

STACK_TAG = "service"
INSTANCES = "Amazon Elastic Compute Cloud - Compute"
METRICS = ("UnblendedCost", "AmortizedCost")
CURRENCY = "USD"
MONTHS = 2
"""The month and the one before it: each more costs pages."""

FEES = ("Tax", "AWS Support", "Savings Plans for")
"""Services that are charged once in a while and not by use, by how their names begin."""

Request = Mapping[str, Any]
TAGGED: Request = {"Not": {"Tags": {"Key": STACK_TAG, "MatchOptions": ["ABSENT"]}}}
UNTAGGED: Request = {"Tags": {"Key": STACK_TAG, "MatchOptions": ["ABSENT"]}}
IS_INSTANCE: Request = {"Dimensions": {"Key": "SERVICE", "Values": [INSTANCES]}}


def requests(month: Month, as_of: date) -> dict[str, Request]:
    """The queries for a month, by what they tell. The last day is that of `as_of`; ends are exclusive."""
    first = month.previous.first
    end = min(month.following.first, as_of + timedelta(days=1))
    frame = {
        "TimePeriod": {"Start": first.isoformat(), "End": end.isoformat()},
        "Granularity": "DAILY",
        "Metrics": list(METRICS),
    }
    stack, team = {"Type": "TAG", "Key": STACK_TAG}, {"Type": "TAG", "Key": COST_TAG}
    service = {"Type": "DIMENSION", "Key": "SERVICE"}
    instance = {"Type": "DIMENSION", "Key": "INSTANCE_TYPE"}
    return {
        "services": {**frame, "Filter": {"And": [TAGGED, {"Not": IS_INSTANCE}]}, "GroupBy": [stack, service]},
        "instances": {**frame, "Filter": {"And": [TAGGED, IS_INSTANCE]}, "GroupBy": [stack, instance]},
        "untagged": {**frame, "Filter": UNTAGGED, "GroupBy": [team, service]},
    }


def read_cost_explorer(
    ledger: CostExplorerCache, month: Month, as_of: date, *, rehearsed: bool = False
) -> Actuals:
    """The charges of a month and of the one before it. Raises BadInput or Refused when they cannot be had."""
    charges: list[BillLine] = []
    days: set[str] = set()
    rows = 0
    for about, request in requests(month, as_of).items():
        for result in ledger.results(request):
            day = date.fromisoformat(result["TimePeriod"]["Start"])
            if result.get("Estimated") and day in month:
                days.add(result["TimePeriod"]["Start"])
            found = list(_charges(about, day, result.get("Groups", ())))
            rows += len(found) if day in month else 0
            charges += found
    if not any(charge.month == month for charge in charges) and month != Month.of(as_of):
        raise BadInput(
            f"Cost Explorer tells of no cost in {month}",
            hint="it has the last 13 months, and tags only from the day that they were activated",
        )
    notes = (
        (f"Cost Explorer calls {len(days)} days of the month estimated: AWS may restate them.",)
        if days
        else ()
    )
    return Actuals(
        source="a Cost Explorer in memory" if rehearsed else f"Cost Explorer of account {ledger.account}",
        currency=CURRENCY,
        payer=ledger.account,
        rows=rows,
        charges=tuple(charge for charge in charges if charge.billed or charge.effective),
        notes=notes,
        rehearsed=rehearsed,
    )


def _charges(about: str, day: date, groups: Iterable[Mapping[str, Any]]) -> Iterator[BillLine]:
    for group in groups:
        tag, what = (str(key) for key in group["Keys"])
        value = tag.partition("$")[2]  # a tag is told as `key$value`, and as `key$` where there is none
        billed, amortised = (_amount(group["Metrics"][metric], day, what) for metric in METRICS)
        service = INSTANCES if about == "instances" else what
        yield BillLine(
            month=Month.of(day),
            day=day,
            team=value if about == "untagged" else "",
            stack="" if about == "untagged" else value,
            account="",
            service=service,
            service_category="",
            category=_category(service, billed),
            kind=_kind(service, billed),
            instance_type=what if about == "instances" and what != "NoInstanceType" else "",
            billed=billed,
            effective=amortised,
            listed=None,
            contracted=None,
        )


def _amount(metric: Mapping[str, str], day: date, what: str) -> Decimal:
    try:
        amount = Decimal(metric["Amount"])
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite():
        raise BadInput(f"Cost Explorer tells `{shown(metric['Amount'], limit=40)}` for {what} on {day}")
    if amount and metric["Unit"] != CURRENCY:
        unit = shown(metric["Unit"], limit=20)
        raise BadInput(
            f"Cost Explorer tells costs in {unit}; budgets are in {CURRENCY}, and nothing is converted"
        )
    return amount


def _category(service: str, billed: Decimal) -> str:
    if service == "Tax":
        return "Tax"
    if billed < 0:
        return "Credit"
    return "Purchase" if service.startswith(FEES) else "Usage"


def _kind(service: str, billed: Decimal) -> Kind:
    return "once" if billed < 0 or service.startswith(FEES) else "usage"
