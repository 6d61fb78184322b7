"""Acceptance of a team's file systems: a job that writes as the team's user where the team is to write."""

from collections.abc import Iterator

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

VOLUMES = "/volumes"
"""The folder in which each file system is mounted under the name of its claim."""


def storage_check(team: TeamFacts, pool: JobPool, name: str) -> list[Manifest]:
    """A Job of one pod that writes a file in each directory, reads it back and removes it."""
    mounts = [{"name": f"data-{claim}", "mountPath": f"{VOLUMES}/{claim}"} for claim in team.writable]
    writer = container(
        team,
        "writer",
        command=["python3", f"{PROGRAMS}/storage.py", *directories(team)],
        resources=node_share(pool.smallest, 1),
        volumeMounts=[*program_mounts(), *mounts],
    )
    spec = pod_spec(pool, name, writer)
    for claim in team.writable:
        spec["volumes"].append({"name": f"data-{claim}", "persistentVolumeClaim": {"claimName": claim}})
    job = {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": job_metadata(team, name),
        "spec": {"backoffLimit": 0, "template": pod_template(team, pool, spec)},
    }
    return [program_config_map(team, name, "storage.py"), job]


def directories(team: TeamFacts) -> Iterator[str]:
    """The directories that the team writes in, as the pod has them."""
    for claim, paths in team.writable.items():
        for path in paths:
            yield f"{VOLUMES}/{claim}{path}"
