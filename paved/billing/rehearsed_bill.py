"""A rehearsed bill, which nobody got: the estimate, as answers of moto's Cost Explorer.

The figures are the estimate's, spread over the days with a tenth more or less from day to day, so that a newcomer
sees what a report looks like and the reader of Cost Explorer is tried. They say nothing of what will be billed.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from zlib import crc32

from paved.billing.bill_line import CURRENCY, Actuals
from paved.billing.budget_owners import BudgetOwner, BudgetOwners
from paved.billing.cost_areas import CPU_NODES, GPU_NODES, node_area
from paved.billing.cost_explorer import METRICS, read_cost_explorer, requests
from paved.billing.cost_explorer_cache import CostExplorerCache
from paved.billing.forecast import is_weekend
from paved.billing.month import Month
from paved.billing.month_estimate import MonthEstimate
from paved.live_account import BILLING_REGION
from pricing.money import cents
from reference.tags import SERVICE_TAG

ACCOUNT = "123456789012"

SERVICES = {
    "Control plane": "Amazon Elastic Container Service for Kubernetes",
    "Network": "Amazon Virtual Private Cloud",
    "Models and data": "Amazon Simple Storage Service",
    "Disks": "EC2 - Other",
    "SageMaker": "Amazon SageMaker",
    "Monitoring": "AmazonCloudWatch",
    "Security": "AWS Key Management Service",
}
"""The service that an area is billed as, by its name in Cost Explorer."""

WORKDAY, WEEKEND = Decimal("1.1"), Decimal("0.75")
"""Factors of a day to the mean of a week, in which there are five and two."""

CPU_NODE = "m7i.2xlarge"
"""Stands for nodes without an accelerator."""


def rehearsed_actuals(
    estimate: MonthEstimate, budget_owners: BudgetOwners, month: Month, as_of: date
) -> Actuals:
    """Actuals of a month in which every stack cost what it was expected to. Nothing leaves this process."""
    from moto.ce.models import ce_backends

    from paved.aws.creating.memory import MemoryAws

    with MemoryAws() as aws:
        queries = requests(month, as_of)
        # moto has no costs of its own: it answers queries with what is queued for it, in that order.
        ce_backends[ACCOUNT]["aws"].cost_usage_results_queue[:] = [
            _page(query, request["TimePeriod"], estimate, budget_owners) for query, request in queries.items()
        ]
        client = aws.client("ce", ACCOUNT, BILLING_REGION)
        explorer = CostExplorerCache(client=client, account=ACCOUNT, as_of=as_of, cache=None)
        return read_cost_explorer(explorer, month, as_of, rehearsed=True)


def _page(
    query: str, period: Mapping[str, str], estimate: MonthEstimate, budget_owners: BudgetOwners
) -> dict[str, Any]:
    day, end = date.fromisoformat(period["Start"]), date.fromisoformat(period["End"])
    results: list[dict[str, Any]] = []
    while day < end:
        following = day + timedelta(days=1)
        result = {
            "TimePeriod": {"Start": day.isoformat(), "End": following.isoformat()},
            "Total": {},
            "Groups": list(_groups(query, day, estimate, budget_owners)),
            "Estimated": False,
        }
        results.append(result)
        day = following
    return {"ResultsByTime": results, "GroupDefinitions": [], "DimensionValueAttributes": []}


def _groups(
    query: str, day: date, estimate: MonthEstimate, budget_owners: BudgetOwners
) -> Iterator[dict[str, Any]]:
    if query in ("teams", "untagged"):
        return
    for budget_owner in budget_owners.stacks:
        priced = estimate.stacks.get(budget_owner.stack)
        for area, amount in sorted(priced.areas.items()) if priced else ():
            is_node = area in (GPU_NODES, CPU_NODES)
            if is_node == (query == "instances") and amount:
                name = _instance_type(budget_owner, area) if is_node else SERVICES.get(area, "AWS Lambda")
                yield _group(budget_owner.stack, name, _cost_of_day(amount, budget_owner.stack, area, day))


def _group(stack: str, name: str, amount: Decimal) -> dict[str, Any]:
    cost = {"Amount": f"{amount:f}", "Unit": CURRENCY}
    return {"Keys": [f"{SERVICE_TAG}${stack}", name], "Metrics": dict.fromkeys(METRICS, cost)}


def _cost_of_day(amount: Decimal, stack: str, area: str, day: date) -> Decimal:
    """A day's part of a month's amount, a tenth more or less."""
    # Python salts its hash() of text anew in each process; a checksum gives the same bill every time.
    noise = Decimal(crc32(f"{stack}/{area}/{day}".encode()) % 2001 - 1000) / 10_000
    factor = WEEKEND if is_weekend(day) else WORKDAY
    return cents(amount / Month.of(day).length * factor * (1 + noise))


def _instance_type(budget_owner: BudgetOwner, area: str) -> str:
    """The first instance type of a stack's pools that is billed as an area."""
    for pool in budget_owner.pools:
        for instance_type in pool.instance_types:
            if node_area(instance_type) == area:
                return instance_type
    return CPU_NODE
