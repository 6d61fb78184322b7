"""Pods of workloads, whichever kind of object they stand in: their specs, containers, tier and namespace."""

from collections.abc import Iterator

from policies.resources import JudgedStack, Resource
from policies.values import Truth, Value, all_of, any_of
from reference.registries import upstream_name
from reference.releases import releases
from reference.vocabulary import (
    HAND_OVER_NAMESPACE,
    INFERENCE_SERVICE,
    ZONE_LABEL,
)

DEPLOYMENT = "kubernetes:apps/v1:Deployment"
STATEFUL_SET = "kubernetes:apps/v1:StatefulSet"
POD = "kubernetes:core/v1:Pod"
JOB = "kubernetes:batch/v1:Job"
CRON_JOB = "kubernetes:batch/v1:CronJob"
SCALED_JOB = "kubernetes:keda.sh/v1alpha1:ScaledJob"
_TEMPLATE = "spec.template.spec"
_REPLICATED = "replicatedJobs[].template.spec.template.spec"


def _ray(cluster: str) -> tuple[str, ...]:
    return f"{cluster}.headGroupSpec.template.spec", f"{cluster}.workerGroupSpecs[].template.spec"


POD_SPECS: dict[str, tuple[str, ...]] = {
    POD: ("spec",),
    "kubernetes:core/v1:PodTemplate": ("template.spec",),
    DEPLOYMENT: (_TEMPLATE,),
    STATEFUL_SET: (_TEMPLATE,),
    "kubernetes:apps/v1:DaemonSet": (_TEMPLATE,),
    "kubernetes:apps/v1:ReplicaSet": (_TEMPLATE,),
    JOB: (_TEMPLATE,),
    CRON_JOB: ("spec.jobTemplate.spec.template.spec",),
    SCALED_JOB: ("spec.jobTargetRef.template.spec",),
    INFERENCE_SERVICE: ("spec.predictor", "spec.transformer", "spec.explainer"),
    "kubernetes:jobset.x-k8s.io/v1alpha2:JobSet": (f"spec.{_REPLICATED}",),
    "kubernetes:trainer.kubeflow.org/v1alpha1:ClusterTrainingRuntime": (f"spec.template.spec.{_REPLICATED}",),
    "kubernetes:trainer.kubeflow.org/v1alpha1:TrainingRuntime": (f"spec.template.spec.{_REPLICATED}",),
    "kubernetes:ray.io/v1:RayCluster": _ray("spec"),
    "kubernetes:ray.io/v1:RayJob": _ray("spec.rayClusterSpec"),
    "kubernetes:ray.io/v1:RayService": _ray("spec.rayClusterConfig"),
}
"""The paths of pod specs by kind; `[]` is every element of a list."""
WORKLOADS = tuple(POD_SPECS)
SERVING = (INFERENCE_SERVICE, DEPLOYMENT, STATEFUL_SET)
TEMPLATES = (
    "kubernetes:core/v1:PodTemplate",
    "kubernetes:trainer.kubeflow.org/v1alpha1:ClusterTrainingRuntime",
    "kubernetes:trainer.kubeflow.org/v1alpha1:TrainingRuntime",
)
"""Templates of jobs: the image and the resources are the job's own."""
CONTAINER_LISTS = ("containers", "initContainers", "ephemeralContainers")


def pod_specs(workload: Resource) -> list[Value]:
    """The pod specs of a workload."""
    specs: list[Value] = []
    for path in POD_SPECS[workload.kind]:
        head, _, rest = path.partition("[].")
        specs += _below(workload.at(head), rest)
    return [spec for spec in specs if spec.is_given]


def containers(pod: Value) -> list[Value]:
    """Every container of a pod, KServe's `model` with them."""
    # The restricted level binds init and ephemeral containers as well; KServe makes a container of `model`.
    model = pod.at("model")
    found = [model] if model.is_given else []
    for key in CONTAINER_LISTS:
        found += pod.at(key).items()
    return found


def workload_containers(workload: Resource) -> Iterator[Value]:
    """Every container of every pod of a workload. Raises Undetermined at the first pod that is not known."""
    for pod in pod_specs(workload):
        yield from containers(pod)


def main_containers(pod: Value) -> list[Value]:
    """The containers that run while the pod does."""
    model = pod.at("model")
    found = pod.at("containers").items()
    return [model, *found] if model.is_given else found


def tier(workload: Resource) -> int | None:
    """The tier that a workload says it serves, or None. Raises Undetermined."""
    value = workload.value.at("metadata.labels.tier")
    text = value.text()
    return int(text) if text in ("1", "2", "3") else None


def namespace(resource: Resource) -> str:
    """The namespace of an object. Raises Undetermined."""
    return resource.value.at("metadata.namespace").text() or "default"


def in_namespace(stack: JudgedStack, kind: str, name: str) -> list[Resource]:
    """The objects of a kind in a namespace. Raises Undetermined."""
    return [each for each in stack.of(kind) if namespace(each) == name]


def spreads_over_zones(pod: Value) -> Truth:
    """Whether a pod's replicas must lie in different zones."""
    # `ScheduleAnyway` is a wish, which the scheduler drops where a zone is full.
    return any_of(
        each.at("topologyKey").equals(ZONE_LABEL) & each.at("whenUnsatisfiable").equals("DoNotSchedule")
        for each in pod.at("topologySpreadConstraints").items()
    )


def _below(value: Value, path: str) -> Iterator[Value]:
    if not path:
        yield value
        return
    head, _, rest = path.partition("[].")
    for item in value.items():
        yield from _below(item.at(head), rest)


def is_tool(image: Value, stack: JudgedStack) -> Truth:
    """Whether an image is one that a release runs outside of teams' namespaces, by its digest, or a copy of it."""
    tools: list[str] = []
    for row in releases():
        tools += [each.reference for each in row.tools.values() if each.digest]
    account = stack.context.account or ""
    return image.test(lambda raw: upstream_name(str(raw), account) in tools)


def is_hand_over(workload: Resource, stack: JudgedStack) -> Truth:
    """Whether a workload is a Job that hands a file system over: where that is done, by the platform's own image."""
    if workload.kind != JOB:
        return Truth.NO
    ours = all_of(is_tool(each.at("image"), stack) for each in workload_containers(workload))
    return workload.at("metadata.namespace").equals(HAND_OVER_NAMESPACE) & ours
