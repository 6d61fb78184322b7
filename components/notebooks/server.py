"""A notebook as JupyterHub's KubeSpawner makes it: one pod for a person, with a home that holds its files."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reference.vocabulary import (
    ACCELERATOR_LABEL,
    DO_NOT_DISRUPT,
    EPHEMERAL_STORAGE,
    GENERAL_POOL,
    GPU_RESOURCE,
    LOCAL_QUEUE,
    NOTEBOOK,
    NOTEBOOK_LABEL,
    POOL_LABEL,
    QUEUE_LABEL,
    STACK_LABEL,
)

DISK_GIB = 20
"""The disk of a notebook beside its home: packages installed for a day, caches and temporary files. It goes with it."""
COMMAND = "jupyterhub-singleuser"
PORT = 8888
USER = "{username}"
"""KubeSpawner's template of a person's name, which it expands in names and labels."""


@dataclass(frozen=True, kw_only=True)
class NotebookServer:
    """A size that a person may choose. `pool` and `accelerator` name the team's pool of a notebook with GPUs."""

    name: str
    cpu: int
    memory_gib: int
    gpus: int = 0
    pool: str | None = None
    accelerator: str | None = None

    @property
    def title(self) -> str:
        """The text by which people choose it."""
        gpus = f", {self.gpus} GPU{'s' if self.gpus > 1 else ''} of {self.pool}" if self.gpus else ""
        return f"{self.name}: {self.cpu} vCPUs, {self.memory_gib} GiB{gpus}"

    @property
    def limits(self) -> dict[str, str]:
        """The resources beside CPU and memory. Of disk too: a node's is shared, and a full one evicts its pods."""
        disk = {EPHEMERAL_STORAGE: f"{DISK_GIB}Gi"}
        return {**disk, GPU_RESOURCE: str(self.gpus)} if self.gpus else disk


def profile(server: NotebookServer, stack: str, *, default: bool) -> dict[str, Any]:
    """A row of the list that people choose from."""
    return {
        "display_name": server.title,
        "slug": server.name,
        "default": default,
        "kubespawner_override": {
            "cpu_guarantee": server.cpu,
            # A limit of memory and none of CPU: a notebook may use the CPUs that others leave.
            "mem_guarantee": f"{server.memory_gib}G",
            "mem_limit": f"{server.memory_gib}G",
            "extra_resource_guarantees": server.limits,
            "extra_resource_limits": server.limits,
            "node_selector": node_selector(server, stack),
            "tolerations": tolerations(server, stack),
            "extra_labels": pod_labels(server),
            "extra_annotations": {DO_NOT_DISRUPT: "true"},
        },
    }


def pod_labels(server: NotebookServer) -> dict[str, str]:
    """The labels of the pod: whose it is, and the queue in which one with GPUs waits as the team's jobs do."""
    labels = {NOTEBOOK_LABEL: USER}
    return {**labels, QUEUE_LABEL: LOCAL_QUEUE} if server.gpus else labels


def node_selector(server: NotebookServer, stack: str) -> dict[str, str]:
    """The nodes of a notebook: those of the team's pool, or the platform's general ones."""
    if server.pool is None or server.accelerator is None:
        return {POOL_LABEL: GENERAL_POOL}
    return {STACK_LABEL: stack, POOL_LABEL: server.pool, ACCELERATOR_LABEL: server.accelerator}


def tolerations(server: NotebookServer, stack: str) -> list[dict[str, str]]:
    """The tolerations of both taints of the team's nodes."""
    if not server.gpus:
        return []
    return [
        {"key": STACK_LABEL, "operator": "Equal", "value": stack, "effect": "NoSchedule"},
        {"key": GPU_RESOURCE, "operator": "Exists", "effect": "NoSchedule"},
    ]


def volumes() -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The memory that data loaders share, of which a container has 64 MiB by itself, and its mount."""
    name = "shared-memory"
    volume = {name: {"name": name, "emptyDir": {"medium": "Memory"}}}
    return volume, {name: {"name": name, "mountPath": "/dev/shm"}}


def home_claim(person: str) -> str:
    """The name of the claim of a person's home, which the person's notebook has too."""
    return f"{NOTEBOOK}{person}"
