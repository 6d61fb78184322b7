"""A sweep with Ray Tune, a trial on each GPU."""

from typing import Any

from paved.samples.pods import (
    PROGRAMS,
    Manifest,
    container,
    environment,
    metadata,
    mounts,
    pod_spec,
    programs,
    share,
    template,
)
from paved.samples.team_facts import JobPool, TeamFacts

MOST_PODS = 4
TTL_SECONDS = 600


def sweep(place: TeamFacts, pool: JobPool, name: str) -> list[Manifest]:
    """A RayJob whose pods have one GPU each. The head runs trials too, as it holds a GPU node like the others.

    Kueue sends every pod of a job to the flavor that it was admitted to, so none can be kept off GPU nodes.
    """
    pods = min(MOST_PODS, pool.gpus)
    head = {"rayStartParams": {"dashboard-host": "0.0.0.0"}, "template": ray_pod(place, pool, name, "head")}
    workers = {
        "groupName": "gpus",
        "replicas": pods - 1,
        "minReplicas": pods - 1,
        "maxReplicas": pods - 1,
        "rayStartParams": {},
        "template": ray_pod(place, pool, name, "worker"),
    }
    job = {
        "apiVersion": "ray.io/v1",
        "kind": "RayJob",
        "metadata": metadata(place, name),
        "spec": {
            "entrypoint": f"python {PROGRAMS}/sweep.py",
            "shutdownAfterJobFinishes": True,  # Kueue asks for it: the cluster would go on holding its GPUs
            "ttlSecondsAfterFinished": TTL_SECONDS,
            "submissionMode": "K8sJobMode",
            "submitterPodTemplate": submitter(place, pool, name),
            "rayClusterSpec": {
                "headGroupSpec": head,
                "workerGroupSpecs": [workers] if pods > 1 else [],
            },
        },
    }
    return [programs(place, name, "sweep.py", "record.py"), job]


def ray_pod(place: TeamFacts, pool: JobPool, name: str, role: str) -> dict[str, Any]:
    """A pod of the Ray cluster."""
    settings = {
        "AWS_REGION": place.region,
        "RUN": name,
        "RESULT": f"s3://{place.bucket}/sweeps/{name}/best.json",
    }
    ray = container(
        place,
        f"ray-{role}",
        env=environment(place, settings),
        resources=share(pool.smallest, 1),
        volumeMounts=mounts(),
    )
    return template(place, pool, {**pod_spec(pool, name, ray), "restartPolicy": "Always"})


def submitter(place: TeamFacts, pool: JobPool, name: str) -> dict[str, Any]:
    """The pod that hands the program to the cluster and shows its log."""
    memory = {"memory": "512Mi"}
    resources = {"requests": {"cpu": "500m", **memory}, "limits": memory}
    hand_over = container(place, "ray-job-submitter", resources=resources, volumeMounts=mounts())
    return template(place, pool, pod_spec(pool, name, hand_over))
