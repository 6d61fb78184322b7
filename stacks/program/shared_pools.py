"""The platform's own pools, built: nodes and flavors, the outputs that teams read, and alerts before one ends."""

from collections.abc import Sequence
from typing import Any

from pulumi import Resource

from components.monitoring.deadlines import Deadline, Deadlines, DeadlinesArgs
from components.platform.admission_grants import NO_GRANTS, Grants
from components.platform.storage import EBS_DRIVER
from components.training.capacity import types_of_one_class
from components.training.flavors import TOPOLOGY, Topology, TopologyArgs
from components.training.pool_nodes import node_pool_name
from components.training.shared_pool import ReservationTerm, SharedPool, SharedPoolArgs
from stacks.program.context import PlatformContext
from stacks.schema import Platform
from stacks.schema.dates import day, end_of, moment, seconds
from stacks.schema.pools import Reservation, SharedPoolSpec

IDLE_MINUTES = 10
"""Minutes that an empty node of an elastic pool stays where its file does not say."""


def build_shared_pools(
    context: PlatformContext, after: Sequence[Resource], monitoring: Sequence[Resource]
) -> dict[str, Any]:
    """Declare the platform's own pools. `after` owns the definitions of nodes and queues. Returns what teams read."""
    pools = context.stack.pools
    topology: list[Resource] = []
    if any(pool.topology for pool in pools):
        args = TopologyArgs(labels=context.tags, after=after)
        topology.append(Topology(f"{context.name}-topology", args, context.options()))
    outputs = {}
    for pool in pools:
        args_of_pool = pool_args(context, pool, [*after, *topology])
        SharedPool(f"{context.name}-{pool.name}", args_of_pool, context.options())
        outputs[pool.name] = pool_output(pool)
    build_deadlines(context, monitoring)
    return outputs


def pool_output(pool: SharedPoolSpec) -> dict[str, Any]:
    """The output of a pool, which teams read."""
    return {
        "flavor": pool.name,
        "instance_types": list(pool.instance_types),
        "efa": pool.efa,
        "grants": {grant.stack: grant.gpus for grant in pool.grants},
    }


def pool_args(context: PlatformContext, pool: SharedPoolSpec, after: Sequence[Resource]) -> SharedPoolArgs:
    """The arguments of a pool's component."""
    types = types_of_one_class(pool.instance_types)
    return SharedPoolArgs(
        stack=context.name,
        pool=pool.name,
        types=types,
        zone=pool.zone,
        capacity=pool.capacity,
        reservations=tuple(reservation_term(each) for each in pool.reservations),
        nodes=pool.nodes,
        # A pool of a fixed size has all the GPUs of its nodes.
        most=pool.max_gpus or (pool.nodes or 0) * types.gpus_per_node,
        topology=TOPOLOGY if pool.topology else None,
        efa=pool.efa,
        disk_gib=pool.disk_gib,
        idle_minutes=pool.idle_minutes or IDLE_MINUTES,
        max_node_hours=pool.max_node_hours,
        drain_hours=pool.drain_hours,
        serving_only=False,
        volume_drivers=(EBS_DRIVER,),
        node_config=context.node_config,
        tags=context.tags,
        after=after,
    )


def reservation_term(reservation: Reservation) -> ReservationTerm:
    """The term by which Karpenter selects a reservation."""
    return ReservationTerm(
        id=reservation.id,
        tags={tag.key: tag.value for tag in reservation.tags} or None,
        owner_account=reservation.owner_account,
    )


def build_deadlines(context: PlatformContext, monitoring: Sequence[Resource]) -> None:
    """Declare alerts before a reservation or a grant ends, where one does."""
    deadlines: dict[str, list[Deadline]] = {"capacity-block": [], "on-demand": [], "grant": []}
    for pool in context.stack.pools:
        for each in pool.reservations:
            if each.ends:
                ends = seconds(moment(each.ends))
                deadlines[each.kind].append(Deadline(pool=pool.name, at=ends))
        for grant in pool.grants:
            if grant.until:
                ends = seconds(end_of(day(grant.until)))
                deadlines["grant"].append(Deadline(pool=pool.name, at=ends, stack=grant.stack))
    if any(deadlines.values()):
        Deadlines(
            f"{context.name}-deadlines",
            DeadlinesArgs(
                blocks=deadlines["capacity-block"],
                reservations=deadlines["on-demand"],
                grants=deadlines["grant"],
                team=context.stack.owner.team,
                labels=context.tags,
                after=monitoring,
            ),
            context.options(),
        )


def admission_grants(name: str, stack: Platform) -> Grants:
    """The stacks that the platform called `name` lets onto the nodes of its pools."""
    stacks: dict[str, dict[str, str]] = {}
    for pool in stack.pools:
        for grant in pool.grants:
            stacks.setdefault(grant.stack, {})[pool.name] = node_pool_name(name, pool.name)
    return Grants(platform=name, stacks=stacks) if stacks else NO_GRANTS


def accelerator_classes(stack: Platform) -> list[str]:
    """The classes that a queue of the platform may have, teams' own and those of its shared pools, sorted."""
    shared = {types_of_one_class(pool.instance_types).accelerator for pool in stack.pools}
    return sorted(shared.union(entry.accelerator for entry in stack.queues.capacity))
