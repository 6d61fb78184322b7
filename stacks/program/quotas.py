"""A team's quota of GPUs, or of CPUs, with what comes along, and how much its namespace may hold."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from pulumi import Input, Output

from components.serving.quota import NamespaceLimits
from components.serving.rollout import most_pods
from components.training.capacity import Amount, NodeTypes
from components.training.queue import QueueQuota
from reference.instances import instance_type
from reference.model_servers import AGENT_LIMIT_GIB, AGENT_MILLICPUS
from reference.vocabulary import GPU_RESOURCE, NEURON_RESOURCE
from stacks.schema.notebooks import NotebooksSpec
from stacks.schema.pools import PoolSpec
from stacks.schema.serving import EndpointSpec, Serving
from stacks.schema.training import GrantedQuota, OwnQuota, TrainingSpec

NOTHING = Amount(gpus=0, vcpus=0, memory_gib=0)

PoolTypes = Mapping[str, NodeTypes]
"""The instance types of each pool by its name."""


@dataclass(frozen=True, kw_only=True)
class TeamQuotas:
    """The quotas of a team's queue: of its own pools, and of the platform's, None for a team that uses none."""

    own: tuple[QueueQuota, ...]
    granted: Output[tuple[QueueQuota, ...]] | None


def own_quotas(
    training: TrainingSpec, types: PoolTypes, flavor_of: Callable[[str], Input[str]]
) -> tuple[QueueQuota, ...]:
    """The quotas of a team's own nodes in the order of the file. `flavor_of` names the flavor of a class."""
    pools = {pool.name: pool for pool in training.pools}
    quotas = []
    for entry in training.quota:
        pool, pool_types = pools[entry.pool], types[entry.pool]
        flavor = flavor_of(pool_types.accelerator)
        # EFA interfaces of the whole pool: only GPUs can be borrowed from a team that has none.
        quotas.append(queue_quota(entry, pool_types, flavor=flavor, efas=efas(pool)))
    return tuple(quotas)


def queue_quota(
    entry: OwnQuota | GrantedQuota, types: NodeTypes, *, flavor: Input[str], efas: int
) -> QueueQuota:
    """The quota of one entry: its GPUs, or vCPUs, and their share of the rest of the pool's roomiest node."""
    # Kueue admits nothing whose CPUs and memory it has no quota for. By the roomiest node, GPUs run out first.
    return QueueQuota(
        accelerator=types.accelerator,
        flavor=flavor,
        guaranteed=types.amount(entry.promised),
        borrowable=types.amount(entry.borrowed),
        lendable=types.amount(entry.lent),
        efas=efas,
    )


def efas(pool: PoolSpec) -> int:
    """The most EFA interfaces that a pool's nodes have together; none without EFA."""
    types = [instance_type(name) for name in pool.instance_types] if pool.efa else []
    return max((pool.most // kind.gpus * kind.efa_interfaces for kind in types), default=0)


def most_devices(pools: Sequence[PoolSpec], types: PoolTypes, resource: str) -> int:
    """The most GPUs, or Neuron devices, that pools can run together."""
    # Pods ask for GPUs and for Neuron devices by different names, so a namespace has a limit for each.
    return sum(pool.most for pool in pools if types[pool.name].device == resource)


def served(endpoints: Sequence[EndpointSpec]) -> Amount:
    """All that endpoints request at once, each in a rollout at its most replicas."""
    found = NOTHING
    for endpoint in endpoints:
        pods, wanted = most_pods(endpoint.replicas.max), endpoint.resources
        found += Amount(gpus=wanted.gpus * pods, vcpus=wanted.cpu * pods, memory_gib=wanted.memory_gib * pods)
        if endpoint.log:
            found += agents(pods)
    return found


def agents(pods: int) -> Amount:
    """The agents beside servers whose requests are logged: by what they request of CPU, and their limit of memory."""
    return Amount(gpus=0, vcpus=ceil(pods * AGENT_MILLICPUS / 1000), memory_gib=pods * AGENT_LIMIT_GIB)


def pods_of_jobs(quotas: Sequence[QueueQuota]) -> int:
    """The most pods of jobs at once: one for each GPU, and one for each vCPU of a pool without any."""
    return sum(quota.most.gpus or quota.most.vcpus for quota in quotas)


def opened(notebooks: NotebooksSpec | None) -> Amount:
    """All that notebooks without GPUs request at once: everybody's, of the largest size. Those with GPUs are queued."""
    sizes = [each for each in notebooks.servers if not each.gpus] if notebooks else []
    if notebooks is None or not sizes:
        return NOTHING
    people = len(notebooks.people)
    return Amount(
        gpus=0,
        vcpus=people * max(each.cpu for each in sizes),
        memory_gib=people * max(each.memory_gib for each in sizes),
    )


def namespace_quota(
    serving: Serving,
    pools: Sequence[PoolSpec],
    types: PoolTypes,
    quotas: Sequence[QueueQuota],
    volumes_gib: int = 0,
    notebooks: NotebooksSpec | None = None,
) -> NamespaceLimits:
    """The namespace's limits: the declared quota beside its queue, endpoints, notebooks and claims of `paved:data`."""
    # Devices and EFA interfaces are capped at what the pools can run, which holds queue and endpoints.
    declared, queued = serving.quota, sum((quota.most for quota in quotas), NOTHING)
    most = queued + served(serving.endpoints) + opened(notebooks)
    people = len(notebooks.people) if notebooks else 0
    return NamespaceLimits(
        vcpus=declared.cpu + most.vcpus,
        memory_gib=declared.memory_gib + most.memory_gib,
        gpus=most_devices(pools, types, GPU_RESOURCE),
        neurons=most_devices(pools, types, NEURON_RESOURCE),
        efas=sum(efas(pool) for pool in pools),
        pods=declared.pods
        + pods_of_jobs(quotas)
        + sum(most_pods(each.replicas.max) for each in serving.endpoints)
        + people,
        storage_gib=declared.storage_gib + volumes_gib + (people * notebooks.home_gib if notebooks else 0),
    )
