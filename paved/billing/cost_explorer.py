"""Actuals from AWS Cost Explorer: four queries whose results are the bill, none of it twice.

Cost Explorer groups by two keys at most. So what carries a stack tag is asked by stack and service, and its EC2
instances by stack and instance type; what carries a team tag alone is asked by it and service, what carries neither by
account and service. A stack tag therefore
decides over a team tag that contradicts it, and credits show as what they are only by being negative.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from paved.billing.bill_line import CURRENCY, Actuals, BillLine, LineKind
from paved.billing.cost_explorer_cache import CostExplorerCache
from paved.billing.month import Month
from paved.errors import BadInput
from reference.tags import COST_TAG, SERVICE_TAG
from stacks.reading.problems import shown

NO_INSTANCE_TYPE = "NoInstanceType"
"""Cost Explorer's instance type for cost of EC2 that is of no instance."""

INSTANCES = "Amazon Elastic Compute Cloud - Compute"
METRICS = ("UnblendedCost", "AmortizedCost")

FEES = ("Tax", "AWS Support", "Savings Plans for")
"""Services that are charged once in a while and not by use, by how their names begin."""

Request = Mapping[str, Any]
TAGGED: Request = {"Not": {"Tags": {"Key": SERVICE_TAG, "MatchOptions": ["ABSENT"]}}}
UNTAGGED: Request = {"Tags": {"Key": SERVICE_TAG, "MatchOptions": ["ABSENT"]}}
NO_TEAM: Request = {"Tags": {"Key": COST_TAG, "MatchOptions": ["ABSENT"]}}
IS_INSTANCE: Request = {"Dimensions": {"Key": "SERVICE", "Values": [INSTANCES]}}


def requests(month: Month, as_of: date) -> dict[str, Request]:
    """The queries for a month by name, up to the day `as_of`."""
    # Forecasts and changes need the month before; each month more would cost pages.
    first = month.previous.first
    # Cost Explorer leaves out the day on which a period ends.
    end = min(month.following.first, as_of + timedelta(days=1))
    frame = {
        "TimePeriod": {"Start": first.isoformat(), "End": end.isoformat()},
        "Granularity": "DAILY",
        "Metrics": list(METRICS),
    }
    stack, team = {"Type": "TAG", "Key": SERVICE_TAG}, {"Type": "TAG", "Key": COST_TAG}
    service = {"Type": "DIMENSION", "Key": "SERVICE"}
    instance = {"Type": "DIMENSION", "Key": "INSTANCE_TYPE"}
    account = {"Type": "DIMENSION", "Key": "LINKED_ACCOUNT"}
    return {
        "services": {**frame, "Filter": {"And": [TAGGED, {"Not": IS_INSTANCE}]}, "GroupBy": [stack, service]},
        "instances": {**frame, "Filter": {"And": [TAGGED, IS_INSTANCE]}, "GroupBy": [stack, instance]},
        "teams": {**frame, "Filter": {"And": [UNTAGGED, {"Not": NO_TEAM}]}, "GroupBy": [team, service]},
        "untagged": {**frame, "Filter": {"And": [UNTAGGED, NO_TEAM]}, "GroupBy": [account, service]},
    }


def read_cost_explorer(
    explorer: CostExplorerCache, month: Month, as_of: date, *, rehearsed: bool = False
) -> Actuals:
    """Read the lines of a month and of the one before it. Raises BadInput or Refused when they cannot be had."""
    lines: list[BillLine] = []
    estimated: set[str] = set()
    rows = 0
    for query, request in requests(month, as_of).items():
        for result in explorer.results(request):
            day = date.fromisoformat(result["TimePeriod"]["Start"])
            found = list(_lines(query, day, result.get("Groups", ())))
            lines += found
            if day in month:
                rows += len(found)
                if result.get("Estimated"):
                    estimated.add(result["TimePeriod"]["Start"])
    # A month of which nothing is billed yet has no cost, and is no mistake.
    if not any(line.month == month for line in lines) and month != Month.of(as_of):
        raise BadInput(
            f"Cost Explorer tells of no cost in {month}",
            hint="it has the last 13 months, and tags only from the day that they were activated",
        )
    source = "a Cost Explorer in memory" if rehearsed else f"Cost Explorer of account {explorer.account}"
    return Actuals(
        source=source,
        currency=CURRENCY,
        payer=explorer.account,
        rows=rows,
        # A day's part of a prepayment is amortised and not billed.
        lines=tuple(line for line in lines if line.billed or line.effective),
        notes=_notes(len(estimated)),
        has_team_tags=False,
        rehearsed=rehearsed,
    )


def _notes(days: int) -> tuple[str, ...]:
    if not days:
        return ()
    return (f"Cost Explorer calls {days} days of the month estimated: AWS may restate them.",)


def _lines(query: str, day: date, groups: Iterable[Mapping[str, Any]]) -> Iterator[BillLine]:
    for group in groups:
        first, name = (str(key) for key in group["Keys"])
        # A tag comes as `key$value`, and as `key$` where there is none.
        value = first.partition("$")[2]
        billed, amortised = (_amount(group["Metrics"][metric], day, name) for metric in METRICS)
        service = INSTANCES if query == "instances" else name
        yield BillLine(
            month=Month.of(day),
            day=day,
            team=value if query == "teams" else "",
            stack=value if query in ("services", "instances") else "",
            account=first if query == "untagged" else "",
            service=service,
            service_category="",
            category=_category(service, max(billed, amortised)),
            kind=_kind(service, max(billed, amortised)),
            instance_type=name if query == "instances" and name != NO_INSTANCE_TYPE else "",
            billed=billed,
            effective=amortised,
            listed=None,
            contracted=None,
        )


def _amount(metric: Mapping[str, str], day: date, name: str) -> Decimal:
    try:
        amount = Decimal(metric["Amount"])
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite():
        raise BadInput(f"Cost Explorer tells `{shown(metric['Amount'], limit=40)}` for {name} on {day}")
    if amount and metric["Unit"] != CURRENCY:
        unit = shown(metric["Unit"], limit=20)
        raise BadInput(
            f"Cost Explorer tells costs in {unit}; budgets are in {CURRENCY}, and nothing is converted"
        )
    return amount


def _category(service: str, cost: Decimal) -> str:
    if service == "Tax":
        return "Tax"
    if cost < 0:  # Cost Explorer could say so only in place of one of the two keys
        return "Credit"
    return "Purchase" if service.startswith(FEES) else "Usage"


def _kind(service: str, cost: Decimal) -> LineKind:
    return "once" if cost < 0 or service.startswith(FEES) else "usage"
