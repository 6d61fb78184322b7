"""Rules of a team's node pools: types that exist, of one class, that fit under the pool's ceiling."""

from collections.abc import Iterator
from math import gcd

from reference.instances import InstanceType, instance_types, zones_offering
from stacks.checks.check import check, repeats
from stacks.checks.zones import known
from stacks.reading.explain import listed, nearest
from stacks.reading.problems import Keys, Problem, at
from stacks.schema import Platform, Team
from stacks.schema.pools import PoolSpec, SharedPoolSpec


@check(Platform, Team)
def pool_types_are_known(stack: Team | Platform) -> Iterator[Problem]:
    """A type that is not known cannot be placed, priced or capped, so it is refused."""
    for path, pool in every_pool(stack):
        yield from repeats(pool.instance_types, *path, "instance_types")
        for position, name in enumerate(pool.instance_types):
            says = _why_not(name, stack.account.region)
            if says:
                yield at(*path, "instance_types", position, says=says)


@check(Platform, Team)
def a_pool_is_of_one_class(stack: Team | Platform) -> Iterator[Problem]:
    """A pool's nodes stand for one flavor of the queue."""
    for path, pool in every_pool(stack):
        classes = {each.name: each.accelerator for each in gpu_types(pool)}
        if len(set(classes.values())) > 1:
            found = ", ".join(f"{name} ({accelerator})" for name, accelerator in classes.items())
            yield at(*path, "instance_types", says=f"must be of one accelerator class, got {found}")


@check(Platform, Team)
def a_pinned_zone_offers_the_types(stack: Team | Platform) -> Iterator[Problem]:
    """A pool that is pinned to a zone gets no node from another."""
    for path, pool in every_pool(stack):
        for each in gpu_types(pool) if pool.zone else ():
            offered = zones_offering(each.name, stack.account.region)
            if offered and pool.zone not in offered:
                says = f"must offer {each.name}, as {listed(sorted(offered))} does, got {pool.zone}"
                yield at(*path, "zone", says=says)


@check(Team)
def pools_have_names_of_their_own(stack: Team) -> Iterator[Problem]:
    """A quota or an endpoint names its pool."""
    yield from repeats((pool.name for pool in pools(stack)), "training", "pools", key="name")


@check(Team)
def capacity_is_in_the_order_it_is_tried(stack: Team) -> Iterator[Problem]:
    """Karpenter tries spot before on-demand whatever the order, so the file must not say otherwise."""
    for path, pool in placed(stack):
        yield from repeats(pool.capacity, *path, "capacity")
        if pool.capacity == ("on-demand", "spot"):
            yield at(
                *path, "capacity", says="must be [spot, on-demand], the order in which capacity is tried"
            )


@check(Team)
def nodes_fit_under_the_ceiling(stack: Team) -> Iterator[Problem]:
    """Nodes come whole: a ceiling that no number of them adds up to is never reached."""
    for path, pool in placed(stack):
        types = gpu_types(pool)
        for each in types:
            if each.gpus > pool.max_gpus:
                says = (
                    f"must hold a node of every type: {each.name} has {each.gpus} GPUs, got {pool.max_gpus}"
                )
                yield at(*path, "max_gpus", says=says)
        step = gcd(*(each.gpus for each in types)) if types else 1
        if pool.max_gpus % step:
            says = (
                f"must be a multiple of {step}, the GPUs that nodes of the pool come in, got {pool.max_gpus}"
            )
            yield at(*path, "max_gpus", says=says)


def pools(stack: Team) -> tuple[PoolSpec, ...]:
    """The pools of a team; none without `training`."""
    return stack.training.pools if stack.training else ()


def gpu_types(pool: PoolSpec | SharedPoolSpec) -> list[InstanceType]:
    """The facts of a pool's types, but for those that are not known or have no GPU."""
    return [each for each in known(pool.instance_types) if each.gpus]


def accelerator(pool: PoolSpec | SharedPoolSpec) -> str | None:
    """The accelerator class of a pool; None where its types have none or several."""
    classes = {each.accelerator for each in gpu_types(pool)}
    return classes.pop() if len(classes) == 1 else None


def placed(stack: Team) -> Iterator[tuple[Keys, PoolSpec]]:
    """Each pool of a team with its place in the file."""
    for position, pool in enumerate(pools(stack)):
        yield ("training", "pools", position), pool


def every_pool(stack: Team | Platform) -> Iterator[tuple[Keys, PoolSpec | SharedPoolSpec]]:
    """Each pool of a stack with its place in the file, a team's own or a platform's."""
    if isinstance(stack, Team):
        yield from placed(stack)
        return
    for position, pool in enumerate(stack.pools):
        yield ("pools", position), pool


def _why_not(name: str, region: str) -> str | None:
    facts = instance_types().get(name)
    if facts is None:
        return f"is {name}, which is not a known instance type{nearest(name, sorted(instance_types()))}"
    if not facts.gpus:
        return f"is {name}, which has no accelerator: work without one runs on the platform's general nodes"
    if not zones_offering(name, region):
        return f"is {name}, which {region} does not offer"
    return None
