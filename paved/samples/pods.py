"""What the pods of every sample job have in common."""

from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from paved.samples.team_facts import CPU_SHARE, MEMORY_SHARE, JobPool, TeamFacts
from reference.accelerators import device
from reference.instances import InstanceType
from reference.vocabulary import PRIORITY_LABEL, QUEUE_LABEL, TRACKING_CONFIG_MAP

PROGRAMS = "/programs"
GRACE_SECONDS = 120
"""What a pod gets to write its last checkpoint. A spot instance is gone two minutes after its notice."""

KEPT = {"karpenter.sh/do-not-disrupt": "true"}
FABRIC = {"FI_PROVIDER": "efa", "FI_EFA_USE_HUGE_PAGE": "0"}
"""Karpenter knows no huge pages: it would find no node for a pod that asks for them."""

Manifest = dict[str, Any]


NEAR = {"kueue.x-k8s.io/podset-preferred-topology": "topology.k8s.aws/network-node-layer-3"}
"""As near each other as there is room: below the narrowest part of the network that AWS tells of."""

RECORD = "MLFLOW_TRACKING_URI"


def environment(place: TeamFacts, values: Mapping[str, str]) -> list[dict[str, Any]]:
    """Environment variables of a container that runs a program, with where to record its run.

    Each by itself, as a TrainJob takes no `envFrom`.
    """
    source = {"configMapKeyRef": {"name": TRACKING_CONFIG_MAP, "key": RECORD}}
    tracking = [{"name": RECORD, "valueFrom": source}] if place.tracking else []
    return [*({"name": name, "value": value} for name, value in sorted(values.items())), *tracking]


def metadata(place: TeamFacts, name: str) -> dict[str, Any]:
    """The metadata of a job: who pays for it, what it runs, its queue, and the least urgent priority."""
    queued = {QUEUE_LABEL: place.queue, PRIORITY_LABEL: place.priority}
    labels = {**place.labels, **queued}
    return {"name": name, "namespace": place.stack, "labels": labels, "annotations": dict(place.annotations)}


def programs(place: TeamFacts, name: str, *names: str) -> Manifest:
    """The programs of a job, in a ConfigMap of the job's name."""
    folder = files("paved.samples") / "programs"
    data = {each: (folder / each).read_text(encoding="utf-8") for each in names}
    about = {"name": name, "namespace": place.stack, "labels": dict(place.labels)}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": about, "data": data}


def whole_node(pool: JobPool) -> dict[str, dict[str, str]]:
    """What a pod requests that has a node of the pool's largest type for itself."""
    return share(pool.largest, pool.largest.gpus, efas=pool.largest.efa_interfaces if pool.efa else 0)


def share(kind: InstanceType, gpus: int, efas: int = 0) -> dict[str, dict[str, str]]:
    """What a pod requests with `gpus` of a node, and as much of its CPUs and memory as goes with them."""
    part = gpus / kind.gpus
    cpu = {"cpu": str(max(1, int(kind.vcpus * part * CPU_SHARE)))}
    fixed = {
        "memory": f"{int(kind.memory_gib * part * MEMORY_SHARE)}Gi",
        device(str(kind.accelerator)): str(gpus),
    }
    if efas:
        fixed["vpc.amazonaws.com/efa"] = str(efas)
    return {"requests": {**cpu, **fixed}, "limits": fixed}


def container(place: TeamFacts, name: str, **fields: Any) -> dict[str, Any]:
    """A container within the `restricted` Pod Security level."""
    return {
        "name": name,
        "image": place.image,
        "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
        **fields,
    }


def mounts() -> list[dict[str, str]]:
    """Where a container finds its programs, and the memory that its processes share."""
    return [
        {"name": "programs", "mountPath": PROGRAMS},
        {"name": "shared-memory", "mountPath": "/dev/shm"},
    ]


def pod_spec(pool: JobPool, name: str, *containers: dict[str, Any]) -> dict[str, Any]:
    """A pod on the nodes of a pool, as the team's own identity for training."""
    return {
        "serviceAccountName": "trainer",
        "automountServiceAccountToken": False,
        "restartPolicy": "Never",
        "terminationGracePeriodSeconds": GRACE_SECONDS,
        "nodeSelector": dict(pool.selector),
        "tolerations": [dict(each) for each in pool.tolerations],
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": 1000,
            "fsGroup": 1000,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "containers": list(containers),
        "volumes": [
            {"name": "programs", "configMap": {"name": name}},
            {"name": "shared-memory", "emptyDir": {"medium": "Memory"}},
        ],
    }


def template(place: TeamFacts, pool: JobPool, spec: Mapping[str, Any]) -> dict[str, Any]:
    """A pod template, whose node nobody empties while the pod runs."""
    return {
        "metadata": {"annotations": annotations(place, pool), "labels": {**place.labels, **place.workers}},
        "spec": dict(spec),
    }


def annotations(place: TeamFacts, pool: JobPool) -> dict[str, str]:
    """The annotations of a job's pods: what they run, that their node is kept, and how near they want to be."""
    return {**place.annotations, **KEPT, **(NEAR if pool.topology else {})}
