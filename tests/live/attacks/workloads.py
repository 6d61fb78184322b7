"""The work of a team as its members write it: nothing in it is refused. Attacks differ from it by one change each."""

import copy
from collections.abc import Callable, Mapping
from typing import Any

from reference.inference_log import INFERENCE_LOG_LABEL, LOG_COLLECTOR
from reference.vocabulary import (
    ACCELERATOR_LABEL,
    DO_NOT_DISRUPT,
    GENERAL_POOL,
    GPU_RESOURCE,
    LOGGER_ACCOUNT,
    POOL_LABEL,
    PRIORITY_LABEL,
    PROMOTER_ACCOUNT,
    QUEUE_LABEL,
    STACK_LABEL,
    TORCH_RUNTIME,
    TRAINER_ACCOUNT,
)

Manifest = dict[str, Any]
Template = Callable[[Manifest], Manifest]

TEAM = "vision-prod"
REGISTRY = "111122223333.dkr.ecr.us-east-1.amazonaws.com"
IMAGE = f"{REGISTRY}/{TEAM}/finetune@sha256:" + "a" * 64
QUEUED = {QUEUE_LABEL: "train", PRIORITY_LABEL: "experiment"}
GPUS = {"memory": "8Gi", GPU_RESOURCE: "1"}
NODES = {STACK_LABEL: TEAM, POOL_LABEL: "l40s", ACCELERATOR_LABEL: "l40s"}
TOLERATIONS = [
    {"key": STACK_LABEL, "operator": "Equal", "value": TEAM, "effect": "NoSchedule"},
    {"key": GPU_RESOURCE, "operator": "Exists", "effect": "NoSchedule"},
]


def pod_template(name: str = "main", **more: Any) -> Manifest:
    """The template of a pod with a GPU, restricted as the namespace asks."""
    container = {
        "name": name,
        "image": IMAGE,
        "resources": {"requests": {"cpu": "1", **GPUS}, "limits": GPUS},
        "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
    }
    spec = {
        "restartPolicy": "Never",
        "serviceAccountName": TRAINER_ACCOUNT,
        "nodeSelector": dict(NODES),
        "tolerations": copy.deepcopy(TOLERATIONS),
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": 1000,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "containers": [container],
        **more,
    }
    return {"metadata": {"annotations": {DO_NOT_DISRUPT: "true"}, "labels": {}}, "spec": spec}


def plain_template() -> Manifest:
    """The template of a pod without a GPU, on general nodes."""
    template = pod_template()
    template["spec"]["nodeSelector"] = {POOL_LABEL: GENERAL_POOL}
    template["spec"].pop("tolerations")
    template["spec"]["containers"][0]["resources"] = {"requests": {"cpu": "1"}}
    return template


def thing(api_version: str, kind: str, name: str, spec: Manifest | None = None, **metadata: Any) -> Manifest:
    """An object of the team's namespace."""
    about = {"name": name, "namespace": TEAM, "labels": {}, **metadata}
    found = {"apiVersion": api_version, "kind": kind, "metadata": about}
    return found if spec is None else {**found, "spec": spec}


def job(name: str = "try") -> Manifest:
    """A Job with a GPU."""
    spec = {"backoffLimit": 0, "suspend": True, "template": pod_template()}
    return thing("batch/v1", "Job", name, spec, labels=dict(QUEUED))


def plain_job(name: str = "try") -> Manifest:
    """A Job without a GPU."""
    return thing("batch/v1", "Job", name, {"backoffLimit": 0, "suspend": True, "template": plain_template()})


def cron_job() -> Manifest:
    """A Job with a GPU every night."""
    each = {"metadata": {"labels": dict(QUEUED)}, "spec": {"suspend": True, "template": pod_template()}}
    return thing("batch/v1", "CronJob", "try", {"schedule": "0 3 * * *", "jobTemplate": each})


def job_set() -> Manifest:
    """A JobSet of one Job."""
    each = {
        "name": "node",
        "replicas": 1,
        "template": {"metadata": {"labels": {}}, "spec": {"template": pod_template()}},
    }
    spec = {"suspend": True, "replicatedJobs": [each]}
    return thing("jobset.x-k8s.io/v1alpha2", "JobSet", "try", spec, labels=dict(QUEUED))


def cluster_spec() -> Manifest:
    """The spec of a RayCluster with one worker."""
    worker = {"groupName": "gpus", "replicas": 1, "minReplicas": 1, "maxReplicas": 1, "rayStartParams": {}}
    return {
        "headGroupSpec": {"rayStartParams": {}, "template": pod_template("ray-head")},
        "workerGroupSpecs": [{**worker, "template": pod_template("ray-worker")}],
    }


def ray_cluster(name: str = "try") -> Manifest:
    """A RayCluster."""
    return thing("ray.io/v1", "RayCluster", name, {"suspend": True, **cluster_spec()}, labels=dict(QUEUED))


def ray_job() -> Manifest:
    """A RayJob."""
    spec = {
        "suspend": True,
        "entrypoint": "python try.py",
        "shutdownAfterJobFinishes": True,
        "submissionMode": "K8sJobMode",
        "submitterPodTemplate": pod_template("ray-job-submitter"),
        "rayClusterSpec": cluster_spec(),
    }
    return thing("ray.io/v1", "RayJob", "try", spec, labels=dict(QUEUED))


