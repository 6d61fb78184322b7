"""The cost of a team's nodes by the hour, of its pools, its budget and the prices of this release."""

from collections.abc import Iterator

from components.monitoring.node_costs import NodeCosts, NodeCostsArgs, NodePrice
from reference.prices import packaged_prices
from stacks.program.team_workspace import Workspace
from stacks.schema.pools import PoolSpec


def build_node_costs(workspace: Workspace) -> None:
    """Declare the rules of what the team's nodes cost, where its file asks for an alert of it."""
    context = workspace.context
    budget, training = context.team.budget, context.team.training
    if budget.rate is None or training is None:
        return
    found = {each for pool in training.pools for each in pool_prices(pool, context.account.region)}
    NodeCosts(
        f"{context.name}-node-costs",
        NodeCostsArgs(
            stack=context.name,
            team=context.team.owner.team,
            namespace=workspace.namespace.namespace,
            labels=context.labels,
            prices=sorted(found, key=lambda each: (each.instance_type, each.capacity)),
            monthly_usd=budget.monthly_usd,
            percent=budget.rate.percent,
            minutes=budget.rate.minutes,
        ),
        workspace.in_cluster(),
    )


def pool_prices(pool: PoolSpec, region: str) -> Iterator[NodePrice]:
    """The list price of each node that a pool may start, but for types that nobody has read a price of.

    A spot node has the price once seen of the spot market, or else that on demand, which it never costs more than.
    """
    for name in pool.instance_types:
        price = packaged_prices().instance(name, region)
        if price is None or price.usd is None:
            continue
        for capacity in pool.capacity:
            seen = price.spot_usd if capacity == "spot" else None
            usd = min(seen, price.usd) if seen is not None else price.usd
            yield NodePrice(instance_type=name, capacity=capacity, usd=usd)
