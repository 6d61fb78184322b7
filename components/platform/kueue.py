"""The configuration of Kueue."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import yaml

from components.platform.operator import CRITICAL, SYSTEM_NODES
from reference.vocabulary import STACK_LABEL

PODS_READY_TIMEOUT = "30m"
"""A GPU node takes minutes to start and a training image minutes to pull; no capacity takes forever."""

ATTEMPTS_AGAIN = 5
"""Times that a job goes back to its queue because its pods were not ready. Then Kueue deactivates it."""

BACKOFF_BASE_SECONDS, BACKOFF_MAX_SECONDS = 300, 3600
"""The wait before the first new attempt, which doubles with each, and the longest wait.

A job whose nodes do not come holds its quota for half an hour in each attempt. Six attempts and the waits between them,
5 to 60 minutes, are five hours and a quarter, of which others may have its quota for more than two.
"""

SharingMode = Literal["first-come", "fair", "fair-eager"]

PREEMPTION_STRATEGIES: Mapping[SharingMode, tuple[str, ...]] = {
    "first-come": (),
    "fair": ("LessThanOrEqualToFinalShare",),
    "fair-eager": ("LessThanOrEqualToFinalShare", "LessThanInitialShare"),
}
"""The strategies by which a queue preempts in order to borrow. Kueue starts with no other list than these, and
`LessThanInitialShare` alone."""


def kueue_values(sharing: SharingMode, jobs: Sequence[str] = ()) -> dict[str, Any]:
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


def manager_configuration(sharing: SharingMode, jobs: Sequence[str] = ()) -> dict[str, Any]:
    """The manager's configuration.

    Jobs of team namespaces are what it queues; elsewhere its webhooks are not even asked, so that an outage
    of Kueue stops no other workload. Resources that no flavor covers are left to the namespace's quota. A
    job whose nodes do not come in time goes back to the queue, and is given up after some attempts.
    """
    configuration: dict[str, Any] = {
        "apiVersion": "config.kueue.x-k8s.io/v1beta2",
        "kind": "Configuration",
        "health": {"healthProbeBindAddress": ":8081"},
        # Without the second, the quota metrics that alerts compare with capacity do not exist.
        "metrics": {"bindAddress": ":8443", "enableClusterQueueResources": True},
        "webhook": {"port": 9443},
        "leaderElection": {"leaderElect": True, "resourceName": "c1f6bfd2.kueue.x-k8s.io"},
        "clientConnection": {"qps": 300, "burst": 500},
        "integrations": {"frameworks": ["batch/job", *jobs]},
        "managedJobsNamespaceSelector": {"matchExpressions": [{"key": STACK_LABEL, "operator": "Exists"}]},
        # By default a job that requests a resource which no flavor covers is never admitted.
        "resources": {"quotaCheckStrategy": "IgnoreUndeclared"},
        "waitForPodsReady": {
            "timeout": PODS_READY_TIMEOUT,
            "recoveryTimeout": PODS_READY_TIMEOUT,
            "blockAdmission": False,
            "requeuingStrategy": {
                "timestamp": "Eviction",
                "backoffLimitCount": ATTEMPTS_AGAIN,
                "backoffBaseSeconds": BACKOFF_BASE_SECONDS,
                "backoffMaxSeconds": BACKOFF_MAX_SECONDS,
            },
        },
    }
    if strategies := PREEMPTION_STRATEGIES[sharing]:
        # The presence of the key turns fair sharing on.
        configuration["fairSharing"] = {"preemptionStrategies": list(strategies)}
    return configuration
