"""Attacks by what a controller takes over from an object: metadata of jobs within, claims of pods, a deletion."""

import copy
from collections.abc import Callable, Iterator

from reference.vocabulary import POOL_LABEL
from tests.live.attacks.attack import (
    DEPLOYER,
    JOB_CONTROLLER,
    MEMBER,
    Attack,
    Request,
    change,
    creation,
    putting,
)
from tests.live.attacks.workloads import (
    KINDS,
    TOLERATIONS,
    Manifest,
    admitted_pod,
    cron_job,
    dict_of,
    job,
    job_set,
    plain_job,
    ray_cluster,
    ray_job,
    thing,
    train_job,
)

SET_OF_TRAIN_JOB = "spec.runtimePatches.0.trainingRuntimeSpec.template"
INSIDE: dict[str, tuple[str, str, Callable[[], Manifest]]] = {
    "CronJob": ("paved-cron-jobs", "spec.jobTemplate.metadata", cron_job),
    "JobSet": ("paved-job-sets", "spec.replicatedJobs.0.template.metadata", job_set),
    "TrainJob": ("paved-train-jobs", f"{SET_OF_TRAIN_JOB}.metadata", train_job),
    "TrainJob-node": (
        "paved-train-jobs",
        f"{SET_OF_TRAIN_JOB}.spec.replicatedJobs.0.template.metadata",
        train_job,
    ),
}
"""Metadata of jobs that a controller makes out of a job: its policy, the path, and the job."""
GP2 = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
ZONE = "topology.kubernetes.io/zone"
REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"


def with_entry(path: str, key: str, value: str) -> Callable[[Manifest], None]:
    """The change of one label or annotation in metadata at a path."""

    def add(manifest: Manifest) -> None:
        at = manifest
        for part in path.split("."):
            at = at[int(part)] if part.isdigit() else dict_of(at, part)  # type: ignore[index]
        at[key] = value

    return add


def of_jobs_inside() -> Iterator[Attack]:
    """Labels and annotations that a controller puts onto the jobs that it makes, which no member may."""
    for kind, (policy, path, make) in INSIDE.items():
        for name, key, value in (
            ("counted-by-keda", "scaledjob.keda.sh/name", "retrain-drift"),
            ("as-the-stack", "paved.dev/owned-by", "stack"),
            ("prebuilt", "kueue.x-k8s.io/prebuilt-workload-name", "somebodys"),
        ):
            labelled = with_entry(f"{path}.labels", key, value)
            yield creation(
                f"{kind}-inner-{name}", MEMBER, make(), labelled, policy, "of the jobs within are set by"
            )
        for name, key in (
            ("boost", "kueue.x-k8s.io/priority-boost"),
            ("exclusive", "alpha.jobset.sigs.k8s.io/exclusive-topology"),
        ):
            noted = with_entry(f"{path}.annotations", key, "100")
            yield creation(
                f"{kind}-inner-{name}", MEMBER, make(), noted, policy, "annotations of the jobs within"
            )


def of_templates() -> Iterator[Attack]:
    """Fields of a pod template that reach beyond its job, in every kind of job."""
    others_workload = with_entry("metadata.annotations", "kueue.x-k8s.io/workload", "job-somebodys")
    claims = {"spec": {**GP2, "storageClassName": "gp2"}}
    named = {"spec": {**GP2, "storageClassName": "", "volumeName": "search-prod.train"}}
    noted = {"metadata": {"annotations": {"volume.beta.kubernetes.io/storage-class": "gp2"}}, "spec": GP2}
    apart = {
        "topologyKey": ZONE,
        "labelSelector": {"matchExpressions": [{"key": "app", "operator": "Exists"}]},
    }
    serving = {"key": POOL_LABEL, "operator": "Exists", "effect": "NoSchedule"}
    disk = "a claim gets a new disk"
    changes: tuple[tuple[str, Callable[[Manifest], None], str], ...] = (
        ("others-workload", others_workload, "annotations of pods are set by"),
        ("own-disk-class", putting("spec.volumes", ephemeral(claims)), disk),
        ("own-disk-named", putting("spec.volumes", ephemeral(named)), disk),
        ("own-disk-noted", putting("spec.volumes", ephemeral(noted)), disk),
        (
            "repels-servers",
            putting("spec.affinity", {"podAntiAffinity": {REQUIRED: [apart]}}),
            "affinity is between pods",
        ),
        ("serving-nodes", putting("spec.tolerations", [*TOLERATIONS, serving]), "nodes of endpoints"),
    )
    for kind, (policy, make, template) in KINDS.items():
        for name, wrong, told in changes:
            yield creation(f"{kind}-{name}", MEMBER, make(), at_template(template, wrong), policy, told)
    for name, wrong, told in changes[1:]:
        yield creation(f"Pod-{name}", JOB_CONTROLLER, admitted_pod(), wrong, "paved-new-pods", told)


