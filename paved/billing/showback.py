"""Showback: every dollar of a month in one place, and what is shared divided among the teams that use it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, get_args

from paved.billing.allocation import Amounts, divide_by_weight, sum_by
from paved.billing.budget_owners import BudgetOwners
from paved.billing.cost_areas import CPU_NODES, GPU_NODES
from paved.billing.cost_owner import CostOwner, OwnerKind, stack_owner
from paved.billing.idle_gpus import PoolCost, idle_by_stack
from paved.billing.node_use import NodeUse
from paved.errors import BadInput
from pricing.money import ZERO

RULE = (
    "What a foundation or platform costs is divided among the team stacks that stand on it, in proportion to "
    "what each of them cost itself in the month; evenly where none cost anything."
)
USE_RULE = (
    "Its nodes are divided by the cost of pods in each team's namespace, as {source} tells it; what is idle or of the "
    "platform's own pods goes in the same proportion."
)
NO_USE = "Its nodes are divided by the same rule, for want of a file on their use (`--allocation`)."
ACCOUNT_RULE = "What has no tag is of the team that has its account alone: {accounts}."

DistributionKey = Literal["none", "use", "budget", "even"]
DISTRIBUTION_KEYS: tuple[DistributionKey, ...] = get_args(DistributionKey)

DISTRIBUTION_RULES: Mapping[DistributionKey, str] = {
    "none": "Tax, support and plan fees of whole accounts are not distributed (`--distribute` names a key).",
    "use": "Tax, support and plan fees of whole accounts are distributed among team stacks by their own cost.",
    "budget": "Tax, support and plan fees of whole accounts are distributed among team stacks by their budgets.",
    "even": "Tax, support and plan fees of whole accounts are distributed among team stacks evenly.",
}

ByOwner = Mapping[CostOwner, Decimal]


def read_distribution_key(text: str) -> DistributionKey:
    """The key of a word. Raises BadInput for any other word."""
    for key in DISTRIBUTION_KEYS:
        if text == key:
            return key
    words = f"{', '.join(DISTRIBUTION_KEYS[:-1])} or {DISTRIBUTION_KEYS[-1]}"
    raise BadInput(f"`--distribute` must be {words}, got `{text[:40]}`")


@dataclass(frozen=True, kw_only=True)
class ShowbackShare:
    """The part of a month that one team stack is charged, to the cent. `idle` is None where no source has it."""

    owner: CostOwner
    used: Decimal
    idle: Decimal | None
    shared: Decimal
    common: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        """The whole charge."""
        return self.used + (self.idle or ZERO) + self.shared + self.common


@dataclass(frozen=True, kw_only=True)
class Showback:
    """A month, divided. `undivided` is shared cost that no team stack stands on, `common` is of whole accounts,
    `undistributed` the part of it that no team is charged.
    """

    total: Decimal
    teams: tuple[ShowbackShare, ...]
    unallocated: ByOwner
    shared: ByOwner
    undivided: Decimal
    common: ByOwner
    undistributed: ByOwner
    pools: tuple[PoolCost, ...]
    rules: tuple[str, ...]

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
    def common_total(self) -> Decimal:
        """Tax, support and plan fees of whole accounts."""
        return sum(self.common.values(), ZERO)

    @property
    def unallocated_total(self) -> Decimal:
        """All that belongs to nobody."""
        return sum(self.unallocated.values(), ZERO)

    @property
    def is_conserved(self) -> bool:
        """Whether the parts are the total, before and after what is shared and common is divided."""
        before = self.used + self.idle + self.shared_total + self.common_total + self.unallocated_total
        left = self.undivided + sum(self.undistributed.values(), ZERO) + self.unallocated_total
        after = sum((share.total for share in self.teams), ZERO) + left
        return before == after == self.total


def divide_bill(
    amounts: Amounts,
    budget_owners: BudgetOwners,
    pools: Sequence[PoolCost],
    key: DistributionKey = "none",
    use: NodeUse | None = None,
) -> Showback:
    """Divide a month: whole cents by key, by what was idle of pools and used of shared nodes, and by a key."""
    by_owner = sum_by(amounts, lambda each: each.owner)
    own = _of_kind(by_owner, "team")
    for stack in budget_owners.team_stacks:
        own.setdefault(stack_owner(stack), ZERO)
    shared, common = _of_kind(by_owner, "shared"), _of_kind(by_owner, "common")
    divided, undivided = _divide_shared(amounts, own, budget_owners, use)
    distributed = _distribute(common, own, budget_owners, key)
    return Showback(
        total=sum(amounts.values(), ZERO),
        teams=_shares(own, divided, distributed, idle_by_stack(pools)),
        unallocated=_of_kind(by_owner, "unallocated"),
        shared=shared,
        undivided=undivided,
        common=common,
        undistributed={} if distributed else common,
        pools=tuple(pools),
        rules=tuple(_rules(budget_owners, common, key, use)),
    )


def _rules(
    budget_owners: BudgetOwners, common: ByOwner, key: DistributionKey, use: NodeUse | None
) -> Iterator[str]:
    yield RULE
    yield USE_RULE.format(source=use.source) if use else NO_USE
    if budget_owners.sole_teams:
        accounts = ", ".join(f"{account} ({team})" for account, team in budget_owners.sole_teams.items())
        yield ACCOUNT_RULE.format(accounts=accounts)
    if common:
        yield DISTRIBUTION_RULES[key]


def _of_kind(by_owner: ByOwner, kind: OwnerKind) -> dict[CostOwner, Decimal]:
    return {owner: by_owner[owner] for owner in sorted(by_owner) if owner.kind == kind}


def _shares(
    own: ByOwner, divided: ByOwner, common: ByOwner, idle: Mapping[str, Decimal]
) -> tuple[ShowbackShare, ...]:
    shares: list[ShowbackShare] = []
    for owner in sorted(own):
        share = ShowbackShare(
            owner=owner,
            # Idle GPUs are on the bill as nodes of the stack already: they are taken out of its use, not added to it.
            used=own[owner] - idle.get(owner.stack, ZERO),
            idle=idle.get(owner.stack),
            shared=divided.get(owner, ZERO),
            common=common.get(owner, ZERO),
        )
        shares.append(share)
    return tuple(shares)


def _distribute(
    common: ByOwner, own: ByOwner, budget_owners: BudgetOwners, key: DistributionKey
) -> dict[CostOwner, Decimal]:
    """The common charges of each team stack, by a key."""
    total = sum(common.values(), ZERO)
    if key == "none" or not own or not total:
        return {}
    return divide_by_weight(total, {owner: _weight(owner, own, budget_owners, key) for owner in sorted(own)})


def _weight(owner: CostOwner, own: ByOwner, budget_owners: BudgetOwners, key: DistributionKey) -> Decimal:
    if key == "use":
        return own[owner]
    if key == "even":
        return Decimal(1 if owner.stack else 0)
    stack = budget_owners.by_stack.get(owner.stack)
    return (stack.budget or ZERO) if stack else ZERO


def _divide_shared(
    amounts: Amounts, own: ByOwner, budget_owners: BudgetOwners, use: NodeUse | None
) -> tuple[dict[CostOwner, Decimal], Decimal]:
    """The shared cost of each team stack, and that of platforms that no team stands on."""
    divided: dict[CostOwner, Decimal] = {}
    undivided = ZERO
    parts = sum_by(amounts, lambda key: (key.owner, key.area in (GPU_NODES, CPU_NODES)))
    for (owner, is_nodes), amount in sorted(parts.items()):
        if owner.kind != "shared":
            continue
        users = _users(owner, own, budget_owners)
        if is_nodes and use:
            users = _users_of_nodes(users, use)
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


def _users_of_nodes(users: Mapping[CostOwner, Decimal], use: NodeUse) -> dict[CostOwner, Decimal]:
    """The use of nodes of the same team stacks; their own cost where the file tells of none of them."""
    found = {user: use.by_namespace.get(user.stack, ZERO) for user in users}
    return found if any(found.values()) else dict(users)
