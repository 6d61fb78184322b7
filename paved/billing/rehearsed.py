"""A bill that nobody got: the estimate, told by moto's Cost Explorer as AWS would tell a bill.

The figures are the estimate's, spread over the days with a tenth more or less from day to day, so that a newcomer
sees what a report looks like and the reader of Cost Explorer is tried. They say nothing of what will be billed.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from zlib import crc32

from paved.billing.bill_line import Actuals
from paved.billing.budget_owners import BudgetOwner, BudgetOwners
from paved.billing.cost_areas import CPU_NODES, GPU_NODES, node_area
from paved.billing.cost_explorer import CURRENCY, METRICS, read_cost_explorer, requests
from paved.billing.cost_explorer_cache import CostExplorerCache
from paved.billing.estimate import MonthEstimate
from paved.billing.forecast import is_weekend
from paved.billing.month import Month
from pricing.money import cents

ACCOUNT = "123456789012"

SERVICES = {
    "Control plane": "Amazon Elastic Container Service for Kubernetes",
    "Network": "Amazon Virtual Private Cloud",
    "Models and data": "Amazon Simple Storage Service",
    "Disks": "EC2 - Other",
    "Run tracking": "Amazon SageMaker",
    "Monitoring": "AmazonCloudWatch",
    "Security": "AWS Key Management Service",
}
"""The service whose bill an area is, as Cost Explorer names it."""

WORKDAY, WEEKEND = Decimal("1.1"), Decimal("0.75")
"""How a day stands to the mean of a week, in which there are five and two."""

CPU_NODE = "m7i.2xlarge"
"""What stands for nodes without an accelerator."""


def rehearsed_actuals(
    estimate: MonthEstimate, organisation: BudgetOwners, month: Month, as_of: date
) -> Actuals:
    """What Cost Explorer would tell if every stack cost what it was expected to. Nothing leaves this process."""
    from moto.ce.models import ce_backends

    from paved.aws.creating.memory import MemoryAws

    with MemoryAws() as aws:
        queries = requests(month, as_of)
        ce_backends[ACCOUNT]["aws"].cost_usage_results_queue[:] = [
            _page(about, query, estimate, organisation) for about, query in queries.items()
        ]
        ledger = CostExplorerCache(
            client=aws.client("ce", ACCOUNT, "us-east-1"), account=ACCOUNT, as_of=as_of, cache=None
        )
        return read_cost_explorer(ledger, month, as_of, rehearsed=True)


def _page(about: str, query: Any, estimate: MonthEstimate, organisation: BudgetOwners) -> dict[str, Any]:
    end = date.fromisoformat(query["TimePeriod"]["End"])
    results = []
    day = date.fromisoformat(query["TimePeriod"]["Start"])
    while day < end:
        results.append(
            {
                "TimePeriod": {"Start": day.isoformat(), "End": (day + timedelta(days=1)).isoformat()},
                "Total": {},
                "Groups": list(_groups(about, day, estimate, organisation)),
                "Estimated": False,
            }
        )
        day += timedelta(days=1)
    return {"ResultsByTime": results, "GroupDefinitions": [], "DimensionValueAttributes": []}


def _groups(
    about: str, day: date, estimate: MonthEstimate, organisation: BudgetOwners
) -> Iterator[dict[str, Any]]:
    if about == "untagged":
        return
    for owned in organisation.stacks:
        priced = estimate.stacks.get(owned.stack)
        for area, amount in sorted(priced.areas.items()) if priced else ():
            is_node = area in (GPU_NODES, CPU_NODES)
            if is_node == (about == "instances") and amount:
                what = _instance_type(owned, area) if is_node else SERVICES.get(area, "AWS Lambda")
                yield _group(f"service${owned.stack}", what, _of_day(amount, owned, area, day))


def _group(tag: str, what: str, amount: Decimal) -> dict[str, Any]:
    told = {"Amount": f"{amount:f}", "Unit": CURRENCY}
    return {"Keys": [tag, what], "Metrics": dict.fromkeys(METRICS, told)}


def _of_day(amount: Decimal, owned: BudgetOwner, area: str, day: date) -> Decimal:
    """A day's part of a month's amount, a tenth more or less."""
    length = Month.of(day).length
    wobble = Decimal(crc32(f"{owned.stack}/{area}/{day}".encode()) % 2001 - 1000) / 10_000
    return cents(amount / length * (WEEKEND if is_weekend(day) else WORKDAY) * (1 + wobble))


def _instance_type(owned: BudgetOwner, area: str) -> str:
    types = (each for pool in owned.pools for each in pool.instance_types if node_area(each) == area)
    return next(types, CPU_NODE)
