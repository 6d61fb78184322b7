"""What the stacks of a folder were expected to cost: their plans, priced at the book's prices."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from paved.finance.areas import CPU_NODES, FEES, GPU_NODES, OTHER
from paved.finance.estimate import Estimate, StackEstimate
from paved.finance.money import ZERO
from paved.plan.planner import Planner
from paved.pricing.charges import Kind
from paved.pricing.estimate import Estimate as Priced
from paved.pricing.estimate import Line, estimate
from paved.pricing.rates import Rates
from paved.pricing.usage import Usage
from paved.reference.prices import PriceBook, packaged_prices

BY_TYPE: Mapping[str, str] = {
    "aws:eks/cluster:Cluster": "Control plane",
    "aws:eks/nodeGroup:NodeGroup": CPU_NODES,
    "aws:cloudwatch/logGroup:LogGroup": "Monitoring",
    "aws:kms/key:Key": "Security",
    "aws:s3/bucket:Bucket": "Models and data",
    "aws:ecr/repository:Repository": "Models and data",
}
BY_COMPONENT: Mapping[str, str] = {
    "training": GPU_NODES,
    "platform": CPU_NODES,
    "network": "Network",
    "registry": "Models and data",
    "monitoring": "Monitoring",
    "security": "Security",
}
"""The area of the bill that a component's charges end up in, where the resource's own type does not tell."""


def estimated(planner: Planner, as_of: date, book: PriceBook | None = None) -> Estimate:
    """Price every sound stack. One whose nodes have no price has no total, and is left out."""
    prices = book or packaged_prices()
    priced = {name: _priced(planner, name, prices, as_of) for name in planner.names}
    used = sorted(price.as_of for each in priced.values() for price in each.prices)
    return Estimate(
        prices_as_of=f"{used[0]} to {used[-1]}" if used else "no day",
        stacks={name: _of_stack(each) for name, each in priced.items() if each.is_complete},
        unpriced=sum(each.coverage[Kind.UNPRICED] for each in priced.values()),
    )


def area(line: Line) -> str:
    """The area of the bill that a line of an estimate ends up in."""
    return BY_TYPE.get(line.type) or BY_COMPONENT.get(line.area, OTHER)


def _priced(planner: Planner, name: str, book: PriceBook, as_of: date) -> Priced:
    stack = planner.config(name).stack
    rates = Rates(book=book, region=stack.account.region, as_of=as_of)
    return estimate(name, planner.plan(name).resources, rates, Usage())


def _of_stack(priced: Priced) -> StackEstimate:
    areas: dict[str, Decimal] = {}
    for line in priced.lines:
        if line.amount:
            areas[area(line)] = areas.get(area(line), ZERO) + line.amount.expected
    total = priced.total
    rest = total.expected - sum(areas.values(), ZERO)
    if rest:
        areas[FEES] = rest
    return StackEstimate(floor=total.floor, expected=total.expected, ceiling=total.ceiling, areas=areas)
