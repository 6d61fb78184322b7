"""What the pods of an endpoint are made of, as KServe merges it with its runtime, key by key."""

from collections.abc import Mapping
from math import ceil
from typing import Any

from reference.instances import instance_types
from reference.model_servers import HTTP_PORT
from reference.vocabulary import (
    ACCELERATOR_LABEL,
    EPHEMERAL_STORAGE,
    GPU_RESOURCE,
    INFERENCE_SERVICE_LABEL,
    POOL_LABEL,
    STACK_LABEL,
)

METRICS_PORT_NAME = "metrics"

LOGS_GIB = 10
"""What a server writes beside its model: logs, and what its runtime keeps for itself."""

LOAD_SECONDS = 900
"""How long a server may take to load its model before it is restarted."""

# On the pod, because KServe's webhook adds an init container that says nothing of seccomp.
POD_SECURITY: Mapping[str, Any] = {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}
CONTAINER_SECURITY: Mapping[str, Any] = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "privileged": False,
    "runAsNonRoot": True,
}


def ports(metrics_port: int) -> list[dict[str, Any]]:
    """The ports of the server. KServe's Service sends port 80 to the first; Prometheus scrapes the second.

    KServe's runtimes declare none, and Prometheus finds only ports that a container declares.
    """
    return [
        {"name": "http", "containerPort": HTTP_PORT, "protocol": "TCP"},
        {"name": METRICS_PORT_NAME, "containerPort": metrics_port, "protocol": "TCP"},
    ]


def resources(*, cpu: int, memory_gib: int, gpus: int, disk_gib: int) -> dict[str, dict[str, str]]:
    """Requests, with limits that equal them, but for disk, of which nothing is reserved.

    CPU too: left out, the limit of 1 CPU in KServe's runtimes would stay, below the request.
    """
    wanted = {"cpu": str(cpu), "memory": f"{memory_gib}Gi"}
    if gpus:
        wanted[GPU_RESOURCE] = str(gpus)
    return {
        "requests": {**wanted, EPHEMERAL_STORAGE: "0"},
        "limits": {**wanted, EPHEMERAL_STORAGE: f"{disk_gib}Gi"},
    }


def disk_gib(*, memory_gib: int, gpus: int, accelerator: str | None) -> int:
    """What a server may fill of its node's disk, the model with it: no more than it can load, and its logs."""
    own = [each.gpu_memory_gib or 0 for each in instance_types().values() if each.accelerator == accelerator]
    loaded = memory_gib + (gpus * ceil(max(own, default=0)) if accelerator else 0)
    return loaded + LOGS_GIB


def probes() -> dict[str, dict[str, Any]]:
    """Startup, readiness and liveness by the health routes of the Open Inference Protocol."""
    return {
        "startupProbe": _probe("ready", seconds=10, failures=LOAD_SECONDS // 10),
        "readinessProbe": _probe("ready", seconds=5, failures=3),
        "livenessProbe": _probe("live", seconds=10, failures=3),
    }


def zone_spread(endpoint: str, tier: int) -> dict[str, Any]:
    """Replicas in several zones: at least two for tier 1, which waits for a node rather than share a zone."""
    constraint = {
        "topologyKey": "topology.kubernetes.io/zone",
        "maxSkew": 1,
        "labelSelector": {"matchLabels": {INFERENCE_SERVICE_LABEL: endpoint}},
        "matchLabelKeys": ["pod-template-hash"],  # a new version is spread on its own
        "nodeTaintsPolicy": "Honor",
    }
    if tier == 1:
        return {**constraint, "whenUnsatisfiable": "DoNotSchedule", "minDomains": 2}
    return {**constraint, "whenUnsatisfiable": "ScheduleAnyway"}


def placement(*, stack: str, pool: str, accelerator: str) -> dict[str, Any]:
    """Pin a server with GPUs to the team's own pool, whose taints it tolerates."""
    return {
        "nodeSelector": {STACK_LABEL: stack, POOL_LABEL: pool, ACCELERATOR_LABEL: accelerator},
        "tolerations": [
            {"key": STACK_LABEL, "operator": "Equal", "value": stack, "effect": "NoSchedule"},
            {"key": GPU_RESOURCE, "operator": "Exists", "effect": "NoSchedule"},
        ],
    }


def _probe(check: str, *, seconds: int, failures: int) -> dict[str, Any]:
    return {
        "httpGet": {"path": f"/v2/health/{check}", "port": HTTP_PORT},
        "periodSeconds": seconds,
        "timeoutSeconds": 5,
        "failureThreshold": failures,
    }
