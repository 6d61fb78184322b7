"""Showback: every dollar of the bill in one place, and the shared platform divided among the teams that use it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from paved.billing.allocation import Amounts, by
from paved.billing.budget_owners import BudgetOwners
from paved.billing.cost_owner import CostOwner
from paved.billing.dividing import apportion
from paved.billing.idle import PoolCost
from pricing.money import ZERO

RULE = (
    "What a foundation or platform costs is divided among the team stacks that stand on it, in proportion to "
    "what each of them cost itself in the month; evenly where none cost anything."
)


@dataclass(frozen=True, kw_only=True)
class ShowbackShare:
    """What one holder of team costs is charged, to the cent. `idle` is None where no source tells it."""

    holder: CostOwner
    used: Decimal
    idle: Decimal | None
    shared: Decimal

    @property
    def total(self) -> Decimal:
        """The whole charge."""
        return self.used + (self.idle or ZERO) + self.shared


@dataclass(frozen=True, kw_only=True)
class Showback:
    """The bill, divided. `undivided` is shared cost that no team stack stands on."""

    bill: Decimal
    teams: tuple[ShowbackShare, ...]
    unallocated: Mapping[CostOwner, Decimal]
    shared: Mapping[CostOwner, Decimal]
    undivided: Decimal
    pools: tuple[PoolCost, ...]
    rule: str = field(default=RULE)

    @property
    def idle_known(self) -> bool:
        """Whether a source tells of any pool what idled."""
        return bool(self.pools)

    @property
    def used(self) -> Decimal:
        """What teams used themselves."""
        return sum((share.used for share in self.teams), ZERO)

    @property
    def idle(self) -> Decimal:
        """Idle GPUs of the pools whose use is known."""
        return sum((share.idle or ZERO for share in self.teams), ZERO)

    @property
    def shared_total(self) -> Decimal:
        """The shared platform."""
        return sum(self.shared.values(), ZERO)

    @property
    def unallocated_total(self) -> Decimal:
        """What belongs to nobody."""
        return sum(self.unallocated.values(), ZERO)

    @property
    def is_conserved(self) -> bool:
        """Whether teams, idle, shared and unallocated are the bill, before and after the shared part is divided."""
        before = self.used + self.idle + self.shared_total + self.unallocated_total
        after = sum((share.total for share in self.teams), ZERO) + self.undivided + self.unallocated_total
        return before == after == self.bill


def showback(amounts: Amounts, organisation: BudgetOwners, pools: Sequence[PoolCost]) -> Showback:
    """Divide a month. `amounts` are whole cents by cell; `pools` say what of them was idle."""
    held = by(amounts, lambda cell: cell.holder)
    direct = {each: amount for each, amount in held.items() if each.kind == "team"}
    for owned in organisation.team_stacks:
        direct.setdefault(CostOwner(kind="team", team=owned.team, stack=owned.stack), ZERO)
    shared = {each: amount for each, amount in held.items() if each.kind == "shared"}
    idle = {each.use.stack: ZERO for each in pools}
    for each in pools:
        idle[each.use.stack] += each.idle
    divided, undivided = _divided(shared, direct, organisation)
    teams = tuple(
        ShowbackShare(
            holder=each,
            used=direct[each] - idle.get(each.stack, ZERO),
            idle=idle.get(each.stack),
            shared=divided.get(each, ZERO),
        )
        for each in sorted(direct)
    )
    return Showback(
        bill=sum(amounts.values(), ZERO),
        teams=teams,
        unallocated={each: held[each] for each in sorted(held) if each.kind == "unallocated"},
        shared={each: shared[each] for each in sorted(shared)},
        undivided=undivided,
        pools=tuple(pools),
    )


def _divided(
    shared: Mapping[CostOwner, Decimal], direct: Mapping[CostOwner, Decimal], organisation: BudgetOwners
) -> tuple[dict[CostOwner, Decimal], Decimal]:
    """The shared cost of each team holder, and what nobody stands on."""
    divided: dict[CostOwner, Decimal] = {}
    undivided = ZERO
    for each in sorted(shared):
        owned = organisation.by_name.get(each.stack)
        users = {user: direct[user] for user in sorted(direct) if owned is None or user.stack in owned.serves}
        if not users:
            undivided += shared[each]
            continue
        for user, part in apportion(shared[each], users).items():
            divided[user] = divided.get(user, ZERO) + part
    return divided, undivided
