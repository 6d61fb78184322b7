"""PyTorch over several nodes: a TrainJob where the platform runs Trainer, an indexed Job where it does not."""

from collections.abc import Mapping
from typing import Any

from paved.samples.pods import (
    FABRIC,
    PROGRAMS,
    Manifest,
    annotations,
    container,
    environment,
    metadata,
    mounts,
    pod_spec,
    programs,
    template,
    whole_node,
)
from paved.samples.team_facts import JobPool, TeamFacts
from reference.vocabulary import TORCH_RUNTIME

PORT = 29500
RESTARTS = 3
NEURON_FABRIC = {"FI_EFA_USE_DEVICE_RDMA": "1", "FI_EFA_FORK_SAFE": "1"}


def torch_job(
    place: TeamFacts,
    pool: JobPool,
    name: str,
    *,
    nodes: int,
    scripts: tuple[str, ...],
    values: Mapping[str, str],
) -> list[Manifest]:
    """A job that starts the first of `scripts` by torchrun for every GPU or NeuronCore of `nodes` nodes."""
    fabric = fabric_of(pool) if pool.efa and nodes > 1 else {}
    settings = {**values, **fabric, "AWS_REGION": place.region, "RUN": name, "PYTHONPATH": PROGRAMS}
    make = train_job if "trainer" in place.frameworks else indexed_job
    return [programs(place, name, *scripts), make(place, pool, name, nodes, scripts[0], settings)]


def fabric_of(pool: JobPool) -> dict[str, str]:
    """What libfabric is told. Neuron's runtime has no default of its own for RDMA and for processes that fork."""
    return {**FABRIC, **(NEURON_FABRIC if pool.neuron else {})}


def train_job(
    place: TeamFacts, pool: JobPool, name: str, nodes: int, script: str, settings: Mapping[str, str]
) -> Manifest:
    """A TrainJob. Its runtime brings the service account, the security context and the restarts."""
    spec = pod_spec(pool, name)
    on_nodes = {
        "nodeSelector": spec["nodeSelector"],
        "tolerations": spec["tolerations"],
        "volumes": [spec["volumes"][0]],
        "containers": [{"name": "node", "volumeMounts": [mounts()[0]]}],
    }
    pods = {
        "metadata": {"labels": dict(place.labels), "annotations": annotations(place, pool)},
        "spec": on_nodes,
    }
    job = {"name": "node", "template": {"spec": {"template": pods}}}
    return {
        "apiVersion": "trainer.kubeflow.org/v1alpha1",
        "kind": "TrainJob",
        "metadata": metadata(place, name),
        "spec": {
            "runtimeRef": {"name": TORCH_RUNTIME},
            "trainer": {
                "image": place.image,
                "command": ["torchrun", f"{PROGRAMS}/{script}"],
                "numNodes": nodes,
                "numProcPerNode": pool.processes,
                "env": environment(place, settings),
                "resourcesPerNode": whole_node(pool),
            },
            "runtimePatches": [
                {
                    "manager": "paved.dev/team",
                    "trainingRuntimeSpec": {"template": {"spec": {"replicatedJobs": [job]}}},
                }
            ],
        },
    }


def indexed_job(
    place: TeamFacts, pool: JobPool, name: str, nodes: int, script: str, settings: Mapping[str, str]
) -> Manifest:
    """An indexed Job: pod 0 is the one that the others find, by the name that its Job gives it."""
    command = [
        "torchrun",
        f"--nnodes={nodes}",
        "--node-rank=$(JOB_COMPLETION_INDEX)",
        f"--nproc-per-node={pool.processes}",
        f"--master-addr={name}-0.{place.subdomain}",
        f"--master-port={PORT}",
        f"{PROGRAMS}/{script}",
    ]
    node = container(
        place,
        "node",
        command=command,
        env=environment(place, settings),
        resources=whole_node(pool),
        volumeMounts=mounts(),
    )
    spec = {**pod_spec(pool, name, node), "subdomain": place.subdomain}
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": metadata(place, name),
        "spec": {
            "completionMode": "Indexed",
            "completions": nodes,
            "parallelism": nodes,
            # A pod that fails takes every other one with it.
            "backoffLimit": RESTARTS * nodes,
            "podFailurePolicy": {"rules": [ignore_lost_nodes()]},
            "template": template(place, pool, spec),
        },
    }


def ignore_lost_nodes() -> dict[str, Any]:
    """A pod whose node was taken away is started again, and not counted as a failure."""
    return {"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}]}
