"""A team's quotas of the pools that its platform grants it, and the room for them in its namespace."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import ceil
from typing import Any

import pulumi
from pulumi import Output

from components.serving.quota import NamespaceLimits
from components.training.capacity import types_of_one_class
from components.training.queue import QueueQuota
from reference.vocabulary import GPU_RESOURCE, NEURON_RESOURCE
from stacks.program.context import TeamContext
from stacks.program.quotas import NOTHING, queue_quota
from stacks.schema.training import GrantedQuota


def granted_quotas(context: TeamContext) -> Output[tuple[QueueQuota, ...]] | None:
    """The quotas of granted pools in the order of the file; None for a team that uses none.

    Raises `pulumi.RunError` where the platform, as it is deployed, does not grant what the file says.
    """
    entries = context.team.training.granted if context.team.training else ()
    if not entries:
        return None

    def quotas(pools: Mapping[str, Any]) -> tuple[QueueQuota, ...]:
        return tuple(granted_quota(entry, pools, context.name, context.team.platform) for entry in entries)

    pools: Output[Mapping[str, Any]] = context.platform.output("queues", "pools")
    return pools.apply(quotas)


def granted_quota(entry: GrantedQuota, pools: Mapping[str, Any], stack: str, platform: str) -> QueueQuota:
    """One entry with the CPUs, memory and EFA interfaces of its GPUs. Raises `pulumi.RunError` beyond the grant."""
    pool = pools.get(entry.pool, {})
    # By what is deployed and not by the file of the platform: a grant ends in the files first.
    most = pool.get("grants", {}).get(stack)
    if most is None or entry.gpus > most:
        found = f"{most:.0f} GPUs of it" if most is not None else "none of it"
        raise pulumi.RunError(
            f"`training.granted` asks for {entry.gpus} GPUs of pool `{entry.pool}`: `{platform}` grants {found} to "
            f"`{stack}`, as it is deployed: deploy it first, or ask for less"
        )
    types = types_of_one_class(pool["instance_types"])
    nodes = ceil((entry.gpus + entry.borrow_gpus) / types.gpus_per_node)
    efas = nodes * types.efa_interfaces if pool["efa"] else 0
    return queue_quota(entry, types, flavor=pool["flavor"], efas=efas)


def with_granted(limits: NamespaceLimits, granted: Sequence[QueueQuota]) -> NamespaceLimits:
    """A namespace's limits with room for what its queue may admit to granted pools."""
    queued = sum((quota.most for quota in granted), NOTHING)
    devices: Counter[str] = Counter()
    for quota in granted:
        devices[quota.device] += quota.most.gpus
    return replace(
        limits,
        vcpus=limits.vcpus + queued.vcpus,
        memory_gib=limits.memory_gib + queued.memory_gib,
        gpus=limits.gpus + devices[GPU_RESOURCE],
        neurons=limits.neurons + devices[NEURON_RESOURCE],
        efas=limits.efas + sum(quota.efas for quota in granted),
        pods=limits.pods + queued.gpus,
    )
