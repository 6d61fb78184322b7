"""The pods of an endpoint, as KServe merges them with its runtime, key by key."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any

from reference.instances import instance_types
from reference.model_servers import HTTP_PORT, ModelServer
from reference.vocabulary import (
    ACCELERATOR_LABEL,
    EPHEMERAL_STORAGE,
    GPU_RESOURCE,
    INFERENCE_SERVICE_LABEL,
    POOL_LABEL,
    STACK_LABEL,
    ZONE_LABEL,
)

METRICS_PORT_NAME = "metrics"

LOGS_GIB = 10
"""The disk of a server beside its model: for logs, and for the files of its runtime."""

LOAD_SECONDS = 900
"""The time of a server to load its model before it is restarted."""

# On the pod, because KServe's webhook adds an init container that says nothing of seccomp.
POD_SECURITY: Mapping[str, Any] = {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}
CONTAINER_SECURITY: Mapping[str, Any] = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "privileged": False,
    "runAsNonRoot": True,
}


@dataclass(frozen=True, kw_only=True)
class ServerResources:
    """The resources of one server. `pool` and `accelerator` name the team's pool that a server with GPUs runs on."""

    cpu: int
    memory_gib: int
    gpus: int
    pool: str | None
    accelerator: str | None

    @property
    def disk_gib(self) -> int:
        """The disk that the server may fill."""
        return server_disk(self.memory_gib, self.gpus, self.accelerator)


def server_disk(memory_gib: int, gpus: int, accelerator: str | None) -> int:
    """The GiB of disk that a server may fill: no more than it can load, and its logs."""
    sizes = [
        each.gpu_memory_gib or 0
        for each in instance_types().values()
        if accelerator and each.accelerator == accelerator
    ]
    return memory_gib + gpus * ceil(max(sizes, default=0)) + LOGS_GIB


def ports(metrics_port: int) -> list[dict[str, Any]]:
    """The ports of the server. KServe's Service sends port 80 to the first; Prometheus scrapes the last.

    KServe's runtimes declare none, and Prometheus finds only ports that a container declares.
    """
    named = {HTTP_PORT: "http"}
    named.setdefault(metrics_port, METRICS_PORT_NAME)
    return [{"name": name, "containerPort": port, "protocol": "TCP"} for port, name in named.items()]


def start(server: ModelServer) -> dict[str, Any]:
    """The arguments and variables of a server beside those of its runtime, which KServe puts before them."""
    found: dict[str, Any] = {}
    if server.args:
        found["args"] = list(server.args)
    if server.env:
        found["env"] = [{"name": name, "value": value} for name, value in server.env.items()]
    return found


def resource_requirements(server: ServerResources) -> dict[str, dict[str, str]]:
    """Requests, with limits that equal them. Of disk too: a node's is shared, and a full one evicts its pods."""
    # The limit of CPU too: left out, that of 1 CPU in KServe's runtimes would stay, below the request.
    requests = {
        "cpu": str(server.cpu),
        "memory": f"{server.memory_gib}Gi",
        EPHEMERAL_STORAGE: f"{server.disk_gib}Gi",
    }
    if server.gpus:
        requests[GPU_RESOURCE] = str(server.gpus)
    return {"requests": requests, "limits": dict(requests)}


def probes(server: ModelServer, endpoint: str) -> dict[str, dict[str, Any]]:
    """Startup, readiness and liveness by the health routes of the Open Inference Protocol."""
    ready, alive = (path.format(model=endpoint) for path in (server.ready, server.alive))
    return {
        "startupProbe": _probe(ready, seconds=10, failures=LOAD_SECONDS // 10),
        "readinessProbe": _probe(ready, seconds=5, failures=3),
        "livenessProbe": _probe(alive, seconds=10, failures=3),
    }


def zone_spread(endpoint: str, tier: int) -> dict[str, Any]:
    """Replicas in several zones: at least two for tier 1, which waits for a node rather than share a zone."""
    constraint = {
        "topologyKey": ZONE_LABEL,
        "maxSkew": 1,
        "labelSelector": {"matchLabels": {INFERENCE_SERVICE_LABEL: endpoint}},
        "matchLabelKeys": ["pod-template-hash"],  # a new version is spread on its own
        "nodeTaintsPolicy": "Honor",
    }
    # The API refuses `minDomains` of a constraint that pods may break.
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
            # Of a pool that no job uses.
            {"key": POOL_LABEL, "operator": "Equal", "value": pool, "effect": "NoSchedule"},
        ],
    }


def _probe(path: str, *, seconds: int, failures: int) -> dict[str, Any]:
    return {
        "httpGet": {"path": path, "port": HTTP_PORT},
        "periodSeconds": seconds,
        "timeoutSeconds": 5,
        "failureThreshold": failures,
    }
