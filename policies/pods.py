"""Pods of workloads, whichever kind of object they stand in: their specs, containers, tier and namespace."""

from collections.abc import Iterator, Mapping

from policies.pod_templates import CONTAINER_LISTS, MODEL_SERVERS
from policies.resources import JudgedStack, Resource
from policies.values import MISSING, Truth, Value, all_of, any_of
from reference.registries import upstream_name
from reference.releases import releases
from reference.vocabulary import (
    DEPLOYMENT,
    HAND_OVER_NAMESPACE,
    INFERENCE_SERVICE,
    UNKNOWN,
    ZONE_LABEL,
)

STATEFUL_SET = "kubernetes:apps/v1:StatefulSet"
POD = "kubernetes:core/v1:Pod"
JOB = "kubernetes:batch/v1:Job"
CRON_JOB = "kubernetes:batch/v1:CronJob"
SCALED_JOB = "kubernetes:keda.sh/v1alpha1:ScaledJob"
OCI = "oci://"
SERVING = (INFERENCE_SERVICE, DEPLOYMENT, STATEFUL_SET)
TEMPLATES = (
    *("PodTemplate", "ClusterTrainingRuntime", "TrainingRuntime", "ServingRuntime", "ClusterServingRuntime"),
    "LLMInferenceServiceConfig",
)
"""Templates of jobs and servers: the image and the resources are those of what is made of them."""
OVERRIDES = ("TrainJob",)
"""Kinds whose pods change some fields of those of a template, and leave the others as they are."""


def pod_specs(workload: Resource) -> tuple[Value, ...]:
    """The pod specs of a workload, wherever they stand in it."""
    return workload.pods


def is_template(workload: Resource) -> bool:
    """Whether pods come of it once something else is made of it, which says what it leaves out."""
    return _name(workload) in TEMPLATES or is_partial(workload)


def is_partial(workload: Resource) -> bool:
    """Whether it sets some fields of pods that something else describes."""
    return workload.is_patch or _name(workload) in OVERRIDES


def _name(workload: Resource) -> str:
    return workload.kind.rsplit(":", 1)[-1]


def set_here(workload: Resource, value: Value) -> Value:
    """A property that must be set. What a Patch twin or an override leaves out is unknown."""
    return Value(UNKNOWN, value.path) if is_partial(workload) and value.raw is MISSING else value


def containers(pod: Value) -> list[Value]:
    """Every container of a pod, KServe's model server with them."""
    # The restricted level binds init and ephemeral containers as well; KServe makes a container of `model`.
    found = _model_servers(pod)
    for key in CONTAINER_LISTS:
        found += pod.at(key).items()
    return found


def _model_servers(pod: Value) -> list[Value]:
    # Below an unknown pod nothing is known to be set: its `containers` say so once.
    return [pod.at(name) for name in MODEL_SERVERS if pod.is_known and pod.at(name).is_given]


def annotation_maps(workload: Resource) -> Iterator[Value]:
    """The annotations of a workload and of its pods, which a template and KServe's components have apart."""
    yield workload.value.at("metadata.annotations")
    for pod in pod_specs(workload):
        template = pod.path.rpartition(".")[0]
        for path in (f"{template}.metadata.annotations", f"{pod.path}.annotations"):
            yield workload.value.below(path)


def workload_containers(workload: Resource) -> Iterator[Value]:
    """Every container of every pod of a workload. Raises Undetermined at the first pod that is not known."""
    for pod in pod_specs(workload):
        yield from containers(pod)


def images(workload: Resource) -> Iterator[Value]:
    """The images of a workload: of its containers, of volumes, and of models that are pulled as one.

    Of a container that names none, the missing value. Raises Undetermined at the first pod that is not known.
    """
    for container in workload_containers(workload):
        yield container.at("image")
        model = container.at("storageUri")
        if isinstance(model.raw, str) and model.raw.startswith(OCI):
            yield Value(model.raw.removeprefix(OCI), model.path)
    for pod in pod_specs(workload):
        for volume in pod.at("volumes").items():
            if volume.at("image").is_given:
                yield volume.at("image.reference")


def main_containers(pod: Value) -> list[Value]:
    """The containers that run while the pod does."""
    return [*_model_servers(pod), *pod.at("containers").items()]


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


def selects(selector: Value, labels: Mapping[str, object]) -> bool:
    """Whether a selector takes a pod with some labels; an empty one takes every pod. Raises Undetermined."""
    if not isinstance(selector.plain(), Mapping):
        return False
    same = all(labels.get(key) == value.plain() for key, value in selector.at("matchLabels").entries())
    return same and all(_requires(each, labels) for each in selector.at("matchExpressions").items())


def _requires(expression: Value, labels: Mapping[str, object]) -> bool:
    found = labels.get(expression.at("key").text())
    values = expression.at("values").plain([])
    match expression.at("operator").text():
        case "In":
            return found is not None and found in values
        case "NotIn":
            return found not in values
        case "Exists":
            return found is not None
        case "DoesNotExist":
            return found is None
    return False


def spreads_over_zones(pod: Value) -> Truth:
    """Whether a pod's replicas must lie in different zones."""
    return any_of(_is_zonal(each) for each in pod.at("topologySpreadConstraints").items())


def zone_constraints(pod: Value) -> list[Value]:
    """The constraints that make a pod's replicas lie in different zones. Raises Undetermined."""
    return [each for each in pod.at("topologySpreadConstraints").items() if _is_zonal(each)]


def _is_zonal(constraint: Value) -> Truth:
    # `ScheduleAnyway` is a wish, which the scheduler drops where a zone is full.
    must = constraint.at("whenUnsatisfiable").equals("DoNotSchedule")
    return constraint.at("topologyKey").equals(ZONE_LABEL) & must


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
