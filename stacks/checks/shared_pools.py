"""Checks of a platform's own pools: nodes that come alike, in a size that is one or the other, granted within it."""

from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from typing import get_args

from reference.instances import shows_topology
from stacks.checks.check import check, repeats
from stacks.checks.instances import known_types
from stacks.checks.pools import node_types, shared_pools
from stacks.reading.problems import Problem, at
from stacks.schema import Platform
from stacks.schema.dates import day, end_of, most_at_once, start_of
from stacks.schema.platform import Accelerator
from stacks.schema.pools import Grant, SharedPoolSpec

ORDER = ("reserved", "spot", "on-demand")
"""The order in which Karpenter tries capacity, whatever that of the file."""


@check(Platform)
def shared_pools_have_names_of_their_own(stack: Platform) -> Iterator[Problem]:
    """Refuse two pools of one name, and the name of an accelerator class."""
    yield from repeats((pool.name for pool in stack.pools), "pools", key="name")
    for path, pool in shared_pools(stack):
        # A pool's name is that of its flavor, and each accelerator class has a flavor already.
        if pool.name in get_args(Accelerator):
            says = f"is `{pool.name}`, the flavor of all teams' own nodes: take another name"
            yield at(*path, "name", says=says)


@check(Platform)
def shared_capacity_is_in_the_order_it_is_tried(stack: Platform) -> Iterator[Problem]:
    """Refuse an order of capacity that Karpenter would not keep."""
    for path, pool in shared_pools(stack):
        yield from repeats(pool.capacity, *path, "capacity")
        if any(ORDER.index(one) > ORDER.index(other) for one, other in pairwise(pool.capacity)):
            wanted = ", ".join(each for each in ORDER if each in pool.capacity)
            yield at(*path, "capacity", says=f"must be [{wanted}], the order in which capacity is tried")


@check(Platform)
def a_shared_pool_has_one_size(stack: Platform) -> Iterator[Problem]:
    """Require either nodes that are always there or a ceiling for those that come and go."""
    for path, pool in shared_pools(stack):
        if (pool.nodes is None) == (pool.max_gpus is None):
            found = "neither" if pool.nodes is None else "both"
            says = (
                f"must have either `nodes`, always there, or `max_gpus`, the most jobs may start: got {found}"
            )
            yield at(*path, says=says)
        elif pool.nodes and pool.idle_minutes is not None:
            says = "is for a pool with `max_gpus`: these nodes stay, idle or not"
            yield at(*path, "idle_minutes", says=says)
        elif pool.nodes and "spot" in pool.capacity:
            says = "must not have `spot` with `nodes`: EC2 takes spot nodes back, so they do not stay"
            yield at(*path, "capacity", says=says)


@check(Platform)
def shared_nodes_come_alike(stack: Platform) -> Iterator[Problem]:
    """Refuse types with different numbers of GPUs: a grant, a reservation and a job count on one size."""
    for path, pool in shared_pools(stack):
        counts = {each.name: each.gpus for each in node_types(pool)}
        if len(set(counts.values())) > 1:
            found = ", ".join(f"{name} ({gpus})" for name, gpus in counts.items())
            yield at(*path, "instance_types", says=f"must have as many GPUs each, got {found}")


@check(Platform)
def a_shared_ceiling_holds_whole_nodes(stack: Platform) -> Iterator[Problem]:
    """Refuse a ceiling below one node, which is never reached, or between two, which never is quite."""
    for path, pool in shared_pools(stack):
        size = gpus_per_node(pool)
        if size and pool.max_gpus and pool.max_gpus % size:
            node = pool.instance_types[0]
            says = f"must be a multiple of {size}, the GPUs of one {node}, got {pool.max_gpus}"
            yield at(*path, "max_gpus", says=says)


@check(Platform)
def topology_is_of_nodes_that_stay(stack: Platform) -> Iterator[Problem]:
    """Refuse topology of nodes that come and go, or of types whose place in the network EC2 does not tell."""
    for path, pool in shared_pools(stack):
        # Kueue places a job by topology on nodes that are there, and Karpenter takes no part in it.
        if pool.topology and pool.nodes is None:
            says = (
                "must have `nodes` beside it: the queue places jobs on nodes that are there, and starts none"
            )
            yield at(*path, "topology", says=says)
        for position, name in enumerate(pool.instance_types if pool.topology else ()):
            if not shows_topology(name):
                says = f"is {name}, of whose place in the network EC2 tells nothing: leave `topology` out"
                yield at(*path, "instance_types", position, says=says)


@check(Platform)
def grants_fit_their_pool(stack: Platform) -> Iterator[Problem]:
    """Refuse grants that add up to more than the pool has on any day: every team can use its own while others do."""
    for path, pool in shared_pools(stack):
        yield from repeats((grant.stack for grant in pool.grants), *path, "grants", key="stack")
        total, most = most_at_once(grant_span(grant) for grant in pool.grants), gpus_of(pool)
        if most is not None and total > most:
            each = ", ".join(f"{grant.stack} {grant.gpus}" for grant in pool.grants)
            says = f"must add up to at most the {most} GPUs of the pool, got {total} ({each})"
            yield at(*path, "grants", says=says)


@check(Platform)
def a_grant_ends_after_it_begins(stack: Platform) -> Iterator[Problem]:
    """Refuse a grant whose last day is before its first."""
    for path, pool in shared_pools(stack):
        for position, grant in enumerate(pool.grants):
            if grant.starts and grant.until and day(grant.until) < day(grant.starts):
                says = f"must be on or after `starts`, {grant.starts}, got {grant.until}"
                yield at(*path, "grants", position, "until", says=says)


def grant_span(grant: Grant) -> tuple[datetime | None, datetime | None, int]:
    """The midnights between which a grant holds, None for no bound, and its GPUs."""
    starts = start_of(day(grant.starts)) if grant.starts else None
    return starts, end_of(day(grant.until)) if grant.until else None, grant.gpus


def gpus_per_node(pool: SharedPoolSpec) -> int | None:
    """GPUs of each node of a pool; None where its types have none, differ, or are not known."""
    # A type that is not known is refused elsewhere; here it must not hide the size of the others.
    counts = {each.gpus for each in known_types(pool.instance_types)}
    return counts.pop() or None if len(counts) == 1 else None


def gpus_of(pool: SharedPoolSpec) -> int | None:
    """GPUs of a pool at its most; None where they cannot be known."""
    size = gpus_per_node(pool)
    if pool.nodes is not None:
        return pool.nodes * size if size else None
    return pool.max_gpus
