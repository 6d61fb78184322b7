"""Stacks, owners, endpoints and pools of the organisation, as its stack files say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from paved.error_budgets.promises import Promise, Terms, terms
from stacks.checks.folder import Folder
from stacks.schema import Platform, Stack, Team

WHOLE = "*"
"""The scope of the whole organisation, which is no name of a team."""
PLATFORM = "platform"
"""The tier of what is no endpoint, and the team of what concerns all of them."""


@dataclass(frozen=True, kw_only=True)
class StackFacts:
    """One stack. `platform` is the one that a team stands on; `tiers` are of its endpoints by name, `promised` all of
    its objectives.
    """

    name: str
    kind: Literal["foundation", "platform", "team"]
    team: str
    environment: str
    escalation: str
    platform: str | None = None
    pools: tuple[str, ...] = ()
    tiers: Mapping[str, int] = field(default_factory=dict)
    promised: Mapping[Promise, Terms] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class OrganisationFacts:
    """Every stack by name."""

    stacks: Mapping[str, StackFacts]

    @cached_property
    def teams(self) -> tuple[str, ...]:
        """The teams that have a stack of their own."""
        return tuple(sorted({stack.team for stack in self.stacks.values() if stack.kind == "team"}))

    @cached_property
    def platforms(self) -> tuple[str, ...]:
        """The stacks whose Prometheus is asked."""
        return tuple(sorted(name for name, stack in self.stacks.items() if stack.kind == "platform"))

    def of(self, scope: str) -> tuple[StackFacts, ...]:
        """The stacks of a scope: those of one team, or all."""
        if scope == WHOLE:
            return tuple(self.stacks.values())
        return tuple(each for each in self.stacks.values() if each.kind == "team" and each.team == scope)

    def platforms_of(self, scope: str) -> frozenset[str]:
        """The platforms that a team stands on, or all."""
        if scope == WHOLE:
            return frozenset(self.platforms)
        return frozenset(each.platform for each in self.of(scope) if each.platform)

    def team_stack(self, name: str) -> StackFacts | None:
        """A team's stack by name; None for any other name."""
        stack = self.stacks.get(name)
        return stack if stack and stack.kind == "team" else None

    def endpoint(self, service: str) -> tuple[StackFacts, str] | None:
        """The stack and the endpoint of an SLO, which is named `<stack>.<endpoint>`."""
        name, _, endpoint = service.partition(".")
        stack = self.team_stack(name)
        return (stack, endpoint) if stack and endpoint in stack.tiers else None

    def team_of_escalation(self, policy: str) -> str | None:
        """The team of an escalation policy; None where several share it, or nobody has it."""
        teams = {stack.team for stack in self.stacks.values() if stack.escalation == policy}
        return next(iter(teams)) if len(teams) == 1 else None


def read_organisation(folder: Folder) -> OrganisationFacts:
    """The organisation of a folder of stack files. Raises ConfigError when one of them holds a mistake."""
    return OrganisationFacts(stacks={name: _facts(name, folder.checked(name).stack) for name in folder.names})


def _facts(name: str, stack: Stack) -> StackFacts:
    return StackFacts(
        name=name,
        kind=stack.kind,
        team=stack.owner.team,
        environment=stack.environment,
        escalation=stack.owner.escalation,
        platform=stack.platform if isinstance(stack, Team) else None,
        pools=_pools(stack),
        tiers=_tiers(stack),
        promised=terms(name, stack) if isinstance(stack, Team) else {},
    )


def _pools(stack: Stack) -> tuple[str, ...]:
    match stack:
        case Team():
            return tuple(pool.name for pool in stack.training.pools) if stack.training else ()
        case Platform():
            return tuple(pool.name for pool in stack.pools)
    return ()


def _tiers(stack: Stack) -> dict[str, int]:
    if not isinstance(stack, Team) or stack.serving is None:
        return {}
    return {endpoint.name: endpoint.tier for endpoint in stack.serving.endpoints}
