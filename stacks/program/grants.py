"""What a team's queue may use of the pools that its platform grants it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import ceil
from typing import Any

import pulumi
from pulumi import Output

from components.serving.quota import NamespaceLimits as NamespaceLimits
from components.training.capacity import accelerator, amount, efa_interfaces
from components.training.queue import QueueQuota
from components.training.shared_pool import gpus_per_node
from reference.accelerators import device
from reference.vocabulary import GPU_RESOURCE, NEURON_RESOURCE
from stacks.program.team_context import TeamContext
from stacks.schema.training import GrantedQuota


def granted_quotas(context: TeamContext) -> Output[tuple[QueueQuota, ...]] | None:
    """The quotas of granted pools in the order of the file; None for a team that uses none.

    Raises `pulumi.RunError` where the platform, as it is deployed, does not grant what the file says.
    """
    entries = context.team.training.granted if context.team.training else ()
    if not entries:
        return None
    pools: Output[Mapping[str, Any]] = context.platform.output("queues", "pools")
    return pools.apply(
        lambda found: tuple(
            granted_quota(each, found, context.name, context.team.platform) for each in entries
        )
    )


def granted_quota(entry: GrantedQuota, pools: Mapping[str, Any], stack: str, platform: str) -> QueueQuota:
    """One entry with the CPUs, memory and EFA interfaces of its GPUs. Raises `pulumi.RunError` beyond the grant."""
    pool = pools.get(entry.pool, {})
    most = pool.get("grants", {}).get(stack)
    if most is None or entry.gpus > most:
        found = f"{most:.0f} GPUs of it" if most is not None else "none of it"
        raise pulumi.RunError(
            f"`training.granted` asks for {entry.gpus} GPUs of pool `{entry.pool}`: `{platform}` grants {found} to "
            f"`{stack}`, as it is deployed: deploy it first, or ask for less"
        )
    types: Sequence[str] = pool["instance_types"]
    lent = entry.gpus if entry.lend_gpus is None else entry.lend_gpus
    nodes = ceil((entry.gpus + entry.borrow_gpus) / gpus_per_node(types))
    return QueueQuota(
        accelerator=accelerator(types),
        flavor=pool["flavor"],
        guaranteed=amount(types, entry.gpus),
        borrowable=amount(types, entry.borrow_gpus),
        lendable=amount(types, lent),
        efas=nodes * efa_interfaces(types) if pool["efa"] else 0,
    )


def with_granted(limits: NamespaceLimits, granted: Sequence[QueueQuota]) -> NamespaceLimits:
    """A namespace's limits with room for what its queue may admit to granted pools."""
    used = [each.guaranteed + each.borrowable for each in granted]
    devices: Counter[str] = Counter()
    for each, sum_of in zip(granted, used, strict=True):
        devices[device(each.accelerator)] += sum_of.gpus
    return replace(
        limits,
        vcpus=limits.vcpus + sum(each.vcpus for each in used),
        memory_gib=limits.memory_gib + sum(each.memory_gib for each in used),
        gpus=limits.gpus + devices[GPU_RESOURCE],
        neurons=limits.neurons + devices[NEURON_RESOURCE],
        efas=limits.efas + sum(each.efas for each in granted),
    )
