"""Checks of a stack's name, which says its kind, or its team and environment, and is part of every physical name."""

import re
from collections.abc import Iterator

from stacks.reading.explain import listed
from stacks.reading.problems import Problem, at, file_name, shown
from stacks.schema import Foundation, Platform, Stack, Team
from stacks.schema.base import SLUG

# A team's stack name is also its namespace.
LONGEST = 40
ENVIRONMENTS = ("dev", "staging", "prod")
RESERVED = ("default", "foundation", "paved", "platform", "shared", "system")
# AWS keeps `aws` and `amazon` for names of its own, Kubernetes `kube-` for namespaces.
RESERVED_STARTS = ("amazon", "aws", "kube-")


def name_problems(name: str, stack: Stack) -> Iterator[Problem]:
    """Refuse a name that does not fit the file's kind, team or environment."""
    if len(name) > LONGEST or not re.fullmatch(SLUG, name):
        says = f"must be lower-case letters, digits and single hyphens, at most {LONGEST} characters"
        yield Problem(path=(), message=f'the name of the stack {says}, got "{shown(name, limit=60)}"')
        return
    match stack:
        case Team():
            yield from _team_slug(stack.owner.team)
            yield from _team_name(name, stack)
        case Foundation() | Platform():
            yield from _shared_name(name, stack)


def _team_slug(team: str) -> Iterator[Problem]:
    if team in RESERVED or team.startswith(RESERVED_STARTS):
        yield at("owner", "team", says=f"must not be `{team}`, a reserved name")
    # Names are joined with hyphens: a team with an environment in its slug could meet another team's stack.
    if parts := [part for part in ENVIRONMENTS if part in team.split("-")]:
        says = f"must not have the part `{parts[0]}`, which is an environment: got `{team}`"
        yield at("owner", "team", says=says)


def _team_name(name: str, stack: Team) -> Iterator[Problem]:
    wanted = f"{stack.owner.team}-{stack.environment}"
    if name != wanted:
        says = f"and `paved:environment` make this stack `{wanted}`: name its file `{file_name(wanted)}`"
        yield at("owner", "team", says=f"{says}, not `{file_name(name)}`")


def _shared_name(name: str, stack: Foundation | Platform) -> Iterator[Problem]:
    start = f"{stack.kind}-"
    if not name.startswith(start):
        wanted = f"`{file_name(f'{start}<name>')}`"
        yield at("kind", says=f"is `{stack.kind}`: name the file {wanted}, not `{file_name(name)}`")
        return
    said = [part for part in name.split("-") if part in ENVIRONMENTS]
    if said and stack.environment not in said:
        says = f"must be {listed(said)}, as the name of the stack says, got `{stack.environment}`"
        yield at("environment", says=says)
