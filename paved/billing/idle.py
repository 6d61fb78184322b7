"""What idle GPUs cost, pool by pool. It is charged to the pool's owner, as a line of its own."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

from paved.billing.bill_line import BillLine
from paved.billing.budget_owners import BudgetOwner, BudgetOwners, OwnedPool
from paved.billing.cost_areas import GPU_NODES, node_area
from paved.billing.cost_owner import holder
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
    uses: Sequence[PoolUse], charges: Iterable[BillLine], organisation: BudgetOwners
) -> tuple[PoolCost, ...]:
    """The pools in money. Pools of one stack that share an instance type share its cost by GPU hours."""
    spent = _by_type(charges, organisation)
    hours = {(use.stack, use.pool): use.gpu_hours for use in uses}
    found = []
    with localcontext(prec=DIGITS):
        for use in uses:
            owned = organisation.by_name[use.stack]
            pool = next(each for each in owned.pools if each.name == use.pool)
            types = [each for each in pool.instance_types if node_area(each) == GPU_NODES]
            cost = sum(
                (spent.get((use.stack, each), ZERO) * _part(owned, pool, each, hours) for each in types), ZERO
            )
            idle = cents(cost * use.idle_share) if cost > 0 else ZERO
            found.append(PoolCost(use=use, team=owned.team, cost=cents(cost), idle=idle))
    return tuple(found)


def _by_type(charges: Iterable[BillLine], organisation: BudgetOwners) -> dict[tuple[str, str], Decimal]:
    spent: dict[tuple[str, str], Decimal] = {}
    with localcontext(prec=DIGITS):
        for charge in charges:
            if charge.instance_type and charge.kind == "usage":
                key = (holder(charge, organisation).stack, charge.instance_type)
                spent[key] = spent.get(key, Decimal(0)) + charge.billed
    return spent


def _part(
    owned: BudgetOwner, pool: OwnedPool, instance_type: str, hours: Mapping[tuple[str, str], Decimal]
) -> Decimal:
    """Which part of an instance type's cost is this pool's."""
    sharing = [each for each in owned.pools if instance_type in each.instance_types]
    if len(sharing) == 1:
        return Decimal(1)
    whole = sum((hours.get((owned.stack, each.name), ZERO) for each in sharing), ZERO)
    return hours.get((owned.stack, pool.name), ZERO) / whole if whole else Decimal(1) / len(sharing)
