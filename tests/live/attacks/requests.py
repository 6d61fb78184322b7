"""Attacks by whole objects: on what is there, by owners that are forged, by fields of one kind alone."""

from collections.abc import Callable, Iterator

from reference.vocabulary import POOL_LABEL
from tests.live.attacks.attack import (
    DEPLOYER,
    MEMBER,
    OWNER,
    Attack,
    change,
    creation,
    deletion,
    put,
    putting,
)
from tests.live.attacks.workloads import (
    TOLERATIONS,
    Manifest,
    cron_job,
    job,
    job_set,
    plain_job,
    ray_cluster,
    ray_job,
    thing,
    train_job,
)

TWO_BILLION = 2_000_000_000
SPEC_OF_HEAD = "spec.headGroupSpec"


def of_fields() -> Iterator[Attack]:
    """Fields that one kind alone has, of which its operator makes other objects, or by which it never ends."""
    ray = "KubeRay makes other objects of this"
    head_service = {"spec": {"externalIPs": ["10.0.0.2"], "type": "LoadBalancer"}}
    redis = {"redisAddress": "redis:6379", "redisPassword": {"value": "a"}}
    for name, path, value in (
        ("head-service", f"{SPEC_OF_HEAD}.headService", head_service),
        ("ingress", f"{SPEC_OF_HEAD}.enableIngress", True),
        ("head-labels", f"{SPEC_OF_HEAD}.labels", {"app": "isvc.defect-detector-predictor"}),
        ("service-annotations", "spec.headServiceAnnotations", {"service.beta.kubernetes.io/a": "b"}),
        ("autoscaler", "spec.enableInTreeAutoscaling", True),
        ("autoscaler-image", "spec.autoscalerOptions", {"image": "ghcr.io/somebody/a:1"}),
        ("auth-secret", "spec.authOptions", {"mode": "token"}),
        ("redis-secret", "spec.gcsFaultToleranceOptions", redis),
        ("worker-labels", "spec.workerGroupSpecs.0.labels", {"app": "isvc.a"}),
    ):
        yield creation(
            f"RayCluster-{name}", MEMBER, ray_cluster(), putting(path, value), "paved-ray-clusters", ray
        )
        inner = path.replace("spec.", "spec.rayClusterSpec.", 1)
        yield creation(f"RayJob-{name}", MEMBER, ray_job(), putting(inner, value), "paved-ray-jobs", ray)
    outside = "is reached inside the cluster"
    balanced = putting(f"{SPEC_OF_HEAD}.serviceType", "LoadBalancer")
    yield creation("RayCluster-balancer", MEMBER, ray_cluster(), balanced, "paved-ray-clusters", outside)
    balanced = putting("spec.rayClusterSpec.headGroupSpec.serviceType", "NodePort")
    yield creation("RayJob-node-port", MEMBER, ray_job(), balanced, "paved-ray-jobs", outside)
    for name, submit in (
        ("default-submitter", lambda it: it["spec"].pop("submitterPodTemplate")),
        ("sidecar", putting("spec.submissionMode", "SidecarMode")),
    ):
        told = "submitted by its submitterPodTemplate"
        yield creation(f"RayJob-{name}", MEMBER, ray_job(), submit, "paved-ray-jobs", told)
    claims = [{"templates": [{"metadata": {"name": "a"}, "spec": {"accessModes": ["ReadWriteOnce"]}}]}]
    for name, path, value in (
        ("claims", "spec.volumeClaimPolicies", claims),
        ("others-name", "spec.network", {"subdomain": "retrain-new-labels"}),
    ):
        told = "in the spec of a JobSet" if name == "claims" else "in network"
        yield creation(f"JobSet-{name}", MEMBER, job_set(), putting(path, value), "paved-job-sets", told)
    started = putting("spec.initializer", {"dataset": {"storageUri": "hf://a", "secretRef": {"name": "a"}}})
    yield creation("TrainJob-initializer", MEMBER, train_job(), started, "paved-train-jobs", "no initializer")
    runtime = putting("spec.runtimeRef", {"name": "mine", "kind": "TrainingRuntime"})
    yield creation(
        "TrainJob-own-runtime", MEMBER, train_job(), runtime, "paved-train-jobs", "of the platform"
    )
    image = putting("spec.trainer.image", "ghcr.io/somebody/miner:1")
    yield creation("TrainJob-any-image", MEMBER, train_job(), image, "paved-train-jobs", "images come from")
    secret = [{"name": "A", "valueFrom": {"secretKeyRef": {"name": "a", "key": "b"}}}]
    yield creation(
        "TrainJob-trainer-secret",
        MEMBER,
        train_job(),
        putting("spec.trainer.env", secret),
        "paved-train-jobs",
        "no Secret",
    )
    no_class = "selects the class of its nodes"
    anywhere = putting("spec.runtimePatches", [])
    yield creation("TrainJob-any-class", MEMBER, train_job(), anywhere, "paved-train-jobs", no_class)
    yield from of_deadlines()
    yield from of_plain_jobs()


