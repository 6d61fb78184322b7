"""Pods of the sample jobs: resources, programs, security and placement that all of them share."""

from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from paved.samples.team_facts import CPU_SHARE, MEMORY_SHARE, JobPool, TeamFacts
from reference.accelerators import device
from reference.instances import InstanceType
from reference.vocabulary import (
    EFA_RESOURCE,
    NETWORK_LAYERS,
    PRIORITY_LABEL,
    QUEUE_LABEL,
    TEAM_GID,
    TEAM_UID,
    TRACKING_CONFIG_MAP,
    TRAINER_ACCOUNT,
)

PROGRAMS = "/programs"
GRACE_SECONDS = 120
"""Time of a pod to write its last checkpoint. A spot instance is gone two minutes after its notice."""

DO_NOT_DISRUPT = {"karpenter.sh/do-not-disrupt": "true"}
FABRIC = {"FI_PROVIDER": "efa", "FI_EFA_USE_HUGE_PAGE": "0"}
"""Karpenter knows no huge pages: it would find no node for a pod that asks for them."""

Manifest = dict[str, Any]

NEAR_EACH_OTHER = {"kueue.x-k8s.io/podset-preferred-topology": NETWORK_LAYERS[-1]}
"""As near each other as there is room: below the narrowest part of the network that AWS names."""

TRACKING_URI = "MLFLOW_TRACKING_URI"


def environment(team: TeamFacts, values: Mapping[str, str]) -> list[dict[str, Any]]:
    """Environment variables of a container that runs a program and records its run."""
    variables: list[dict[str, Any]] = [{"name": name, "value": values[name]} for name in sorted(values)]
    if not team.tracking:
        return variables
    # Named by itself, as a TrainJob takes no `envFrom`.
    source = {"configMapKeyRef": {"name": TRACKING_CONFIG_MAP, "key": TRACKING_URI}}
    return [*variables, {"name": TRACKING_URI, "valueFrom": source}]


def job_metadata(team: TeamFacts, name: str) -> dict[str, Any]:
    """The metadata of a job: who pays for it, what it runs, its queue, and the least urgent priority."""
    labels = {**team.labels, QUEUE_LABEL: team.queue, PRIORITY_LABEL: team.priority}
    return {"name": name, "namespace": team.stack, "labels": labels, "annotations": dict(team.annotations)}


def program_config_map(team: TeamFacts, name: str, *names: str) -> Manifest:
    """The programs of a job, in a ConfigMap of the job's name."""
    folder = files("paved.samples") / "programs"
    data = {each: (folder / each).read_text(encoding="utf-8") for each in names}
    about = {"name": name, "namespace": team.stack, "labels": dict(team.labels)}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": about, "data": data}


def whole_node_resources(pool: JobPool) -> dict[str, dict[str, str]]:
    """The resources of a pod that has a node of the pool's largest type for itself."""
    node = pool.largest
    return node_share(node, node.pod_units, efas=node.efa_interfaces if pool.efa else 0)


def node_share(node: InstanceType, units: int, efas: int = 0) -> dict[str, dict[str, str]]:
    """The resources of a pod with `units` of a node: GPUs with as much of the rest as goes with them, or vCPUs."""
    limits = {"memory": f"{memory_gib(node, units)}Gi"}
    cpus = units
    if node.gpus:
        cpus = max(1, int(node.vcpus * units / node.gpus * CPU_SHARE))
        limits[device(node.node_class)] = str(units)
    if efas:
        limits[EFA_RESOURCE] = str(efas)
    # No limit of CPUs: a pod may use those that others leave.
    return {"requests": {"cpu": str(cpus), **limits}, "limits": limits}


def memory_gib(node: InstanceType, units: int) -> int:
    """The memory of a pod with `units` of a node, in GiB."""
    return int(node.memory_gib * units / node.pod_units * MEMORY_SHARE)


def container(team: TeamFacts, name: str, **fields: Any) -> dict[str, Any]:
    """A container within the `restricted` Pod Security level."""
    return {
        "name": name,
        "image": team.image,
        "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
        **fields,
    }


def program_mounts() -> list[dict[str, str]]:
    """Mounts of a container's programs, and of the memory that its processes share."""
    return [
        {"name": "programs", "mountPath": PROGRAMS},
        {"name": "shared-memory", "mountPath": "/dev/shm"},
    ]


def pod_spec(pool: JobPool, name: str, *containers: dict[str, Any]) -> dict[str, Any]:
    """A pod on the nodes of a pool, as the team's own identity for training."""
    return {
        "serviceAccountName": TRAINER_ACCOUNT,
        "automountServiceAccountToken": False,
        "restartPolicy": "Never",
        "terminationGracePeriodSeconds": GRACE_SECONDS,
        "nodeSelector": dict(pool.selector),
        "tolerations": [dict(each) for each in pool.tolerations],
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": TEAM_UID,
            "fsGroup": TEAM_GID,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "containers": list(containers),
        "volumes": [
            {"name": "programs", "configMap": {"name": name}},
            {"name": "shared-memory", "emptyDir": {"medium": "Memory"}},
        ],
    }


def pod_template(team: TeamFacts, pool: JobPool, spec: Mapping[str, Any]) -> dict[str, Any]:
    """A pod template, whose node nobody empties while the pod runs."""
    labels = {**team.labels, **team.workers}
    return {
        "metadata": {"annotations": pod_annotations(team, pool), "labels": labels},
        "spec": dict(spec),
    }


def pod_annotations(team: TeamFacts, pool: JobPool) -> dict[str, str]:
    """The annotations of a job's pods: what they run, that their node is kept, and how near they want to be."""
    annotations = {**team.annotations, **DO_NOT_DISRUPT}
    return annotations | NEAR_EACH_OTHER if pool.topology else annotations
