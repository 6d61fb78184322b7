"""Showback: every dollar of the bill in one place, and the shared platform divided among the teams that use it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from paved.billing.allocation import Amounts, divide_by_weight, sum_by
from paved.billing.budget_owners import BudgetOwners
from paved.billing.cost_owner import CostOwner, OwnerKind, stack_owner
from paved.billing.idle_gpus import PoolCost, idle_by_stack
from pricing.money import ZERO

RULE = (
    "What a foundation or platform costs is divided among the team stacks that stand on it, in proportion to "
    "what each of them cost itself in the month; evenly where none cost anything."
)

ByOwner = Mapping[CostOwner, Decimal]


@dataclass(frozen=True, kw_only=True)
class ShowbackShare:
    """The part of the bill that one team stack is charged, to the cent. `idle` is None where no source has it."""

    owner: CostOwner
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
    unallocated: ByOwner
    shared: ByOwner
    undivided: Decimal
    pools: tuple[PoolCost, ...]
    rule: str = field(default=RULE)

    @property
    def idle_known(self) -> bool:
        """Whether a source says of any pool how much of it was idle."""
        return bool(self.pools)

    @property
    def used(self) -> Decimal:
        """The teams' own use."""
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
        """All that belongs to nobody."""
        return sum(self.unallocated.values(), ZERO)

    @property
    def is_conserved(self) -> bool:
        """Whether teams, idle, shared and unallocated are the bill, before and after the shared part is divided."""
        before = self.used + self.idle + self.shared_total + self.unallocated_total
        after = sum((share.total for share in self.teams), ZERO) + self.undivided + self.unallocated_total
        return before == after == self.bill


def divide_bill(amounts: Amounts, budget_owners: BudgetOwners, pools: Sequence[PoolCost]) -> Showback:
    """Divide a month. `amounts` are whole cents by key; `pools` say how much of them was idle."""
    by_owner = sum_by(amounts, lambda key: key.owner)
    own = _of_kind(by_owner, "team")
    for stack in budget_owners.team_stacks:
        own.setdefault(stack_owner(stack), ZERO)
    shared = _of_kind(by_owner, "shared")
    divided, undivided = _divide_shared(shared, own, budget_owners)
    return Showback(
        bill=sum(amounts.values(), ZERO),
        teams=_shares(own, divided, idle_by_stack(pools)),
        unallocated=_of_kind(by_owner, "unallocated"),
        shared=shared,
        undivided=undivided,
        pools=tuple(pools),
    )


def _of_kind(by_owner: ByOwner, kind: OwnerKind) -> dict[CostOwner, Decimal]:
    return {owner: by_owner[owner] for owner in sorted(by_owner) if owner.kind == kind}


def _shares(own: ByOwner, divided: ByOwner, idle: Mapping[str, Decimal]) -> tuple[ShowbackShare, ...]:
    shares: list[ShowbackShare] = []
    for owner in sorted(own):
        # Idle GPUs are on the bill as nodes of the stack already: they are taken out of its use, not added to it.
        used = own[owner] - idle.get(owner.stack, ZERO)
        shared = divided.get(owner, ZERO)
        shares.append(ShowbackShare(owner=owner, used=used, idle=idle.get(owner.stack), shared=shared))
    return tuple(shares)


def _divide_shared(
    shared: ByOwner, own: ByOwner, budget_owners: BudgetOwners
) -> tuple[dict[CostOwner, Decimal], Decimal]:
    """The shared cost of each team stack, and that of platforms that no team stands on."""
    divided: dict[CostOwner, Decimal] = {}
    undivided = ZERO
    for owner, amount in shared.items():
        users = _users(owner, own, budget_owners)
        if not users:
            undivided += amount
            continue
        for user, part in divide_by_weight(amount, users).items():
            divided[user] = divided.get(user, ZERO) + part
    return divided, undivided


def _users(shared: CostOwner, own: ByOwner, budget_owners: BudgetOwners) -> dict[CostOwner, Decimal]:
    """The cost of the team stacks that stand on a shared one; of all, where tags do not say which it is."""
    budget_owner = budget_owners.by_stack.get(shared.stack)
    ordered = {owner: own[owner] for owner in sorted(own)}
    if budget_owner is None:  # the platform team's tag, on a resource of no stack
        return ordered
    return {owner: cost for owner, cost in ordered.items() if owner.stack in budget_owner.serves}