def of_deadlines() -> Iterator[Attack]:
    """Jobs that are never over, or never cleared away."""
    month = "at most 2592000 seconds"
    for policy, make, prefix, fields in (
        ("paved-jobs", job, "spec", ("activeDeadlineSeconds", "ttlSecondsAfterFinished")),
        (
            "paved-cron-jobs",
            cron_job,
            "spec.jobTemplate.spec",
            ("activeDeadlineSeconds", "ttlSecondsAfterFinished"),
        ),
        ("paved-job-sets", job_set, "spec", ("ttlSecondsAfterFinished",)),
        ("paved-ray-jobs", ray_job, "spec", ("activeDeadlineSeconds", "ttlSecondsAfterFinished")),
        ("paved-train-jobs", train_job, "spec", ("activeDeadlineSeconds",)),
    ):
        for field in fields:
            endless = putting(f"{prefix}.{field}", TWO_BILLION)
            yield creation(f"{policy}-{field}", MEMBER, make(), endless, policy, month)
    adopts = "a Job selects its own pods"
    # A selector of its own needs the labels that it selects by in the template, or the API server refuses it first.
    for policy, make, path in (
        ("paved-jobs", job, "spec"),
        ("paved-job-sets", job_set, "spec.replicatedJobs.0.template.spec"),
    ):
        yield creation(f"{policy}-adopts", MEMBER, make(), adopting(path), policy, adopts)


def adopting(path: str) -> Callable[[Manifest], None]:
    """The change of a Job into one that selects pods by labels of its choice."""

    def change_selector(manifest: Manifest) -> None:
        put(manifest, f"{path}.manualSelector", True)
        put(manifest, f"{path}.selector", {"matchLabels": {"mine": "yes"}})
        put(manifest, f"{path}.template.metadata.labels", {"mine": "yes"})

    return change_selector


def of_plain_jobs() -> Iterator[Attack]:
    """A job without devices, which no queue holds."""
    for name, path, value, told in (
        ("holds-a-node", "spec.template.spec.tolerations", TOLERATIONS, "runs on nodes without them"),
        ("system-node", "spec.template.spec.nodeSelector", {POOL_LABEL: "system"}, "never system nodes"),
        ("no-node", "spec.template.spec.nodeSelector", {}, "never system nodes"),
    ):
        yield creation(f"plain-{name}", MEMBER, plain_job(), putting(path, value), "paved-jobs", told)


def of_owners() -> Iterator[Attack]:
    """What a member writes about its own objects that others believe."""
    policy = "paved-members"
    # Of a kind that Kueue's webhook does not look for, as it would be the first to refuse.
    owner = [{"apiVersion": "v1", "kind": "ConfigMap", "name": "a", "uid": "0", "controller": True}]
    config = thing("v1", "ConfigMap", "mine")
    owned = "leave ownerReferences as they are"
    yield creation("forged-owner", MEMBER, job(), putting("metadata.ownerReferences", owner), policy, owned)
    yield creation(
        "forged-owner-of-config", MEMBER, config, putting("metadata.ownerReferences", owner), policy, owned
    )
    stays = putting("metadata.finalizers", ["paved.dev/kept"])
    yield creation("own-finalizer", MEMBER, config, stays, policy, "add no finalizers")
    for name, labels in (
        ("counted-by-keda", {"scaledjob.keda.sh/name": "retrain-drift"}),
        ("prebuilt", {"kueue.x-k8s.io/prebuilt-workload-name": "somebodys"}),
        ("as-a-trigger", {"paved.dev/trigger": "drift"}),
        ("as-the-stack", {"paved.dev/owned-by": "stack"}),
        ("as-a-collector", {"paved.dev/inference-log": "collector"}),
        ("as-an-endpoint", {"serving.kserve.io/inferenceservice": "defect-detector"}),
    ):
        marked = putting("metadata.labels", labels)
        yield creation(name, MEMBER, plain_job(), marked, policy, "set by what selects by them", DEPLOYER)
    for name, annotation in (
        ("boost", "kueue.x-k8s.io/priority-boost"),
        ("exclusive", "alpha.jobset.sigs.k8s.io/exclusive-topology"),
    ):
        marked = putting("metadata.annotations", {annotation: "100"})
        yield creation(name, MEMBER, job_set(), marked, policy, "these annotations are set by")
    for name, benign in (
        ("retrain-drift-x", plain_job()),
        ("defect-detector-predictor", plain_job()),
        # JobSet makes a Service of the name, to which agents would send.
        ("inference-log", job_set()),
        ("inference-log", config),
    ):
        told, named = "names that start with retrain-", putting("metadata.name", name)
        yield creation(f"{benign['kind']}-named-{name}", MEMBER, benign, named, policy, told)
    claim = thing(
        "v1",
        "PersistentVolumeClaim",
        "mine",
        {
            "accessModes": ["ReadWriteOnce"],
            "storageClassName": "gp3",
            "resources": {"requests": {"storage": "1Gi"}},
        },
    )
    for name, path, value in (
        ("others-volume", "spec.volumeName", "search-prod.train"),
        ("static-volume", "spec.storageClassName", ""),
        ("others-class", "spec.storageClassName", "mine"),
    ):
        yield creation(name, MEMBER, claim, putting(path, value), policy, "a claim gets a new disk")


