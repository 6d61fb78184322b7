"""Where the pods of a workload stand in it, whichever kind of object it is."""

from collections.abc import Iterator

from policies.resources import JudgedStack, Resource
from policies.values import Truth, Value, any_of
from reference.vocabulary import INFERENCE_SERVICE

DEPLOYMENT = "kubernetes:apps/v1:Deployment"
STATEFUL_SET = "kubernetes:apps/v1:StatefulSet"
POD = "kubernetes:core/v1:Pod"
_TEMPLATE = "spec.template.spec"
_REPLICATED = "replicatedJobs[].template.spec.template.spec"
_RAY = ("headGroupSpec.template.spec", "workerGroupSpecs[].template.spec")
POD_SPECS: dict[str, tuple[str, ...]] = {
    POD: ("spec",),
    "kubernetes:core/v1:PodTemplate": ("template.spec",),
    DEPLOYMENT: (_TEMPLATE,),
    STATEFUL_SET: (_TEMPLATE,),
    "kubernetes:apps/v1:DaemonSet": (_TEMPLATE,),
    "kubernetes:apps/v1:ReplicaSet": (_TEMPLATE,),
    "kubernetes:batch/v1:Job": (_TEMPLATE,),
    "kubernetes:batch/v1:CronJob": ("spec.jobTemplate.spec.template.spec",),
    "kubernetes:keda.sh/v1alpha1:ScaledJob": ("spec.jobTargetRef.template.spec",),
    INFERENCE_SERVICE: ("spec.predictor", "spec.transformer", "spec.explainer"),
    "kubernetes:jobset.x-k8s.io/v1alpha2:JobSet": (f"spec.{_REPLICATED}",),
    "kubernetes:trainer.kubeflow.org/v1alpha1:ClusterTrainingRuntime": (f"spec.template.spec.{_REPLICATED}",),
    "kubernetes:trainer.kubeflow.org/v1alpha1:TrainingRuntime": (f"spec.template.spec.{_REPLICATED}",),
    "kubernetes:ray.io/v1:RayCluster": tuple(f"spec.{path}" for path in _RAY),
    "kubernetes:ray.io/v1:RayJob": tuple(f"spec.rayClusterSpec.{path}" for path in _RAY),
    "kubernetes:ray.io/v1:RayService": tuple(f"spec.rayClusterConfig.{path}" for path in _RAY),
}
WORKLOADS = tuple(POD_SPECS)
SERVING = (INFERENCE_SERVICE, DEPLOYMENT, STATEFUL_SET)
TEMPLATES = (
    "kubernetes:core/v1:PodTemplate",
    "kubernetes:trainer.kubeflow.org/v1alpha1:ClusterTrainingRuntime",
    "kubernetes:trainer.kubeflow.org/v1alpha1:TrainingRuntime",
)
"""What a job is made from: its image and its resources are the job's own."""
CONTAINER_LISTS = ("containers", "initContainers", "ephemeralContainers")


def pod_specs(workload: Resource) -> list[Value]:
    """The pod specs of a workload."""
    return [found for path in POD_SPECS[workload.kind] for found in _walk(workload, path) if found.is_given]


def containers(pod: Value) -> list[Value]:
    """Every container of a pod, KServe's `model` with them."""
    found = [container for key in CONTAINER_LISTS for container in pod.at(key).items()]
    model = pod.at("model")
    return [model, *found] if model.is_given else found


def main_containers(pod: Value) -> list[Value]:
    """The containers that run while the pod does."""
    model = pod.at("model")
    return [*([model] if model.is_given else []), *pod.at("containers").items()]


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
    return any_of(
        each.at("topologyKey").equals("topology.kubernetes.io/zone")
        & each.at("whenUnsatisfiable").equals("DoNotSchedule")
        for each in pod.at("topologySpreadConstraints").items()
    )


def _walk(workload: Resource, path: str) -> Iterator[Value]:
    head, _, rest = path.partition("[].")
    value = workload.at(head)
    if not rest:
        yield value
        return
    for item in value.items():
        yield from _below(item, rest)


def _below(value: Value, path: str) -> Iterator[Value]:
    head, _, rest = path.partition("[].")
    found = value.at(head)
    if not rest:
        yield found
    for item in found.items() if rest else ():
        yield from _below(item, rest)
