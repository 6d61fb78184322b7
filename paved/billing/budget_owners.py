"""Owners and budgets of all stacks, as their files say."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from stacks.checks.folder import Folder
from stacks.schema import Foundation, Platform, Team


@dataclass(frozen=True, kw_only=True)
class AnomalyThreshold:
    """The least size of an anomaly: both in US dollars and in percent of the usual. Defaults are for no guardrails."""

    usd: Decimal = Decimal(100)
    percent: Decimal = Decimal(30)


@dataclass(frozen=True, kw_only=True)
class OwnedPool:
    """A team's node pool: its bill is that of these instance types."""

    name: str
    instance_types: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class BudgetOwner:
    """The owner of one stack.

    `serves` are the team stacks that stand on a shared one; `budget` is a team's for a month, in US dollars.
    """

    stack: str
    team: str
    cost_center: str
    environment: str
    account: str
    budget: Decimal | None = None
    serves: tuple[str, ...] = ()
    pools: tuple[OwnedPool, ...] = ()
    anomaly_threshold: AnomalyThreshold = AnomalyThreshold()

    @property
    def is_shared(self) -> bool:
        """Whether it is a foundation or a platform, which teams share."""
        return self.budget is None


@dataclass(frozen=True, kw_only=True)
class BudgetOwners:
    """The owners of every stack: foundations, then platforms, then teams."""

    stacks: tuple[BudgetOwner, ...]

    @cached_property
    def by_stack(self) -> dict[str, BudgetOwner]:
        """The owners by the name of their stack."""
        return {owner.stack: owner for owner in self.stacks}

    @cached_property
    def team_stacks(self) -> tuple[BudgetOwner, ...]:
        """The owners of team stacks."""
        return tuple(owner for owner in self.stacks if not owner.is_shared)

    @cached_property
    def shared_teams(self) -> frozenset[str]:
        """The teams that own what others share, and no team stack."""
        return frozenset(owner.team for owner in self.stacks) - self.teams

    @cached_property
    def teams(self) -> frozenset[str]:
        """The teams that have a stack and a budget."""
        return frozenset(owner.team for owner in self.team_stacks)

    @cached_property
    def accounts(self) -> frozenset[str]:
        """The accounts that stack files name."""
        return frozenset(owner.account for owner in self.stacks)

    @cached_property
    def sole_teams(self) -> Mapping[str, str]:
        """The team of each account that one team has alone, with all that is shared there serving nobody else."""
        found: dict[str, str] = {}
        for account in sorted(self.accounts):
            teams = self._teams_served(account)
            if len(teams) == 1:
                found[account] = teams.pop()
        return found

    def _teams_served(self, account: str) -> set[str]:
        """The teams with a stack in an account, or on a shared stack of it."""
        stacks = [owner for owner in self.stacks if owner.account == account]
        served = {owner.team for owner in stacks if not owner.is_shared}
        for owner in stacks:
            served |= {self.by_stack[name].team for name in owner.serves}
        return served

    def of_team(self, team: str) -> tuple[BudgetOwner, ...]:
        """The stacks of one team."""
        return tuple(owner for owner in self.team_stacks if owner.team == team)


def read_budget_owners(folder: Folder) -> BudgetOwners:
    """The owners of a folder's stacks. Raises ConfigError when a file of it holds a mistake."""
    stacks = {name: folder.checked(name).stack for name in folder.names}
    foundations = {name: stack for name, stack in stacks.items() if isinstance(stack, Foundation)}
    platforms = {name: stack for name, stack in stacks.items() if isinstance(stack, Platform)}
    teams = {name: stack for name, stack in stacks.items() if isinstance(stack, Team)}
    found: list[BudgetOwner] = []
    for name, foundation in foundations.items():
        found.append(_shared_owner(name, foundation, _teams_of_foundation(name, platforms, teams)))
    for name, platform in platforms.items():
        found.append(_shared_owner(name, platform, _teams_of_platform(name, teams)))
    for name, team in teams.items():
        found.append(_team_owner(name, team, foundations[platforms[team.platform].foundation]))
    return BudgetOwners(stacks=tuple(found))


def _teams_of_foundation(
    foundation: str, platforms: Mapping[str, Platform], teams: Mapping[str, Team]
) -> Iterable[str]:
    for name, platform in platforms.items():
        if platform.foundation == foundation:
            yield from _teams_of_platform(name, teams)


def _teams_of_platform(platform: str, teams: Mapping[str, Team]) -> tuple[str, ...]:
    return tuple(name for name, team in teams.items() if team.platform == platform)


def _shared_owner(name: str, stack: Foundation | Platform, serves: Iterable[str]) -> BudgetOwner:
    return BudgetOwner(
        stack=name,
        team=stack.owner.team,
        cost_center=stack.owner.cost_center,
        environment=stack.environment,
        account=stack.account.id,
        serves=tuple(sorted(serves)),
    )


def _team_owner(name: str, stack: Team, foundation: Foundation) -> BudgetOwner:
    pools = stack.training.pools if stack.training else ()
    return BudgetOwner(
        stack=name,
        team=stack.owner.team,
        cost_center=stack.owner.cost_center,
        environment=stack.environment,
        account=stack.account.id,
        budget=stack.budget.monthly_usd,
        pools=tuple(OwnedPool(name=pool.name, instance_types=pool.instance_types) for pool in pools),
        anomaly_threshold=_anomaly_threshold(foundation),
    )


def _anomaly_threshold(foundation: Foundation) -> AnomalyThreshold:
    declared = foundation.guardrails.anomalies
    if declared is None:
        return AnomalyThreshold()
    return AnomalyThreshold(usd=declared.impact_usd, percent=Decimal(declared.impact_percent))
