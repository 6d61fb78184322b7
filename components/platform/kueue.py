"""What Kueue is told."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import yaml

from components.platform.operator import CRITICAL, SYSTEM_NODES
from reference.vocabulary import STACK_LABEL

NODES_MUST_COME_WITHIN = "30m"
"""A GPU node takes minutes to start and a training image minutes to pull; no capacity takes forever."""

Sharing = Literal["first-come", "fair", "fair-eager"]

PREEMPTION_STRATEGIES: Mapping[Sharing, tuple[str, ...]] = {
    "first-come": (),
    "fair": ("LessThanOrEqualToFinalShare",),
    "fair-eager": ("LessThanOrEqualToFinalShare", "LessThanInitialShare"),
}
"""Who may preempt in order to borrow. Kueue starts with no other list than these, and `LessThanInitialShare` alone."""


def kueue_values(sharing: Sharing, jobs: Sequence[str] = ()) -> dict[str, Any]:
    """Values of the chart. The manager's configuration is one string, so it is replaced as a whole.

    `jobs` are the kinds of job that are queued beside those of Kubernetes itself, by Kueue's names for them.
    """
    return {
        "controllerManager": {
            "replicas": 2,
            "nodeSelector": SYSTEM_NODES,
            "podDisruptionBudget": {"enabled": True, "minAvailable": 1},
            "manager": {
                "priorityClassName": CRITICAL,
                "resources": {"requests": {"cpu": "500m", "memory": "1Gi"}, "limits": {"memory": "1Gi"}},
            },
        },
        "managerConfig": {
            "controllerManagerConfigYaml": yaml.safe_dump(manager_configuration(sharing, jobs))
        },
    }


def manager_configuration(sharing: Sharing, jobs: Sequence[str] = ()) -> dict[str, Any]:
    """The manager's configuration.

    Jobs of team namespaces are what it queues; elsewhere its webhooks are not even asked, so that an outage
    of Kueue stops no other workload. Resources that no flavor covers are left to the namespace's quota. A
    job whose nodes do not come in time goes back to the queue.
    """
    strategies = list(PREEMPTION_STRATEGIES[sharing])
    return {
        "apiVersion": "config.kueue.x-k8s.io/v1beta2",
        "kind": "Configuration",
        "health": {"healthProbeBindAddress": ":8081"},
        "metrics": {"bindAddress": ":8443", "enableClusterQueueResources": True},
        "webhook": {"port": 9443},
        "leaderElection": {"leaderElect": True, "resourceName": "c1f6bfd2.kueue.x-k8s.io"},
        "clientConnection": {"qps": 300, "burst": 500},
        "integrations": {"frameworks": ["batch/job", *jobs]},
        "managedJobsNamespaceSelector": {"matchExpressions": [{"key": STACK_LABEL, "operator": "Exists"}]},
        "resources": {"quotaCheckStrategy": "IgnoreUndeclared"},
        **({"fairSharing": {"preemptionStrategies": strategies}} if strategies else {}),
        "waitForPodsReady": {
            "timeout": NODES_MUST_COME_WITHIN,
            "recoveryTimeout": NODES_MUST_COME_WITHIN,
            "blockAdmission": False,
            "requeuingStrategy": {
                "timestamp": "Eviction",
                "backoffBaseSeconds": 60,
                "backoffMaxSeconds": 3600,
            },
        },
    }