def of_objects_there() -> Iterator[Attack]:
    """Patches and deletions of what is there, seeded by `seeds`."""
    member, kept = "paved-members", "change it in the stack file"
    data = [{"op": "add", "path": "/data", "value": {"collect.py": "print()"}}]
    note = [{"op": "add", "path": "/metadata/annotations", "value": {"note": "a"}}]
    mine = ("configmap", "seed-mine")
    for name in ("collector", "tracking", "kube-root-ca.crt"):
        yield change(f"patched-{name}", MEMBER, ("configmap", name), data, DEPLOYER, member, kept)
        yield deletion(f"deleted-{name}", MEMBER, ("configmap", name), mine, member, kept)
    claim = ("persistentvolumeclaim", "seed-claim")
    yield deletion("deleted-claim", MEMBER, ("persistentvolumeclaim", "train"), claim, member, kept)
    yield change("patched-claim", MEMBER, ("persistentvolumeclaim", "train"), note, DEPLOYER, member, kept)
    server, pod = ("pod", "seed-server"), ("pod", "seed-pod")
    yield deletion("deleted-server", MEMBER, server, pod, member, kept)
    yield deletion("deleted-collecting-pod", MEMBER, ("pod", "seed-collector"), pod, member, kept)
    run, own = ("job.batch", "retrain-seed"), ("job.batch", "seed-plain")
    yield change("patched-run", MEMBER, run, note, DEPLOYER, member, kept)
    night = ("cronjob.batch", "retrain-nightly")
    suspended = [{"op": "add", "path": "/spec/suspend", "value": False}]
    yield change("patched-schedule", MEMBER, night, suspended, DEPLOYER, member, kept)
    yield deletion("deleted-schedule", MEMBER, night, run, member, kept)
    unlabelled = [{"op": "remove", "path": "/metadata/labels/kueue.x-k8s.io~1queue-name"}]
    queued = ("job.batch", "seed-queued")
    started = [{"op": "replace", "path": "/spec/suspend", "value": False}]
    yield change("label-removed", MEMBER, queued, unlabelled, note, "paved-jobs", "must wait in a queue")
    yield change("unsuspended", MEMBER, queued, started, note, "paved-jobs", "the queue starts a job")
    for kind, policy in (
        ("jobset.jobset.x-k8s.io", "paved-job-sets"),
        ("raycluster.ray.io", "paved-ray-clusters"),
        ("rayjob.ray.io", "paved-ray-jobs"),
        ("trainjob.trainer.kubeflow.org", "paved-train-jobs"),
    ):
        there = (kind, "seed-queued")
        yield change(f"unsuspended-{kind}", MEMBER, there, started, note, policy, "the queue starts a job")
    both = [*unlabelled, *started]
    yield change(
        "label-removed-and-started", MEMBER, queued, both, note, "paved-jobs", "must wait in a queue"
    )
    urgent = [{"op": "replace", "path": "/metadata/labels/kueue.x-k8s.io~1priority-class", "value": "now"}]
    calm = [{"op": "replace", "path": "/metadata/labels/kueue.x-k8s.io~1priority-class", "value": "nightly"}]
    yield change("made-urgent", MEMBER, queued, urgent, calm, "paved-jobs", "must be one of")
    more = [{"op": "replace", "path": "/spec/workerGroupSpecs/0/replicas", "value": 9}]
    grown = ("raycluster.ray.io", "seed-admitted")
    yield change(
        "grown-cluster", MEMBER, grown, more, note, "paved-ray-clusters", "labels of pods are set by"
    )
    forged = [{"op": "add", "path": "/metadata/ownerReferences", "value": [OWNER]}]
    yield change("owner-added", MEMBER, own, forged, note, member, "leave ownerReferences as they are")
    stays = [{"op": "add", "path": "/metadata/finalizers", "value": ["paved.dev/kept"]}]
    yield change("finalizer-added", MEMBER, own, stays, note, member, "add no finalizers")
    as_trigger = [{"op": "add", "path": "/metadata/labels", "value": {"paved.dev/trigger": "drift"}}]
    yield change("label-added", MEMBER, own, as_trigger, note, member, "set by what selects by them")


def request_attacks() -> Iterator[Attack]:
    """All of them."""
    for part in (of_fields, of_owners, of_objects_there):
        yield from part()
