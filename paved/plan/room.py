"""The room on a team's own pools in a plan: the sum that their ceilings hold, and what it cannot hold."""

from collections.abc import Iterator

from reference.accelerators import UNIT_NOUNS, device
from stacks.checks.pools import accelerator, node_types, pools, unit_of
from stacks.checks.quota import quotas
from stacks.checks.room import room_of
from stacks.schema import Foundation, Platform, Team
from stacks.schema.pools import PoolSpec, SharedPoolSpec

SMALL_JOBS = (
    "jobs of few GPUs spread over nodes: one that wants a whole node may be admitted and wait until they end"
)


SMALL_PODS = (
    "pods without GPUs that do not fill a node leave the rest of it: the queue counts what they request, and one whose "
    "pods find no place waits for them"
)


def room_rows(stack: Foundation | Platform | Team) -> Iterator[tuple[str, str]]:
    """All that may run at once on each of a team's pools, and what no sum promises."""
    if not isinstance(stack, Team):
        return
    for pool in pools(stack):
        room, noun = room_of(stack, pool), UNIT_NOUNS[device(accelerator(pool) or "")]
        yield (
            f"room {pool.name}",
            f"{room.least} of {pool.most} {noun} at once: {room.sum.replace('`', '')}",
        )
    queued = {quota.pool for quota in quotas(stack)}
    shared = [pool for pool in pools(stack) if pool.name in queued and shares_nodes(pool)]
    if any(unit_of(pool) == "gpus" for pool in shared):
        yield "limit", SMALL_JOBS
    if any(unit_of(pool) == "vcpus" for pool in shared):
        yield "limit", SMALL_PODS


def shares_nodes(pool: PoolSpec | SharedPoolSpec) -> bool:
    """Whether a node of the pool has room for several jobs."""
    return any(each.units > 1 for each in node_types(pool))
