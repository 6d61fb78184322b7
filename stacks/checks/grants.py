"""Checks of grants: to teams of the platform, in zones that it has, used within what is granted and for so long."""

from collections import Counter
from collections.abc import Iterator, Sequence

from stacks.checks.check import check, folder_check, repeats
from stacks.checks.organisation import Organisation, StackProblem
from stacks.checks.pools import shared_pools
from stacks.checks.queues import Lent, others
from stacks.checks.quota import lends_too_much
from stacks.reading.explain import listed, nearest
from stacks.reading.problems import Keys, Problem, at
from stacks.schema import Platform, Team
from stacks.schema.dates import day
from stacks.schema.pools import Grant
from stacks.schema.training import GrantedQuota


@check(Team)
def training_has_a_queue(stack: Team) -> Iterator[Problem]:
    """Refuse training without a quota of any kind: its queue would admit nothing."""
    if stack.training and not stack.training.quota and not stack.training.granted:
        says = "must have `quota`, of pools of the team's own, or `granted`, of the platform's"
        yield at("training", says=says)


@check(Team)
def granted_quota_is_of_a_pool(stack: Team) -> Iterator[Problem]:
    """Refuse two entries of one pool, and one that admits nothing."""
    names = (quota.pool for _, quota in granted_quotas(stack))
    yield from repeats(names, "training", "granted", key="pool")
    for path, quota in granted_quotas(stack):
        yield from lends_too_much(quota, path)
        if not quota.gpus and not quota.borrow_gpus:
            says = "must be at least 1 where `gpus` is 0: the entry admits nothing"
            yield at(*path, "borrow_gpus", says=says)


@folder_check
def shared_zones_are_the_foundations(organisation: Organisation) -> Iterator[StackProblem]:
    """Refuse a pool in a zone in which the foundation has no subnet."""
    for name, platform, foundation in organisation.based_platforms():
        zones = foundation.network.zones
        for path, pool in shared_pools(platform):
            if pool.zone not in zones:
                says = f"must be a zone of `{platform.foundation}`, {listed(zones)}, got {pool.zone}"
                yield name, at(*path, "zone", says=says)


@folder_check
def grants_are_to_teams_of_the_platform(organisation: Organisation) -> Iterator[StackProblem]:
    """Refuse a grant to no team stack of the platform, and one whose last day is past."""
    as_of = organisation.as_of
    for name, platform in organisation.platforms.items():
        here = sorted(team for team, stack in organisation.teams.items() if stack.platform == name)
        for path, grant in grants(platform):
            if grant.stack not in here and not organisation.is_unclear(grant.stack):
                hint = nearest(grant.stack, here)
                says = f"is `{grant.stack}`, which is no team stack of this platform{hint}"
                yield name, at(*path, "stack", says=says)
            if as_of and grant.until and day(grant.until) < as_of:
                says = (
                    f"is {grant.until}, past on {as_of}: take the grant out, and its entry in `{grant.stack}`"
                )
                yield name, at(*path, "until", says=says)


@folder_check
def quotas_stay_within_their_grants(organisation: Organisation) -> Iterator[StackProblem]:
    """Refuse a quota of a pool that is not granted to the team, or of more GPUs than are."""
    for name, team, platform in organisation.on_platforms():
        mine = grants_to(name, platform)
        for path, quota in granted_quotas(team):
            grant = mine.get(quota.pool)
            if grant is None:
                hint = _where_else(quota.pool, sorted(mine), platform)
                says = f"is `{quota.pool}`, which `{team.platform}` does not grant to `{name}`{hint}"
                yield name, at(*path, "pool", says=says)
            elif organisation.as_of and grant.starts and organisation.as_of < day(grant.starts):
                says = (
                    f"is `{quota.pool}`, which `{team.platform}` grants from {grant.starts} on: add it that day, the "
                    "queue would have it with the next deploy"
                )
                yield name, at(*path, "pool", says=says)
            elif quota.gpus > grant.gpus:
                says = f"must be at most the {grant.gpus} that `{team.platform}` grants, got {quota.gpus}"
                yield name, at(*path, "gpus", says=says)


@folder_check
def who_borrows_a_grant_finds_a_lender(organisation: Organisation) -> Iterator[StackProblem]:
    """Refuse to borrow more of a granted pool than the other teams with a grant lend of it."""
    if organisation.unreadable:
        return  # one of them may lend
    # Idle GPUs of a pool are those of the other teams that it is granted to, as far as they lend.
    lent: Lent = {}
    for name, team, _ in organisation.on_platforms():
        for _, quota in granted_quotas(team):
            lent.setdefault((team.platform, quota.pool), Counter())[name] += quota.lent
    for name, team, _ in organisation.on_platforms():
        for path, quota in granted_quotas(team):
            available, each = others(lent, (team.platform, quota.pool), name)
            if quota.borrow_gpus > available:
                says = (
                    f"must be at most what other teams lend of `{quota.pool}`, {available} ({each}), "
                    f"got {quota.borrow_gpus}"
                )
                yield name, at(*path, "borrow_gpus", says=says)


def granted_quotas(stack: Team) -> Iterator[tuple[Keys, GrantedQuota]]:
    """Each quota of the platform's pools with its path in the team's file."""
    for position, quota in enumerate(stack.training.granted if stack.training else ()):
        yield ("training", "granted", position), quota


def grants(stack: Platform) -> Iterator[tuple[Keys, Grant]]:
    """Each grant of a platform's pools with its path in the file."""
    for path, pool in shared_pools(stack):
        for position, grant in enumerate(pool.grants):
            yield (*path, "grants", position), grant


def grants_to(name: str, platform: Platform) -> dict[str, Grant]:
    """The grants of a platform to one stack, by pool."""
    found: dict[str, Grant] = {}
    for pool in platform.pools:
        for grant in pool.grants:
            if grant.stack == name:
                found[pool.name] = grant
    return found


def _where_else(pool: str, mine: Sequence[str], platform: Platform) -> str:
    """The end of a message about a pool that is not granted: the one that is meant, those that are, or how to ask."""
    if pool in [each.name for each in platform.pools]:
        return ": ask its owner for an entry in the pool's `grants`"
    return nearest(pool, mine) or (f": it has {listed(mine)}" if mine else "")
