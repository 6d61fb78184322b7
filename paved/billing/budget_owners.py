"""Who owns what and may spend how much: the stacks folder as finance sees it."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from stacks.checks.folder import Folder
from stacks.schema import Foundation, Platform, Team

IMPACT_USD, IMPACT_PERCENT = Decimal(100), Decimal(30)
"""From which size an anomaly is told where no foundation says so."""


@dataclass(frozen=True, kw_only=True)
class OwnedPool:
    """A team's node pool: its bill is that of these instance types."""

    name: str
    instance_types: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class BudgetOwner:
    """One stack. `serves` are the team stacks that stand on it; `budget` is a team's for a month, in US dollars."""

    stack: str
    team: str
    cost_center: str
    environment: str
    account: str
    budget: Decimal | None = None
    serves: tuple[str, ...] = ()
    pools: tuple[OwnedPool, ...] = ()
    impact_usd: Decimal = IMPACT_USD
    impact_percent: Decimal = IMPACT_PERCENT

    @property
    def is_shared(self) -> bool:
        """Whether it is a foundation or a platform, which teams share."""
        return self.budget is None


@dataclass(frozen=True, kw_only=True)
class BudgetOwners:
    """Every stack, by name."""

    stacks: tuple[BudgetOwner, ...]

    @cached_property
    def by_name(self) -> dict[str, BudgetOwner]:
        """The stacks by name."""
        return {owned.stack: owned for owned in self.stacks}

    @cached_property
    def team_stacks(self) -> tuple[BudgetOwner, ...]:
        """The stacks of teams."""
        return tuple(owned for owned in self.stacks if not owned.is_shared)

    @cached_property
    def shared_owners(self) -> frozenset[str]:
        """The teams that own what others share, and no stack of their own."""
        return frozenset(owned.team for owned in self.stacks) - self.teams

    @cached_property
    def teams(self) -> frozenset[str]:
        """The teams that have a stack and a budget."""
        return frozenset(owned.team for owned in self.team_stacks)

    def of_team(self, team: str) -> tuple[BudgetOwner, ...]:
        """The stacks of one team."""
        return tuple(owned for owned in self.team_stacks if owned.team == team)


def organisation(folder: Folder) -> BudgetOwners:
    """The owners of a folder's stacks. Raises ConfigError when a file of it holds a mistake."""
    stacks = {name: folder.checked(name).stack for name in folder.names}
    platforms = {name: stack for name, stack in stacks.items() if isinstance(stack, Platform)}
    teams = {name: stack for name, stack in stacks.items() if isinstance(stack, Team)}
    foundations = {name: stack for name, stack in stacks.items() if isinstance(stack, Foundation)}
    owned = [
        *(_shared(name, each, _on(name, platforms, teams)) for name, each in foundations.items()),
        *(_shared(name, each, _teams_on(name, teams)) for name, each in platforms.items()),
        *(
            _team(name, each, foundations[platforms[each.platform].foundation])
            for name, each in teams.items()
        ),
    ]
    return BudgetOwners(stacks=tuple(owned))


def _on(foundation: str, platforms: dict[str, Platform], teams: dict[str, Team]) -> Iterable[str]:
    for name, platform in platforms.items():
        if platform.foundation == foundation:
            yield from _teams_on(name, teams)


def _teams_on(platform: str, teams: dict[str, Team]) -> tuple[str, ...]:
    return tuple(name for name, team in teams.items() if team.platform == platform)


def _shared(name: str, stack: Foundation | Platform, serves: Iterable[str]) -> BudgetOwner:
    return BudgetOwner(
        stack=name,
        team=stack.owner.team,
        cost_center=stack.owner.cost_center,
        environment=stack.environment,
        account=stack.account.id,
        serves=tuple(sorted(serves)),
    )


def _team(name: str, stack: Team, foundation: Foundation) -> BudgetOwner:
    anomalies = foundation.guardrails.anomalies
    pools = stack.training.pools if stack.training else ()
    return BudgetOwner(
        stack=name,
        team=stack.owner.team,
        cost_center=stack.owner.cost_center,
        environment=stack.environment,
        account=stack.account.id,
        budget=stack.budget.monthly_usd,
        pools=tuple(OwnedPool(name=pool.name, instance_types=pool.instance_types) for pool in pools),
        impact_usd=anomalies.impact_usd if anomalies else IMPACT_USD,
        impact_percent=Decimal(anomalies.impact_percent) if anomalies else IMPACT_PERCENT,
    )
