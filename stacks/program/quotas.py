"""What a team's GPU quota means in CPUs and memory, and how much its namespace may hold."""

from collections.abc import Sequence
from dataclasses import dataclass

from components.serving.quota import NamespaceLimits
from components.training.capacity import Amount, accelerator, amount
from reference.accelerators import device
from reference.instances import instance_type
from reference.vocabulary import GPU_RESOURCE, NEURON_RESOURCE
from stacks.schema.serving import NamespaceQuota
from stacks.schema.pools import PoolSpec
from stacks.schema.training import GpuQuota, TrainingSpec


@dataclass(frozen=True, kw_only=True)
class Promise:
    """What the team's queue may admit at once on behalf of one entry of `training.quota`."""

    accelerator: str
    guaranteed: Amount
    borrowable: Amount
    lendable: Amount
    efas: int


def promises(training: TrainingSpec) -> tuple[Promise, ...]:
    """The team's quota with the CPUs and the memory that its GPUs come with."""
    pools = {pool.name: pool for pool in training.pools}
    return tuple(promise(quota, pools[quota.pool]) for quota in training.quota)


def promise(quota: GpuQuota, pool: PoolSpec) -> Promise:
    """One entry of the quota. Kueue admits nothing whose CPUs and memory it has no quota for.

    Both are the GPUs' share of the pool's roomiest node, so that GPUs run out first. EFA interfaces are those of
    the whole pool: only GPUs can be borrowed from a team that has none.
    """
    lent = quota.gpus if quota.lend_gpus is None else quota.lend_gpus
    return Promise(
        accelerator=accelerator(pool.instance_types),
        guaranteed=amount(pool.instance_types, quota.gpus),
        borrowable=amount(pool.instance_types, quota.borrow_gpus),
        lendable=amount(pool.instance_types, lent),
        efas=efas(pool),
    )


def efas(pool: PoolSpec) -> int:
    """The most EFA interfaces that a pool's nodes have together; none without EFA."""
    types = [instance_type(name) for name in pool.instance_types] if pool.efa else []
    return max((pool.max_gpus // kind.gpus * kind.efa_interfaces for kind in types), default=0)


def most_devices(pools: Sequence[PoolSpec], resource: str) -> int:
    """The most GPUs, or Neuron devices, that pools can run together."""
    return sum(pool.max_gpus for pool in pools if device(accelerator(pool.instance_types)) == resource)


def namespace_quota(
    declared: NamespaceQuota, training: TrainingSpec | None, volumes_gib: int = 0
) -> NamespaceLimits:
    """The namespace's hull: what is declared, and on top of it what training is promised and may borrow.

    So are the claims of `paved:data`. Devices and EFA interfaces are capped at what the pools can run, because an
    endpoint uses them outside the queue.
    """
    used = [each.guaranteed + each.borrowable for each in promises(training)] if training else []
    pools = training.pools if training else ()
    return NamespaceLimits(
        vcpus=declared.cpu + sum(each.vcpus for each in used),
        memory_gib=declared.memory_gib + sum(each.memory_gib for each in used),
        gpus=most_devices(pools, GPU_RESOURCE),
        neurons=most_devices(pools, NEURON_RESOURCE),
        efas=sum(efas(pool) for pool in pools),
        pods=declared.pods,
        storage_gib=declared.storage_gib + volumes_gib,
    )
