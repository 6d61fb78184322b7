"""Acceptance of a node's isolation: a job that tries to have more GPUs than it requests."""

from paved.samples.pods import (
    PROGRAMS,
    Manifest,
    container,
    job_metadata,
    node_share,
    pod_spec,
    pod_template,
    program_config_map,
    program_mounts,
)
from paved.samples.team_facts import JobPool, TeamFacts

REQUESTED = 1


def isolation_check(team: TeamFacts, pool: JobPool, name: str) -> list[Manifest]:
    """A Job of one GPU on a node with several, whose environment names all, in a way that admission cannot see."""
    wanted = f"{name}-wanted"
    attempt = container(
        team,
        "attempt",
        command=["python3", f"{PROGRAMS}/isolation.py"],
        env=[{"name": "GPUS", "value": str(REQUESTED)}],
        envFrom=[{"configMapRef": {"name": wanted}}],
        resources=node_share(pool.smallest, REQUESTED),
        volumeMounts=program_mounts(),
    )
    job = {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": job_metadata(team, name),
        "spec": {"backoffLimit": 0, "template": pod_template(team, pool, pod_spec(pool, name, attempt))},
    }
    return [program_config_map(team, name, "isolation.py"), every_gpu(team, wanted), job]


def every_gpu(team: TeamFacts, name: str) -> Manifest:
    """A ConfigMap that asks for every GPU of a node."""
    about = {"name": name, "namespace": team.stack, "labels": dict(team.labels)}
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": about,
        "data": {"NVIDIA_VISIBLE_DEVICES": "all"},
    }
