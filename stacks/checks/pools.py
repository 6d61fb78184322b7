"""Checks of pools of GPU nodes: types that exist, of one class, and for a team's own that fit under the ceiling."""

from collections.abc import Iterator
from math import gcd

from components.platform.node_disk import gpu_node_disk
from reference.instances import (
    InstanceType,
    instance_types,
    regions_offering,
    why_left_out,
    zones_offering,
)
from stacks.checks.check import check, repeats
from stacks.checks.instances import EmptyNode, known_types, not_offered
from stacks.reading.explain import listed, nearest
from stacks.reading.problems import Keys, Problem, at
from stacks.schema import Platform, Team
from stacks.schema.pools import PoolSpec, SharedPoolSpec


@check(Platform, Team)
def pool_types_are_known(stack: Team | Platform) -> Iterator[Problem]:
    """Refuse a type that is not known, since it cannot be placed, priced or capped."""
    for path, pool in every_pool(stack):
        yield from repeats(pool.instance_types, *path, "instance_types")
        for position, name in enumerate(pool.instance_types):
            if says := _why_not(name, stack.account.region):
                yield at(*path, "instance_types", position, says=says)


@check(Platform, Team)
def a_pool_is_of_one_class(stack: Team | Platform) -> Iterator[Problem]:
    """Refuse a pool of several accelerator classes: its nodes stand for one flavor of the queue."""
    for path, pool in every_pool(stack):
        classes = {each.name: each.accelerator for each in gpu_types(pool)}
        if len(set(classes.values())) > 1:
            found = ", ".join(f"{name} ({accelerator})" for name, accelerator in classes.items())
            yield at(*path, "instance_types", says=f"must be of one accelerator class, got {found}")


@check(Platform, Team)
def a_pinned_zone_offers_the_types(stack: Team | Platform) -> Iterator[Problem]:
    """Refuse a type that is not offered in the zone that its pool is pinned to."""
    for path, pool in every_pool(stack):
        for each in gpu_types(pool) if pool.zone else ():
            offered = zones_offering(each.name, stack.account.region)
            if offered and pool.zone not in offered:
                says = f"must offer {each.name}, as {listed(sorted(offered))} does, got {pool.zone}"
                yield at(*path, "zone", says=says)


@check(Team)
def pools_have_names_of_their_own(stack: Team) -> Iterator[Problem]:
    """Refuse two pools of one name, by which a quota or an endpoint names its pool."""
    yield from repeats((pool.name for pool in pools(stack)), "training", "pools", key="name")


@check(Team)
def capacity_is_in_the_order_it_is_tried(stack: Team) -> Iterator[Problem]:
    """Refuse on-demand before spot."""
    for path, pool in own_pools(stack):
        yield from repeats(pool.capacity, *path, "capacity")
        # Karpenter tries spot first whatever the order, so the file must not say otherwise.
        if pool.capacity == ("on-demand", "spot"):
            says = "must be [spot, on-demand], the order in which capacity is tried"
            yield at(*path, "capacity", says=says)


@check(Team)
def nodes_fit_under_the_ceiling(stack: Team) -> Iterator[Problem]:
    """Refuse a ceiling that no number of whole nodes adds up to, so that it is never reached."""
    for path, pool in own_pools(stack):
        types = gpu_types(pool)
        for each in types:
            if each.gpus > pool.max_gpus:
                says = (
                    f"must hold a node of every type: {each.name} has {each.gpus} GPUs, got {pool.max_gpus}"
                )
                yield at(*path, "max_gpus", says=says)
        step = node_step(pool)
        if pool.max_gpus % step:
            says = (
                f"must be a multiple of {step}, the GPUs that nodes of the pool come in, got {pool.max_gpus}"
            )
            yield at(*path, "max_gpus", says=says)


def pools(stack: Team) -> tuple[PoolSpec, ...]:
    """The pools of a team; none without `training`."""
    return stack.training.pools if stack.training else ()


def own_pools(stack: Team) -> Iterator[tuple[Keys, PoolSpec]]:
    """Each pool of a team with its path in the file."""
    for position, pool in enumerate(pools(stack)):
        yield ("training", "pools", position), pool


def shared_pools(stack: Platform) -> Iterator[tuple[Keys, SharedPoolSpec]]:
    """Each pool of a platform with its path in the file."""
    for position, pool in enumerate(stack.pools):
        yield ("pools", position), pool


def every_pool(stack: Team | Platform) -> Iterator[tuple[Keys, PoolSpec | SharedPoolSpec]]:
    """Each pool of a stack with its path in the file, a team's own or a platform's."""
    yield from own_pools(stack) if isinstance(stack, Team) else shared_pools(stack)


def node_step(pool: PoolSpec | SharedPoolSpec) -> int:
    """The GPUs that nodes of a pool come in: the greatest number that each of its types has a multiple of."""
    return gcd(*(each.gpus for each in gpu_types(pool))) or 1


def gpu_types(pool: PoolSpec | SharedPoolSpec) -> list[InstanceType]:
    """Facts of a pool's types, but for those that are not known or have no GPU."""
    return [each for each in known_types(pool.instance_types) if each.gpus]


def empty_nodes(pool: PoolSpec) -> list[EmptyNode]:
    """A node of each of a pool's types with GPUs."""
    return [EmptyNode(kind=each, disk_gib=gpu_node_disk(each, pool.disk_gib)) for each in gpu_types(pool)]


def accelerator(pool: PoolSpec | SharedPoolSpec) -> str | None:
    """The accelerator class of a pool; None where its types have none or several."""
    classes = {each.accelerator for each in gpu_types(pool)}
    return classes.pop() if len(classes) == 1 else None


def class_of_each_pool(stack: Team) -> dict[str, str | None]:
    """The accelerator class of each pool of a team by the pool's name."""
    return {pool.name: accelerator(pool) for pool in pools(stack)}


def _why_not(name: str, region: str) -> str | None:
    facts = instance_types().get(name)
    if facts is None and (reason := why_left_out(name)):
        return f"is {name}, which Paved does not know: {reason}"
    if facts is None:
        return f"is {name}, which is not a known instance type{nearest(name, sorted(instance_types()))}"
    if not facts.gpus:
        return f"is {name}, which has no accelerator: work without one runs on the platform's general nodes"
    if not zones_offering(name, region):
        return f"is {name}, {not_offered(region, regions_offering(name))}"
    return None
