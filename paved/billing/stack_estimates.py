"""Estimates of all stacks of a folder, by area of the bill: their plans, priced at the book's prices."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from paved.billing.allocation import divide_by_weight
from paved.billing.cost_areas import CPU_NODES, GPU_NODES, OTHER
from paved.billing.month_estimate import MonthEstimate, StackEstimate
from paved.cost.stack_cost import Costs, StackCost
from paved.plan.planner import Planner
from pricing.cost_components import CostKind
from pricing.estimate import EstimateLine
from pricing.money import ZERO
from reference.prices import PriceBook, packaged_prices

BY_TYPE: Mapping[str, str] = {
    "aws:eks/cluster:Cluster": "Control plane",
    "aws:eks/nodeGroup:NodeGroup": CPU_NODES,
    "aws:cloudwatch/logGroup:LogGroup": "Monitoring",
    "aws:kms/key:Key": "Security",
    "aws:s3/bucket:Bucket": "Models and data",
    "aws:ecr/repository:Repository": "Models and data",
}
BY_COMPONENT: Mapping[str, str] = {
    "budgets": "Monitoring",
    "data": "Disks",
    "tracking": "SageMaker",
    "training": GPU_NODES,
    "platform": CPU_NODES,
    "network": "Network",
    "registry": "Models and data",
    "monitoring": "Monitoring",
    "security": "Security",
    "telemetry": "Monitoring",
}
"""The area of the bill that a component's cost ends up in, where the resource's own type does not say."""
VOLUMES = ("root volumes", "claimed volume")
"""Beginnings of the names of charges for disks, whichever component they are of."""


def estimate_stacks(planner: Planner, as_of: date, book: PriceBook | None = None) -> MonthEstimate:
    """Price every stack, as `paved cost` does. One whose nodes have no price has no total, and is left out."""
    costs = Costs(planner, book or packaged_prices(), as_of)
    priced = {name: costs.of(name) for name in planner.names}
    days: set[date] = set()
    for each in priced.values():
        days |= {price.as_of for price in each.estimate.prices}
    return MonthEstimate(
        prices_as_of=f"{min(days)} to {max(days)}" if days else "no day",
        stacks={name: _of_stack(each) for name, each in priced.items() if each.estimate.is_complete},
        unpriced=sum(each.estimate.coverage[CostKind.UNPRICED] for each in priced.values()),
    )


def estimate_area(line: EstimateLine) -> str:
    """The area of the bill that a line of an estimate ends up in."""
    if any(line.charge.what.startswith(volumes) for volumes in VOLUMES):
        return "Disks"
    return BY_TYPE.get(line.type) or BY_COMPONENT.get(line.area, OTHER)


def _of_stack(cost: StackCost) -> StackEstimate:
    """The figures of a stack by area of the bill. A Savings Plan lowers those of the nodes that it covers."""
    areas: dict[str, Decimal] = {}
    for line in cost.estimate.lines:
        if line.amount:
            area = estimate_area(line)
            areas[area] = areas.get(area, ZERO) + line.amount.expected
    totals = cost.totals
    nodes = {area: areas[area] for area in (GPU_NODES, CPU_NODES) if area in areas}
    saved = totals["expected"] - sum(areas.values(), ZERO)
    for area, part in divide_by_weight(saved, nodes).items() if saved else ():
        areas[area] += part
    return StackEstimate(
        floor=totals["floor"], expected=totals["expected"], ceiling=totals["ceiling"], areas=areas
    )
