"""The platform's own pools: their nodes and flavors, what teams read of them, and what is said before they end."""

from collections.abc import Sequence
from typing import Any

from pulumi import Resource

from components.monitoring.deadlines import Deadline, Deadlines, DeadlinesArgs
from components.platform.admission_grants import NO_GRANTS, Grants
from components.platform.storage import EBS_DRIVER
from components.training.capacity import accelerated_types
from components.training.flavors import TOPOLOGY, Topology, TopologyArgs
from components.training.gpu_nodes import node_pool_name
from components.training.shared_pool import ReservationTerm, SharedPool, SharedPoolArgs
from stacks.program.platform_context import PlatformContext
from stacks.schema import Platform
from stacks.schema.dates import day, end_of, moment, seconds
from stacks.schema.pools import Reservation
from stacks.schema.pools import SharedPoolSpec as PoolSection

IDLE_MINUTES = 10
"""How long an empty node of an elastic pool stays where its file does not say."""


def build_shared_pools(
    context: PlatformContext, after: Sequence[Resource], monitoring: Sequence[Resource]
) -> dict[str, Any]:
    """Declare the platform's own pools. `after` owns the definitions of nodes and queues. Returns what teams read."""
    pools = context.stack.pools
    topology: list[Resource] = []
    if any(pool.topology for pool in pools):
        args = TopologyArgs(labels=context.tags, after=after)
        topology.append(Topology(f"{context.name}-topology", args, context.options()))
    for pool in pools:
        SharedPool(
            f"{context.name}-{pool.name}", pool_args(context, pool, [*after, *topology]), context.options()
        )
    build_deadlines(context, monitoring)
    return {
        pool.name: {
            "flavor": pool.name,
            "instance_types": list(pool.instance_types),
            "efa": pool.efa,
            "grants": {grant.stack: grant.gpus for grant in pool.grants},
        }
        for pool in pools
    }


def pool_args(context: PlatformContext, pool: PoolSection, after: Sequence[Resource]) -> SharedPoolArgs:
    """A pool as the component takes it."""
    types = accelerated_types(pool.instance_types)
    return SharedPoolArgs(
        stack=context.name,
        pool=pool.name,
        types=types,
        zone=pool.zone,
        capacity=pool.capacity,
        reservations=tuple(reservation_term(each) for each in pool.reservations),
        nodes=pool.nodes,
        max_gpus=pool.max_gpus or (pool.nodes or 0) * types.gpus_per_node,
        topology=TOPOLOGY if pool.topology else None,
        efa=pool.efa,
        disk_gib=pool.disk_gib,
        idle_minutes=pool.idle_minutes or IDLE_MINUTES,
        max_node_hours=pool.max_node_hours,
        drain_hours=pool.drain_hours,
        volume_drivers=(EBS_DRIVER,),
        node_config=context.node_config,
        tags=context.tags,
        after=after,
    )


def reservation_term(reservation: Reservation) -> ReservationTerm:
    """How a reservation is chosen."""
    return ReservationTerm(
        id=reservation.id,
        tags={tag.key: tag.value for tag in reservation.tags} or None,
        owner_account=reservation.owner_account,
    )


def build_deadlines(context: PlatformContext, monitoring: Sequence[Resource]) -> None:
    """Alerts before a reservation or a grant ends, where one does."""
    ends = [
        (each.kind, Deadline(pool=pool.name, at=seconds(moment(each.ends))))
        for pool in context.stack.pools
        for each in pool.reservations
        if each.ends
    ]
    grants = [
        Deadline(pool=pool.name, at=seconds(end_of(day(grant.until))), stack=grant.stack)
        for pool in context.stack.pools
        for grant in pool.grants
        if grant.until
    ]
    if ends or grants:
        Deadlines(
            f"{context.name}-deadlines",
            DeadlinesArgs(
                blocks=[deadline for kind, deadline in ends if kind == "capacity-block"],
                reservations=[deadline for kind, deadline in ends if kind == "on-demand"],
                grants=grants,
                team=context.stack.owner.team,
                labels=context.tags,
                after=monitoring,
            ),
            context.options(),
        )


def grants_of(name: str, stack: Platform) -> Grants:
    """Whom the platform called `name` lets onto the nodes of its pools."""
    stacks: dict[str, dict[str, str]] = {}
    for pool in stack.pools:
        for grant in pool.grants:
            stacks.setdefault(grant.stack, {})[pool.name] = node_pool_name(name, pool.name)
    return Grants(platform=name, stacks=stacks) if stacks else NO_GRANTS
