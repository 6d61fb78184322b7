"""The quota of a team's namespace, and the resources of a container that requests none."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi_kubernetes as k8s

from reference.vocabulary import EFA_RESOURCE, GPU_RESOURCE, NEURON_CORE_RESOURCE, NEURON_RESOURCE

DEFAULT_CPU = "250m"
DEFAULT_MEMORY = "1Gi"

MOST_OBJECTS: Mapping[str, int] = {
    "count/configmaps": 500,
    "count/cronjobs.batch": 50,
    "count/jobs.batch": 2000,
    "count/jobsets.jobset.x-k8s.io": 500,
    "count/rayclusters.ray.io": 200,
    "count/rayjobs.ray.io": 500,
    "count/trainjobs.trainer.kubeflow.org": 500,
    "persistentvolumeclaims": 100,
    "services": 500,
}
"""The most objects of a kind that a member writes, or an operator makes of it: a loop fills no etcd that all share."""


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
    """The keys of a ResourceQuota. GPUs and EFA are capped by request, and Services stay inside the cluster."""
    return {
        "requests.cpu": str(quota.vcpus),
        # No `limits.cpu`: a CPU limit throttles, and requests already share the nodes fairly.
        "requests.memory": f"{quota.memory_gib}Gi",
        "limits.memory": f"{quota.memory_gib}Gi",
        f"requests.{GPU_RESOURCE}": str(quota.gpus),
        f"requests.{NEURON_RESOURCE}": str(quota.neurons),
        # Devices are given out whole: single cores are a second name for the same hardware.
        f"requests.{NEURON_CORE_RESOURCE}": "0",
        f"requests.{EFA_RESOURCE}": str(quota.efas),
        "requests.storage": f"{quota.storage_gib}Gi",
        "pods": str(quota.pods),
        "services.loadbalancers": "0",
        "services.nodeports": "0",
        **{kind: str(most) for kind, most in MOST_OBJECTS.items()},
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
