"""Rules of grants: to teams of the platform, in zones that it has, used within what was granted and for so long."""

from collections import Counter
from collections.abc import Iterator

from stacks.checks.check import check, folder_check, repeats
from stacks.checks.organisation import Organisation, StackProblem
from stacks.checks.shared_pools import shared
from stacks.reading.explain import listed, nearest
from stacks.reading.problems import Problem, at
from stacks.schema import Platform, Team
from stacks.schema.dates import day
from stacks.schema.pools import Grant
from stacks.schema.training import GrantedQuota


@check(Team)
def training_has_a_queue(stack: Team) -> Iterator[Problem]:
    """A queue without a quota admits nothing."""
    if stack.training and not stack.training.quota and not stack.training.granted:
        yield at(
            "training", says="must have `quota`, of pools of the team's own, or `granted`, of the platform's"
        )


@check(Team)
def granted_quota_is_of_a_pool(stack: Team) -> Iterator[Problem]:
    """Each pool has at most one entry, of which something can be used."""
    yield from repeats((each.pool for each in granted(stack)), "training", "granted", key="pool")
    for position, each in enumerate(granted(stack)):
        path = ("training", "granted", position)
        if each.lend_gpus is not None and each.lend_gpus > each.gpus:
            says = f"must be at most the {each.gpus} `gpus` of the entry, got {each.lend_gpus}"
            yield at(*path, "lend_gpus", says=says)
        if not each.gpus and not each.borrow_gpus:
            yield at(
                *path, "borrow_gpus", says="must be at least 1 where `gpus` is 0: the entry admits nothing"
            )


@folder_check
def shared_zones_are_the_foundations(organisation: Organisation) -> Iterator[StackProblem]:
    """A node needs a subnet in its zone."""
    foundations = organisation.foundations
    for name, platform in organisation.platforms.items():
        foundation = foundations.get(platform.foundation)
        for path, pool in shared(platform) if foundation else ():
            zones = foundation.network.zones if foundation else ()
            if pool.zone not in zones:
                says = f"must be a zone of `{platform.foundation}`, {listed(zones)}, got {pool.zone}"
                yield name, at(*path, "zone", says=says)


@folder_check
def grants_are_to_teams_of_the_platform(organisation: Organisation) -> Iterator[StackProblem]:
    """A grant names a team stack that stands on the platform, and that may still use it."""
    teams, as_of = organisation.teams, organisation.as_of
    for name, platform in organisation.platforms.items():
        here = sorted(team for team, stack in teams.items() if stack.platform == name)
        for path, pool in shared(platform):
            for position, grant in enumerate(pool.grants):
                where = (*path, "grants", position)
                if grant.stack not in here and grant.stack not in organisation.unreadable:
                    says = f"is `{grant.stack}`, which is no team stack of this platform{nearest(grant.stack, here)}"
                    yield name, at(*where, "stack", says=says)
                if as_of and grant.until and day(grant.until) < as_of:
                    says = f"is {grant.until}, past on {as_of}: take the grant out, and its entry in `{grant.stack}`"
                    yield name, at(*where, "until", says=says)


@folder_check
def quotas_stay_within_their_grants(organisation: Organisation) -> Iterator[StackProblem]:
    """A team uses pools that are granted to it, and no more of them than it was granted."""
    for name, team, platform in organisation.on_platforms():
        mine = grants_to(name, platform)
        for position, each in enumerate(granted(team)):
            path, grant = ("training", "granted", position), mine.get(each.pool)
            if grant is None:
                hint = nearest(each.pool, sorted(mine)) or (
                    f": it has {listed(sorted(mine))}" if mine else ""
                )
                says = f"is `{each.pool}`, which `{team.platform}` does not grant to `{name}`{hint}"
                yield name, at(*path, "pool", says=says)
            elif each.gpus > grant.gpus:
                says = f"must be at most the {grant.gpus} that `{team.platform}` grants, got {each.gpus}"
                yield name, at(*path, "gpus", says=says)


@folder_check
def who_borrows_a_grant_finds_a_lender(organisation: Organisation) -> Iterator[StackProblem]:
    """Idle GPUs of a pool are those of the other teams that it is granted to, as far as they lend."""
    lent: dict[tuple[str, str], Counter[str]] = {}
    for name, team, _ in organisation.on_platforms():
        for each in granted(team):
            gpus = each.gpus if each.lend_gpus is None else each.lend_gpus
            lent.setdefault((team.platform, each.pool), Counter())[name] += gpus
    for name, team, _ in organisation.on_platforms():
        for position, each in enumerate(granted(team)):
            others = {k: v for k, v in sorted(lent[team.platform, each.pool].items()) if k != name}
            if each.borrow_gpus > sum(others.values()):
                found = ", ".join(f"{lender} {gpus}" for lender, gpus in others.items()) or "none"
                says = (
                    f"must be at most what other teams lend of `{each.pool}`, {sum(others.values())} ({found}), "
                    f"got {each.borrow_gpus}"
                )
                yield name, at("training", "granted", position, "borrow_gpus", says=says)


def granted(stack: Team) -> tuple[GrantedQuota, ...]:
    """What the queue of a team may use of the platform's pools."""
    return stack.training.granted if stack.training else ()


def grants_to(name: str, platform: Platform) -> dict[str, Grant]:
    """What a platform grants to one stack, by pool."""
    return {pool.name: grant for pool in platform.pools for grant in pool.grants if grant.stack == name}
