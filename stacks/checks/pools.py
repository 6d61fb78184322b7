"""Checks of pools of nodes for jobs: types that exist, of one class, for a team's own under its ceiling."""

from collections.abc import Iterator
from math import gcd
from typing import Literal

from components.platform.node_disk import pool_node_disk
from reference.accelerators import CPU_CLASS
from reference.instances import (
    InstanceType,
    instance_types,
    regions_offering,
    why_left_out,
    why_no_cpu_pool,
    zones_offering,
)
from stacks.checks.check import check, repeats
from stacks.checks.instances import EmptyNode, known_types, not_offered
from stacks.reading.explain import listed, nearest
from stacks.reading.problems import Keys, Problem, at
from stacks.schema import Platform, Team
from stacks.schema.pools import PoolSpec, SharedPoolSpec

Unit = Literal["gpus", "vcpus"]
"""The ends of the keys by which a pool is counted: its accelerators, or the vCPUs of nodes without."""

OTHER_UNIT: dict[Unit, Unit] = {"gpus": "vcpus", "vcpus": "gpus"}
UNIT_WORDS: dict[Unit, str] = {"gpus": "GPUs", "vcpus": "vCPUs"}


@check(Platform, Team)
def pool_types_are_known(stack: Team | Platform) -> Iterator[Problem]:
    """Refuse a type that is not known, since it cannot be placed, priced or capped."""
    for path, pool in every_pool(stack):
        yield from repeats(pool.instance_types, *path, "instance_types")
        for position, name in enumerate(pool.instance_types):
            if says := _why_not(name, stack):
                yield at(*path, "instance_types", position, says=says)


@check(Platform, Team)
def a_pool_is_of_one_class(stack: Team | Platform) -> Iterator[Problem]:
    """Refuse a pool of several classes, one of them perhaps without accelerators: it stands for one flavor."""
    for path, pool in every_pool(stack):
        classes = {each.name: each.node_class for each in node_types(pool)}
        if len(set(classes.values())) > 1:
            found = ", ".join(f"{name} ({node_class})" for name, node_class in classes.items())
            more = ": give each class a pool of its own" if CPU_CLASS in classes.values() else ""
            says = f"must be of one accelerator class, got {found}{more}"
            yield at(*path, "instance_types", says=says)


@check(Platform, Team)
def a_pinned_zone_offers_the_types(stack: Team | Platform) -> Iterator[Problem]:
    """Refuse a type that is not offered in the zone that its pool is pinned to."""
    for path, pool in every_pool(stack):
        for each in node_types(pool) if pool.zone else ():
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
        unit, most = unit_of(pool), ceiling(pool)
        if unit is None or most is None:
            continue
        for each in node_types(pool):
            if each.units > most:
                has = f"{each.name} has {each.units} {UNIT_WORDS[unit]}"
                yield at(*path, f"max_{unit}", says=f"must hold a node of every type: {has}, got {most}")
        step = node_step(pool)
        if most % step:
            says = f"must be a multiple of {step}, the {UNIT_WORDS[unit]} that nodes of the pool come in, got {most}"
            yield at(*path, f"max_{unit}", says=says)


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
    """The units that nodes of a pool come in: the greatest number that each of its types has a multiple of."""
    return gcd(*(each.units for each in node_types(pool))) or 1


def unit_of(pool: PoolSpec) -> Unit | None:
    """The unit that a pool is counted in; None where its types are of several classes, or not known."""
    found = accelerator(pool)
    if found is None:
        return None
    return "vcpus" if found == CPU_CLASS else "gpus"


def ceiling(pool: PoolSpec) -> int | None:
    """The most that a pool may ever run, in its unit; None where the file gives it in another or not at all."""
    unit = unit_of(pool)
    if unit is None or getattr(pool, f"max_{OTHER_UNIT[unit]}") is not None:
        return None
    return pool.max_vcpus if unit == "vcpus" else pool.max_gpus


def node_types(pool: PoolSpec | SharedPoolSpec) -> list[InstanceType]:
    """Facts of a pool's types, but for those that are not known, and of a platform's pool those without a GPU."""
    found = known_types(pool.instance_types)
    return found if isinstance(pool, PoolSpec) else [each for each in found if each.gpus]


def empty_nodes(pool: PoolSpec) -> list[EmptyNode]:
    """A node of each of a pool's types."""
    return [EmptyNode(kind=each, disk_gib=pool_node_disk(each, pool.disk_gib)) for each in node_types(pool)]


def accelerator(pool: PoolSpec | SharedPoolSpec) -> str | None:
    """The class of a pool's nodes, `cpu` without accelerators; None where its types have several or are not known."""
    classes = {each.node_class for each in node_types(pool)}
    return classes.pop() if len(classes) == 1 else None


def class_of_each_pool(stack: Team) -> dict[str, str | None]:
    """The class of each pool of a team by the pool's name."""
    return {pool.name: accelerator(pool) for pool in pools(stack)}


def _why_not(name: str, stack: Team | Platform) -> str | None:
    facts, region = instance_types().get(name), stack.account.region
    if facts is None and (reason := why_left_out(name)):
        return f"is {name}, which Paved does not know: {reason}"
    if facts is None:
        return f"is {name}, which is not a known instance type{nearest(name, sorted(instance_types()))}"
    if not facts.gpus and isinstance(stack, Platform):
        return f"is {name}, which has no accelerator: a pool without any is a team's own, in its `training.pools`"
    if not facts.gpus and (reason := why_no_cpu_pool(facts)):
        return f"is {name}, which is no type for jobs: {reason}. Take one such as m7i.4xlarge"
    if not zones_offering(name, region):
        return f"is {name}, {not_offered(region, regions_offering(name))}"
    return None
