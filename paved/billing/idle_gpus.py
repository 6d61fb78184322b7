"""Cost of idle GPUs by pool. It is charged to the pool's owner, as a line of its own."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

from paved.billing.allocation import AllocatedLine
from paved.billing.budget_owners import BudgetOwner, BudgetOwners, OwnedPool
from paved.billing.cost_areas import GPU_NODES, node_area
from paved.billing.utilisation import PoolUse
from pricing.money import DIGITS, ZERO, cents


@dataclass(frozen=True, kw_only=True)
class PoolCost:
    """A pool's GPU nodes in money: what they cost, and what of it was idle."""

    use: PoolUse
    team: str
    cost: Decimal
    idle: Decimal

    @property
    def per_used_gpu_hour(self) -> Decimal | None:
        """Dollars for each GPU hour that a pod had asked for; None where there was none."""
        return cents(self.cost / self.use.used_gpu_hours) if self.use.used_gpu_hours else None


def pool_costs(
    uses: Sequence[PoolUse], lines: Iterable[AllocatedLine], budget_owners: BudgetOwners
) -> tuple[PoolCost, ...]:
    """The pools in money. Pools of one stack that share an instance type share its cost by GPU hours."""
    by_type = _cost_by_type(lines)
    hours = {(use.stack, use.pool): use.gpu_hours for use in uses}
    found: list[PoolCost] = []
    with localcontext(prec=DIGITS):
        for use in uses:
            budget_owner = budget_owners.by_stack[use.stack]
            cost = _cost_of_pool(budget_owner, use.pool, by_type, hours)
            # Credits can take the cost below zero, and nothing of less than nothing is idle.
            idle = cents(cost * use.idle_share) if cost > 0 else ZERO
            found.append(PoolCost(use=use, team=budget_owner.team, cost=cents(cost), idle=idle))
    return tuple(found)


def idle_by_stack(pools: Iterable[PoolCost]) -> dict[str, Decimal]:
    """The cost of idle GPUs by stack, for stacks whose use is known."""
    idle: dict[str, Decimal] = {}
    for pool in pools:
        idle[pool.use.stack] = idle.get(pool.use.stack, ZERO) + pool.idle
    return idle


def _cost_by_type(lines: Iterable[AllocatedLine]) -> dict[tuple[str, str], Decimal]:
    """The cost of use by stack and instance type."""
    sums: dict[tuple[str, str], Decimal] = {}
    with localcontext(prec=DIGITS):
        for allocated in lines:
            line = allocated.line
            if line.instance_type and line.kind == "usage":
                key = (allocated.key.owner.stack, line.instance_type)
                sums[key] = sums.get(key, Decimal(0)) + allocated.cost
    return sums


def _cost_of_pool(
    budget_owner: BudgetOwner,
    name: str,
    by_type: Mapping[tuple[str, str], Decimal],
    hours: Mapping[tuple[str, str], Decimal],
) -> Decimal:
    pool = next(each for each in budget_owner.pools if each.name == name)
    cost = ZERO
    for instance_type in pool.instance_types:
        if node_area(instance_type) == GPU_NODES:
            share = _share_of_type(budget_owner, pool, instance_type, hours)
            cost += by_type.get((budget_owner.stack, instance_type), ZERO) * share
    return cost


def _share_of_type(
    budget_owner: BudgetOwner,
    pool: OwnedPool,
    instance_type: str,
    hours: Mapping[tuple[str, str], Decimal],
) -> Decimal:
    """The pool's share of an instance type's cost; even where no pool of that type had any hours."""
    # A bill names the instance type of a node, and not its pool: pools of one type can only be told by hours.
    sharing = [each for each in budget_owner.pools if instance_type in each.instance_types]
    if len(sharing) == 1:
        return Decimal(1)
    stack = budget_owner.stack
    whole = sum((hours.get((stack, each.name), ZERO) for each in sharing), ZERO)
    return hours.get((stack, pool.name), ZERO) / whole if whole else Decimal(1) / len(sharing)
