"""PyTorch over several nodes: a TrainJob where the platform runs Trainer, an indexed Job where it does not."""

from collections.abc import Mapping
from typing import Any

from paved.samples.pods import (
    FABRIC,
    PROGRAMS,
    Manifest,
    container,
    environment,
    job_metadata,
    pod_annotations,
    pod_spec,
    pod_template,
    program_config_map,
    program_mounts,
    whole_node_resources,
)
from paved.samples.team_facts import JobPool, TeamFacts
from reference.vocabulary import REGIONAL_BUCKETS, TORCH_RUNTIME

PORT = 29500
RESTARTS = 3
NEURON_FABRIC = {"FI_EFA_USE_DEVICE_RDMA": "1", "FI_EFA_FORK_SAFE": "1"}


def torch_job(
    team: TeamFacts,
    pool: JobPool,
    name: str,
    *,
    nodes: int,
    scripts: tuple[str, ...],
    values: Mapping[str, str],
) -> list[Manifest]:
    """A job that starts the first of `scripts` by torchrun for every GPU or NeuronCore of `nodes` nodes."""
    fabric = fabric_settings(pool) if pool.efa and nodes > 1 else {}
    region = {"AWS_REGION": team.region, **REGIONAL_BUCKETS}
    settings = {**values, **fabric, **region, "RUN": name, "PYTHONPATH": PROGRAMS}
    make = train_job if "trainer" in team.frameworks else indexed_job
    return [program_config_map(team, name, *scripts), make(team, pool, name, nodes, scripts[0], settings)]


def fabric_settings(pool: JobPool) -> dict[str, str]:
    """Settings of libfabric for a pool."""
    # Neuron's runtime has no default of its own for RDMA and for processes that fork.
    return {**FABRIC, **NEURON_FABRIC} if pool.neuron else FABRIC


def train_job(
    team: TeamFacts, pool: JobPool, name: str, nodes: int, script: str, settings: Mapping[str, str]
) -> Manifest:
    """A TrainJob. Its runtime brings the service account, the security context and the restarts."""
    spec = pod_spec(pool, name)
    on_nodes = {
        "nodeSelector": spec["nodeSelector"],
        "tolerations": spec["tolerations"],
        "volumes": [spec["volumes"][0]],
        "containers": [{"name": "node", "volumeMounts": [program_mounts()[0]]}],
    }
    pods = {
        "metadata": {"labels": dict(team.labels), "annotations": pod_annotations(team, pool)},
        "spec": on_nodes,
    }
    job = {"name": "node", "template": {"spec": {"template": pods}}}
    return {
        "apiVersion": "trainer.kubeflow.org/v1alpha1",
        "kind": "TrainJob",
        "metadata": job_metadata(team, name),
        "spec": {
            "runtimeRef": {"name": TORCH_RUNTIME},
            "trainer": {
                "image": team.image,
                "command": ["torchrun", f"{PROGRAMS}/{script}"],
                "numNodes": nodes,
                "numProcPerNode": pool.processes,
                "env": environment(team, settings),
                "resourcesPerNode": whole_node_resources(pool),
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
    team: TeamFacts, pool: JobPool, name: str, nodes: int, script: str, settings: Mapping[str, str]
) -> Manifest:
    """An indexed Job: pod 0 is the one that the others find, by the name that its Job gives it."""
    command = [
        "torchrun",
        f"--nnodes={nodes}",
        "--node-rank=$(JOB_COMPLETION_INDEX)",
        f"--nproc-per-node={pool.processes}",
        f"--master-addr={name}-0.{team.subdomain}",
        f"--master-port={PORT}",
        f"{PROGRAMS}/{script}",
    ]
    node = container(
        team,
        "node",
        command=command,
        env=environment(team, settings),
        resources=whole_node_resources(pool),
        volumeMounts=program_mounts(),
    )
    spec = {**pod_spec(pool, name, node), "subdomain": team.subdomain}
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": job_metadata(team, name),
        "spec": {
            "completionMode": "Indexed",
            "completions": nodes,
            "parallelism": nodes,
            # A pod that fails takes every other one with it.
            "backoffLimit": RESTARTS * nodes,
            "podFailurePolicy": {"rules": [ignore_lost_nodes()]},
            "template": pod_template(team, pool, spec),
        },
    }


def ignore_lost_nodes() -> dict[str, Any]:
    """A pod whose node was taken away is started again, and not counted as a failure."""
    return {"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}]}
