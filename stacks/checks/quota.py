"""Checks of a team's GPU quota: of pools that exist, and within what they can run beside the endpoints."""

from collections import Counter
from collections.abc import Iterator

from stacks.checks.check import check, repeats
from stacks.checks.pools import own_pools, pools
from stacks.reading.explain import nearest
from stacks.reading.problems import Keys, Problem, at
from stacks.schema import Team
from stacks.schema.serving import EndpointSpec
from stacks.schema.training import GpuQuota, GrantedQuota


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
def quota_fits_its_pool(stack: Team) -> Iterator[Problem]:
    """Refuse more GPUs than the pool runs beside the endpoints' replicas, together at most `max_gpus`."""
    ceilings, served = max_gpus_of_each_pool(stack), gpus_of_endpoints(stack)
    for path, quota in own_quotas(stack):
        ceiling, endpoints_take = ceilings.get(quota.pool), served[quota.pool]
        if ceiling is not None and quota.gpus + endpoints_take > ceiling:
            beside = f" beside {endpoints_take} of endpoints at their most" if endpoints_take else ""
            says = f"must be at most what pool `{quota.pool}` runs, {ceiling}{beside}, got {quota.gpus}"
            yield at(*path, "gpus", says=says)


@check(Team)
def endpoints_fit_their_pool(stack: Team) -> Iterator[Problem]:
    """Refuse a pool without a quota that is too small for its endpoints at their most."""
    with_quota, served = {quota.pool for quota in quotas(stack)}, gpus_of_endpoints(stack)
    for path, pool in own_pools(stack):
        if pool.name not in with_quota and served[pool.name] > pool.max_gpus:
            says = (
                f"must hold the {served[pool.name]} GPUs of its endpoints at their most, got {pool.max_gpus}"
            )
            yield at(*path, "max_gpus", says=says)


@check(Team)
def every_pool_is_used(stack: Team) -> Iterator[Problem]:
    """Refuse a pool without a quota and without an endpoint, to which nothing is ever admitted."""
    # Endpoints use a pool outside the queue, and need no quota.
    used = {quota.pool for quota in quotas(stack)} | set(gpus_of_endpoints(stack))
    for path, pool in own_pools(stack):
        if pool.name not in used:
            says = f"is `{pool.name}`, which no quota and no endpoint uses: add one to `training.quota`"
            yield at(*path, "name", says=says)


@check(Team)
def a_team_lends_what_it_has(stack: Team) -> Iterator[Problem]:
    """Refuse to lend more than is guaranteed."""
    for path, quota in own_quotas(stack):
        yield from lends_too_much(quota, path)


@check(Team)
def borrowing_fits_the_pool(stack: Team) -> Iterator[Problem]:
    """Refuse to borrow more than the pool can run: a team's jobs run on its own nodes alone."""
    ceilings, served = max_gpus_of_each_pool(stack), gpus_of_endpoints(stack)
    for path, quota in own_quotas(stack):
        if quota.pool not in ceilings:
            continue
        room = max(ceilings[quota.pool] - quota.gpus - served[quota.pool], 0)
        if quota.borrow_gpus > room:
            says = (
                f"must be at most what pool `{quota.pool}` can run beyond its quota and its endpoints, "
                f"{room}, since borrowed GPUs are nodes of the team's own: got {quota.borrow_gpus}"
            )
            yield at(*path, "borrow_gpus", says=says)


def lends_too_much(quota: GpuQuota | GrantedQuota, path: Keys) -> Iterator[Problem]:
    """The problem of an entry that lends more GPUs than it has."""
    if quota.lend_gpus is not None and quota.lend_gpus > quota.gpus:
        says = f"must be at most the {quota.gpus} `gpus` of the entry, got {quota.lend_gpus}"
        yield at(*path, "lend_gpus", says=says)


def max_gpus_of_each_pool(stack: Team) -> dict[str, int]:
    """The ceiling of each pool of a team by the pool's name."""
    return {pool.name: pool.max_gpus for pool in pools(stack)}


def gpus_of_endpoints(stack: Team) -> Counter[str]:
    """GPUs that a team's endpoints take at their most, by pool."""
    found: Counter[str] = Counter()
    for endpoint in endpoints(stack):
        if endpoint.resources.pool:
            found[endpoint.resources.pool] += endpoint.resources.gpus * endpoint.replicas.max
    return found


def endpoints(stack: Team) -> tuple[EndpointSpec, ...]:
    """The endpoints of a team; none without `serving`."""
    return stack.serving.endpoints if stack.serving else ()


def quotas(stack: Team) -> tuple[GpuQuota, ...]:
    """The quotas of a team's own pools; none without `training`."""
    return stack.training.quota if stack.training else ()


def own_quotas(stack: Team) -> Iterator[tuple[Keys, GpuQuota]]:
    """Each quota of a team's own pools with its path in the file."""
    for position, quota in enumerate(quotas(stack)):
        yield ("training", "quota", position), quota
