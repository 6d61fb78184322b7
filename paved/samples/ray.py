"""A sweep with Ray Tune, a trial on each GPU."""

from typing import Any

from paved.samples.pods import (
    PROGRAMS,
    Manifest,
    container,
    environment,
    job_metadata,
    node_share,
    pod_spec,
    pod_template,
    program_config_map,
    program_mounts,
)
from paved.samples.team_facts import JobPool, TeamFacts
from reference.vocabulary import REGIONAL_BUCKETS

MOST_PODS = 4
TTL_SECONDS = 600


def sweep(team: TeamFacts, pool: JobPool, name: str) -> list[Manifest]:
    """A RayJob whose pods have one GPU each. The head runs trials too, as it holds a GPU node like the others.

    Kueue sends every pod of a job to the flavor that it was admitted to, so none can be kept off GPU nodes.
    """
    pods = min(MOST_PODS, pool.units)
    head = {"rayStartParams": {"dashboard-host": "0.0.0.0"}, "template": ray_pod(team, pool, name, "head")}
    workers = {
        "groupName": "gpus",
        "replicas": pods - 1,
        "minReplicas": pods - 1,
        "maxReplicas": pods - 1,
        "rayStartParams": {},
        "template": ray_pod(team, pool, name, "worker"),
    }
    job = {
        "apiVersion": "ray.io/v1",
        "kind": "RayJob",
        "metadata": job_metadata(team, name),
        "spec": {
            "entrypoint": f"python {PROGRAMS}/sweep.py",
            "shutdownAfterJobFinishes": True,  # Kueue asks for it: the cluster would go on holding its GPUs
            "ttlSecondsAfterFinished": TTL_SECONDS,
            "submissionMode": "K8sJobMode",
            "submitterPodTemplate": submitter(team, pool, name),
            "rayClusterSpec": {
                "headGroupSpec": head,
                "workerGroupSpecs": [workers] if pods > 1 else [],
            },
        },
    }
    return [program_config_map(team, name, "sweep.py", "record.py"), job]


def ray_pod(team: TeamFacts, pool: JobPool, name: str, role: str) -> dict[str, Any]:
    """A pod of the Ray cluster."""
    settings = {
        "AWS_REGION": team.region,
        **REGIONAL_BUCKETS,
        "RUN": name,
        "RESULT": f"s3://{team.bucket}/sweeps/{name}/best.json",
    }
    ray = container(
        team,
        f"ray-{role}",
        env=environment(team, settings),
        resources=node_share(pool.smallest, 1),
        volumeMounts=program_mounts(),
    )
    return pod_template(team, pool, {**pod_spec(pool, name, ray), "restartPolicy": "Always"})


def submitter(team: TeamFacts, pool: JobPool, name: str) -> dict[str, Any]:
    """The pod that hands the program to the cluster and shows its log."""
    memory = {"memory": "512Mi"}
    resources = {"requests": {"cpu": "500m", **memory}, "limits": memory}
    hand_over = container(team, "ray-job-submitter", resources=resources, volumeMounts=program_mounts())
    return pod_template(team, pool, pod_spec(pool, name, hand_over))