def train_job() -> Manifest:
    """A TrainJob that changes its runtime's pods where it must: their nodes."""
    container = {"name": "node", "env": [], "securityContext": {}}
    template = {
        "metadata": {"labels": {}, "annotations": {DO_NOT_DISRUPT: "true"}},
        "spec": {
            "nodeSelector": dict(NODES),
            "tolerations": copy.deepcopy(TOLERATIONS),
            "containers": [container],
        },
    }
    node = {"name": "node", "template": {"spec": {"template": template}}}
    patch = {
        "manager": "paved.dev/team",
        "trainingRuntimeSpec": {"template": {"spec": {"replicatedJobs": [node]}}},
    }
    spec = {
        "suspend": True,
        "runtimeRef": {"name": TORCH_RUNTIME},
        "runtimePatches": [patch],
        "trainer": {"image": IMAGE, "numNodes": 2, "resourcesPerNode": {"requests": GPUS, "limits": GPUS}},
    }
    return thing("trainer.kubeflow.org/v1alpha1", "TrainJob", "try", spec, labels=dict(QUEUED))


def patched_template(manifest: Manifest) -> Manifest:
    """The pod template that a TrainJob changes."""
    [patch] = manifest["spec"]["runtimePatches"]
    [node] = patch["trainingRuntimeSpec"]["template"]["spec"]["replicatedJobs"]
    found: Manifest = node["template"]["spec"]["template"]
    return found


KINDS: Mapping[str, tuple[str, Callable[[], Manifest], Template]] = {
    "Job": ("paved-jobs", job, lambda it: it["spec"]["template"]),
    "CronJob": ("paved-cron-jobs", cron_job, lambda it: it["spec"]["jobTemplate"]["spec"]["template"]),
    "JobSet": (
        "paved-job-sets",
        job_set,
        lambda it: it["spec"]["replicatedJobs"][0]["template"]["spec"]["template"],
    ),
    "RayCluster": (
        "paved-ray-clusters",
        ray_cluster,
        lambda it: it["spec"]["workerGroupSpecs"][0]["template"],
    ),
    "RayJob": (
        "paved-ray-jobs",
        ray_job,
        lambda it: it["spec"]["rayClusterSpec"]["workerGroupSpecs"][0]["template"],
    ),
    "TrainJob": ("paved-train-jobs", train_job, patched_template),
}
"""The kinds of job that a member writes: the policy of each, a job that passes, and its pod template."""


def owner_labels(manifest: Manifest) -> Manifest:
    """The labels of the object that bears the queue's label."""
    if manifest["kind"] == "CronJob":
        return dict_of(manifest["spec"]["jobTemplate"]["metadata"], "labels")
    return dict_of(manifest["metadata"], "labels")


def dict_of(parent: Manifest, key: str) -> Manifest:
    """A part of a manifest, made where it is not there."""
    found: Manifest = parent.setdefault(key, {})
    return found


def admitted_pod(name: str = "try-0") -> Manifest:
    """A pod that the Job controller makes of a Job that Kueue has admitted."""
    template = pod_template()
    labels = {"kueue.x-k8s.io/podset": "main", "batch.kubernetes.io/job-name": "try"}
    about = {"annotations": template["metadata"]["annotations"], "labels": labels}
    return thing("v1", "Pod", name, template["spec"], **about)


def plain_pod(name: str = "try-0") -> Manifest:
    """A pod that the Job controller makes of a Job without a GPU."""
    return thing("v1", "Pod", name, plain_template()["spec"], labels={"batch.kubernetes.io/job-name": "try"})


def collector_pod(name: str = "inference-log-0") -> Manifest:
    """A pod of the Deployment that collects an inference log."""
    made = plain_pod(name)
    made["metadata"]["labels"] = {INFERENCE_LOG_LABEL: LOG_COLLECTOR}
    made["spec"] |= {"restartPolicy": "Always", "serviceAccountName": LOGGER_ACCOUNT}
    return made


def promotion(name: str = "try") -> Manifest:
    """A Job that promotes a model."""
    made = plain_job(name)
    made["spec"] |= {"suspend": True, "backoffLimit": 0}
    # A Job without any labels would get those of its template.
    made["metadata"]["labels"] = {"team": "vision"}
    made["spec"]["template"]["spec"]["serviceAccountName"] = PROMOTER_ACCOUNT
    return made


def promotion_pod(name: str = "try-0") -> Manifest:
    """A pod that the Job controller makes of a promotion."""
    template = promotion()["spec"]["template"]
    return thing("v1", "Pod", name, template["spec"], labels={"batch.kubernetes.io/job-name": "try"})


def server_pod(name: str = "defect-detector-predictor-1") -> Manifest:
    """A pod of the endpoint, as KServe's Deployment has it."""
    spec = pod_template("kserve-container", serviceAccountName="server")["spec"]
    spec["restartPolicy"] = "Always"
    spec["tolerations"].append({"key": POOL_LABEL, "operator": "Exists", "effect": "NoSchedule"})
    spec["containers"][0]["image"] = "nvcr.io/nvidia/tritonserver:26.05-py3"
    labels = {
        "app": "isvc.defect-detector-predictor",
        "serving.kserve.io/inferenceservice": "defect-detector",
    }
    return thing("v1", "Pod", name, spec, labels=labels)


def resources_of(manifest: Manifest) -> list[Manifest]:
    """The resources of every container of a job."""
    if manifest["kind"] == "TrainJob":
        return [manifest["spec"]["trainer"]["resourcesPerNode"]]
    return [each["spec"]["containers"][0]["resources"] for each in templates_of(manifest)]


def templates_of(manifest: Manifest) -> list[Manifest]:
    """Every pod template of a job."""
    if manifest["kind"] == "RayCluster":
        groups = [manifest["spec"]["headGroupSpec"], *manifest["spec"]["workerGroupSpecs"]]
        return [each["template"] for each in groups]
    if manifest["kind"] == "RayJob":
        cluster = {"kind": "RayCluster", "spec": manifest["spec"]["rayClusterSpec"]}
        return [*templates_of(cluster), manifest["spec"]["submitterPodTemplate"]]
    return [KINDS[manifest["kind"]][2](manifest)]
