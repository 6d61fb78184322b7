"""Checks of a team's quota: of pools that exist and are used, and lent within what is guaranteed."""

from collections.abc import Iterator

from stacks.checks.check import check, repeats
from stacks.checks.pools import own_pools, pools
from stacks.reading.explain import nearest
from stacks.reading.problems import Keys, Problem, at
from stacks.schema import Team
from stacks.schema.serving import EndpointSpec
from stacks.schema.training import GrantedQuota, OwnQuota


@check(Team)
def quota_is_of_a_pool(stack: Team) -> Iterator[Problem]:
    """Refuse a quota of no pool, and a second one of the same."""
    yield from repeats((quota.pool for quota in quotas(stack)), "training", "quota", key="pool")
    names = [pool.name for pool in pools(stack)]
    for path, quota in own_quotas(stack):
        if quota.pool not in names:
            says = f"must name one of `training.pools`, got `{quota.pool}`{nearest(quota.pool, names)}"
            yield at(*path, "pool", says=says)


@check(Team)
def every_pool_is_used(stack: Team) -> Iterator[Problem]:
    """Refuse a pool without a quota and without an endpoint, to which nothing is ever admitted."""
    # Endpoints use a pool outside the queue, and need no quota.
    used = {quota.pool for quota in quotas(stack)} | {each.resources.pool for each in endpoints(stack)}
    for path, pool in own_pools(stack):
        if pool.name not in used:
            says = f"is `{pool.name}`, which no quota and no endpoint uses: add one to `training.quota`"
            yield at(*path, "name", says=says)


@check(Team)
def a_team_lends_what_it_has(stack: Team) -> Iterator[Problem]:
    """Refuse to lend more than is guaranteed."""
    for path, quota in own_quotas(stack):
        yield from lends_too_much(quota, path)


def lends_too_much(quota: OwnQuota | GrantedQuota, path: Keys) -> Iterator[Problem]:
    """The problem of an entry that lends more than it has."""
    if quota.lent > quota.promised:
        unit = "gpus" if quota.gpus is not None else "vcpus"
        says = f"must be at most the {quota.promised} `{unit}` of the entry, got {quota.lent}"
        yield at(*path, f"lend_{unit}", says=says)


def endpoints(stack: Team) -> tuple[EndpointSpec, ...]:
    """The endpoints of a team; none without `serving`."""
    return stack.serving.endpoints if stack.serving else ()


def quotas(stack: Team) -> tuple[OwnQuota, ...]:
    """The quotas of a team's own pools; none without `training`."""
    return stack.training.quota if stack.training else ()


def own_quotas(stack: Team) -> Iterator[tuple[Keys, OwnQuota]]:
    """Each quota of a team's own pools with its path in the file."""
    for position, quota in enumerate(quotas(stack)):
        yield ("training", "quota", position), quota