def ephemeral(template: Manifest) -> list[Manifest]:
    """A volume whose claim Kubernetes makes for the pod."""
    return [{"name": "wanted", "ephemeral": {"volumeClaimTemplate": template}}]


def at_template(
    template: Callable[[Manifest], Manifest], change: Callable[[Manifest], None]
) -> Callable[[Manifest], None]:
    """A change of a job's pod template."""
    return lambda manifest: change(template(manifest))


def of_operators() -> Iterator[Attack]:
    """Fields and annotations at which an operator deletes or makes what the author of the object could not."""
    ray = "KubeRay deletes whatever pod"
    victims = {"workersToDelete": ["defect-detector-predictor-1"]}
    for make, policy, path in (
        (ray_cluster, "paved-ray-clusters", "spec.workerGroupSpecs.0.scaleStrategy"),
        (ray_job, "paved-ray-jobs", "spec.rayClusterSpec.workerGroupSpecs.0.scaleStrategy"),
    ):
        wrong = putting(path, victims)
        yield creation(f"{policy}-deletes-servers", MEMBER, make(), wrong, policy, ray)
        recovers = with_entry("metadata.annotations", "ray.io/ft-enabled", "true")
        told = "these annotations are set by"
        yield creation(f"{policy}-recovers", MEMBER, make(), recovers, "paved-members", told)


def of_claims() -> Iterator[Attack]:
    """Annotations of a claim by which it gets another disk than it says."""
    claim = thing("v1", "PersistentVolumeClaim", "mine", GP2)
    for name, key in (
        ("noted-class", "volume.beta.kubernetes.io/storage-class"),
        ("noted-type", "ebs.csi.aws.com/volumeType"),
    ):
        noted = with_entry("metadata.annotations", key, "io2")
        yield creation(name, MEMBER, claim, noted, "paved-members", "a claim gets a new disk")
    later = [{"op": "add", "path": "/metadata/annotations", "value": {"ebs.csi.aws.com/iops": "64000"}}]
    mine = [{"op": "add", "path": "/metadata/annotations", "value": {"note": "a"}}]
    there = ("persistentvolumeclaim", "seed-claim")
    yield change("noted-later", MEMBER, there, later, mine, "paved-members", "a claim gets a new disk")


def of_deletions() -> Iterator[Attack]:
    """A job that goes, and leaves its pods where no queue counts them."""
    told = "goes with its pods"
    for kind in ("job.batch", "raycluster.ray.io", "jobset.jobset.x-k8s.io", "rayjob.ray.io"):
        attempt = Request(MEMBER, kind, "seed-queued", options=("--cascade=orphan",))
        twin = Request(MEMBER, kind, "seed-queued")
        yield Attack(f"orphans-of-{kind}", attempt, twin, "paved-members", told)
    stays = putting("metadata.finalizers", ["orphan"])
    yield creation("orphans-later", MEMBER, job(), stays, "paved-members", "add no finalizers", DEPLOYER)


def of_names() -> Iterator[Attack]:
    """A name that the API server completes."""
    wanted = copy.deepcopy(plain_job())
    wanted["metadata"]["generateName"] = wanted["metadata"].pop("name") + "-"
    drift = putting("metadata.generateName", "retrain-drift-")
    yield creation("generated-name", MEMBER, wanted, drift, "paved-members", "names that start with retrain-")


def passed_on_attacks() -> Iterator[Attack]:
    """All of them."""
    for part in (
        of_jobs_inside,
        of_templates,
        of_operators,
        of_claims,
        of_deletions,
        of_names,
    ):
        yield from part()
