"""How much a team's namespace may hold, and what a container gets that asks for nothing."""

from dataclasses import dataclass

import pulumi_kubernetes as k8s

from reference.vocabulary import EFA_RESOURCE, GPU_RESOURCE, NEURON_CORE_RESOURCE, NEURON_RESOURCE

DEFAULT_CPU = "250m"
DEFAULT_MEMORY = "1Gi"


@dataclass(frozen=True, kw_only=True)
class NamespaceLimits:
    """The most that all pods of a namespace may request together."""

    vcpus: int
    memory_gib: int
    gpus: int
    neurons: int
    efas: int
    pods: int
    storage_gib: int


def hard_limits(quota: NamespaceLimits) -> dict[str, str]:
    """The keys of a ResourceQuota. GPUs and EFA are capped by request, and Services stay inside the cluster.

    Neuron devices are given out whole: their single cores are a second name for the same hardware.
    CPU has no limit of its own: a CPU limit throttles, and requests already share the nodes fairly.
    """
    return {
        "requests.cpu": str(quota.vcpus),
        "requests.memory": f"{quota.memory_gib}Gi",
        "limits.memory": f"{quota.memory_gib}Gi",
        f"requests.{GPU_RESOURCE}": str(quota.gpus),
        f"requests.{NEURON_RESOURCE}": str(quota.neurons),
        f"requests.{NEURON_CORE_RESOURCE}": "0",
        f"requests.{EFA_RESOURCE}": str(quota.efas),
        "requests.storage": f"{quota.storage_gib}Gi",
        "pods": str(quota.pods),
        "services.loadbalancers": "0",
        "services.nodeports": "0",
    }


def container_defaults() -> k8s.core.v1.LimitRangeSpecArgs:
    """Defaults, without which a quota would refuse every container that leaves its resources out."""
    return k8s.core.v1.LimitRangeSpecArgs(
        limits=[
            k8s.core.v1.LimitRangeItemArgs(
                type="Container",
                default_request={"cpu": DEFAULT_CPU, "memory": DEFAULT_MEMORY},
                default={"memory": DEFAULT_MEMORY},
            )
        ]
    )
