"""Rules of a team's GPU quota: of pools that exist, and within what they can run beside the endpoints."""

from collections import Counter
from collections.abc import Iterator

from stacks.checks.check import check, repeats
from stacks.checks.pools import pools
from stacks.reading.explain import nearest
from stacks.reading.problems import Problem, at
from stacks.schema import Team
from stacks.schema.serving import EndpointSpec
from stacks.schema.training import GpuQuota


@check(Team)
def quota_is_of_a_pool(stack: Team) -> Iterator[Problem]:
    """Each pool has at most one entry."""
    yield from repeats((quota.pool for quota in quotas(stack)), "training", "quota", key="pool")
    names = [pool.name for pool in pools(stack)]
    for position, quota in enumerate(quotas(stack)):
        if quota.pool not in names:
            says = f"must name one of `training.pools`, got `{quota.pool}`{nearest(quota.pool, names)}"
            yield at("training", "quota", position, "pool", says=says)


@check(Team)
def promises_fit_their_pool(stack: Team) -> Iterator[Problem]:
    """A pool runs the queue's jobs and the endpoints' replicas, together never more than `max_gpus`."""
    most = {pool.name: pool.max_gpus for pool in pools(stack)}
    served = gpus_of_endpoints(stack)
    for position, quota in enumerate(quotas(stack)):
        if quota.pool in most and quota.gpus + served[quota.pool] > most[quota.pool]:
            beside = f" beside {served[quota.pool]} of endpoints at their most" if served[quota.pool] else ""
            says = (
                f"must be at most what pool `{quota.pool}` runs, {most[quota.pool]}{beside}, got {quota.gpus}"
            )
            yield at("training", "quota", position, "gpus", says=says)


@check(Team)
def endpoints_fit_their_pool(stack: Team) -> Iterator[Problem]:
    """A pool without a quota runs endpoints only, and all of them at their most."""
    promised = {quota.pool for quota in quotas(stack)}
    served = gpus_of_endpoints(stack)
    for position, pool in enumerate(pools(stack)):
        if pool.name not in promised and served[pool.name] > pool.max_gpus:
            says = (
                f"must hold the {served[pool.name]} GPUs of its endpoints at their most, got {pool.max_gpus}"
            )
            yield at("training", "pools", position, "max_gpus", says=says)


@check(Team)
def every_pool_is_used(stack: Team) -> Iterator[Problem]:
    """Without a quota or an endpoint nothing is ever admitted to a pool."""
    used = {quota.pool for quota in quotas(stack)} | set(gpus_of_endpoints(stack))
    for position, pool in enumerate(pools(stack)):
        if pool.name not in used:
            says = f"is `{pool.name}`, which no quota and no endpoint uses: add one to `training.quota`"
            yield at("training", "pools", position, "name", says=says)


@check(Team)
def a_team_lends_what_it_has(stack: Team) -> Iterator[Problem]:
    """Only what is guaranteed can be lent."""
    for position, quota in enumerate(quotas(stack)):
        if quota.lend_gpus is not None and quota.lend_gpus > quota.gpus:
            says = f"must be at most the {quota.gpus} `gpus` of the entry, got {quota.lend_gpus}"
            yield at("training", "quota", position, "lend_gpus", says=says)


@check(Team)
def what_is_borrowed_fits_the_pool(stack: Team) -> Iterator[Problem]:
    """A team's jobs run on its own nodes alone, so it cannot use more than its pool may ever run."""
    most = {pool.name: pool.max_gpus for pool in pools(stack)}
    served = gpus_of_endpoints(stack)
    for position, quota in enumerate(quotas(stack)):
        room = most.get(quota.pool, 0) - quota.gpus - served[quota.pool]
        if quota.pool in most and quota.borrow_gpus > max(room, 0):
            says = (
                f"must be at most what pool `{quota.pool}` can run beyond its quota and its endpoints, "
                f"{max(room, 0)}, since borrowed GPUs are nodes of the team's own: got {quota.borrow_gpus}"
            )
            yield at("training", "quota", position, "borrow_gpus", says=says)


def gpus_of_endpoints(stack: Team) -> Counter[str]:
    """The GPUs that a team's endpoints take at their most, by pool."""
    found: Counter[str] = Counter()
    for endpoint in endpoints(stack):
        if endpoint.resources.pool:
            found[endpoint.resources.pool] += endpoint.resources.gpus * endpoint.replicas.max
    return found


def endpoints(stack: Team) -> tuple[EndpointSpec, ...]:
    """The endpoints of a team; none without `serving`."""
    return stack.serving.endpoints if stack.serving else ()


def quotas(stack: Team) -> tuple[GpuQuota, ...]:
    """What the queue of a team may use; nothing without `training`."""
    return stack.training.quota if stack.training else ()
