"""What a team's GPU quota means in CPUs and memory, and how much its namespace may hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from components.serving.quota import Quota
from paved.reference.instances import instance_type
from stacks.schema.serving import NamespaceQuota
from stacks.schema.training import GpuQuota, Pool, Training


@dataclass(frozen=True, kw_only=True)
class Promise:
    """What the queue may admit of one accelerator class at once."""

    gpus: int
    vcpus: int
    memory_gib: int

    def __add__(self, other: "Promise") -> "Promise":
        return Promise(
            gpus=self.gpus + other.gpus,
            vcpus=self.vcpus + other.vcpus,
            memory_gib=self.memory_gib + other.memory_gib,
        )


def accelerator(pool: Pool) -> str:
    """The accelerator class of a pool. Raises ValueError when its types have none or differ."""
    classes = {instance_type(name).accelerator for name in pool.instance_types}
    found = classes.pop()
    if classes or found is None:
        raise ValueError(f"pool `{pool.name}` needs instance types of one accelerator class")
    return found


def promises(training: Training) -> Mapping[str, Promise]:
    """What each accelerator class of the team's quota comes to, by class.

    Kueue admits nothing whose CPUs and memory it has no quota for, so both follow from the GPUs: their share
    of the largest node, so that GPUs run out first.
    """
    pools = {pool.name: pool for pool in training.pools}
    total: dict[str, Promise] = {}
    for quota in training.quota:
        pool = pools[quota.pool]
        key = accelerator(pool)
        total[key] = total.get(key, Promise(gpus=0, vcpus=0, memory_gib=0)) + promise(quota, pool)
    return dict(sorted(total.items()))


def promise(quota: GpuQuota, pool: Pool) -> Promise:
    """One quota's GPUs with the CPUs and memory of the nodes that carry them."""
    types = [instance_type(name) for name in pool.instance_types]
    return Promise(
        gpus=quota.gpus,
        vcpus=ceil(max(quota.gpus * kind.vcpus / kind.gpus for kind in types)),
        memory_gib=ceil(max(quota.gpus * kind.memory_gib / kind.gpus for kind in types)),
    )


def namespace_quota(declared: NamespaceQuota, training: Training | None) -> Quota:
    """The namespace's hull: what is declared, and on top of it what training may use.

    GPUs are capped at what the pools can run: an endpoint uses them outside the queue.
    """
    promised = promises(training).values() if training else []
    return Quota(
        vcpus=declared.cpu + sum(each.vcpus for each in promised),
        memory_gib=declared.memory_gib + sum(each.memory_gib for each in promised),
        gpus=sum(pool.max_gpus for pool in training.pools) if training else 0,
        pods=declared.pods,
        storage_gib=declared.storage_gib,
    )
