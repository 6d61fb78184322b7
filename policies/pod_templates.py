"""Finding of pods in any Kubernetes object by their structure: no table of kinds knows tomorrow's."""

from collections.abc import Iterator, Mapping
from typing import Any

from reference.vocabulary import UNKNOWN

CONTAINER_LISTS = ("containers", "initContainers", "ephemeralContainers")
MODEL_SERVERS = (
    "model",
    "sklearn",
    "xgboost",
    "tensorflow",
    "pytorch",
    "triton",
    "onnx",
    "huggingface",
    "pmml",
    "lightgbm",
    "paddle",
)
"""Fields of KServe's predictor, each of which becomes a container."""
SERVED_BY = (
    "modelFormat",
    "storageUri",
    "image",
    "runtime",
    "resources",
    "protocolVersion",
    "securityContext",
)
"""Fields by one of which a mapping is a model server, and no name of a model."""
COMPONENTS = ("predictor", "transformer", "explainer")
ONLY_OF_PODS = (
    *("hostNetwork", "hostPID", "hostIPC", "hostUsers", "shareProcessNamespace", "runtimeClassName"),
    *("serviceAccountName", "serviceAccount", "priorityClassName", "schedulerName"),
)
"""Fields that make a mapping a pod's spec wherever it stands, containers or none."""
IN_A_TEMPLATE = (
    *("affinity", "automountServiceAccountToken", "dnsPolicy", "hostAliases", "imagePullSecrets", "nodeName"),
    *("nodeSelector", "resourceClaims", "restartPolicy", "securityContext", "tolerations"),
    *("terminationGracePeriodSeconds", "topologySpreadConstraints", "volumes"),
)
"""Fields of a pod's spec that other mappings have as well: those of a template's `spec` are a pod's."""
OBJECTS = (*CONTAINER_LISTS, "volumes")
FIELDS = frozenset((*OBJECTS, *MODEL_SERVERS, *ONLY_OF_PODS, *IN_A_TEMPLATE))
"""Fields without any of which a mapping is no pod's spec."""
TEMPLATES = ("template", "podTemplate", "submitterPodTemplate", "podTemplateOverrides", "podSpecOverrides")
UNKNOWN_PODS = (*TEMPLATES, *CONTAINER_LISTS, *COMPONENTS, "jobTemplate", "podSpec", "replicatedJobs")
"""Keys below which pods stand: one whose value is not known yet may hold any."""
WHOLE_UNKNOWN = (
    *("Pod", "PodTemplate", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController"),
    *("Job", "CronJob", "ScaledJob", "JobSet", "TrainJob", "RayCluster", "RayJob", "RayService"),
    *("InferenceService", "LLMInferenceService", "ServingRuntime", "ClusterServingRuntime"),
    *("TrainingRuntime", "ClusterTrainingRuntime"),
)
"""Kinds with pods of which, where the whole spec is not known, nothing is."""
NO_PODS = (
    *(
        "admissionregistration.k8s.io",
        "apiextensions.k8s.io",
        "networking.k8s.io",
        "rbac.authorization.k8s.io",
    ),
    *("helm.sh", "karpenter.sh", "karpenter.k8s.aws"),
)
"""Groups whose objects have no pods: Kubernetes' own of other things, values of charts, schemas, nodes."""

PLAIN = (str, int, float, type(None))
Found = tuple[str, Any]


def found_pods(type: str, properties: Mapping[str, Any]) -> Iterator[Found]:
    """The pods in an object: the path of each spec, and the spec."""
    provider, _, rest = type.partition(":")
    group, kind = rest.partition("/")[0], type.rsplit(":", 1)[-1]
    if provider != "kubernetes" or group in NO_PODS:
        return
    for key, value in properties.items():
        if value is UNKNOWN and key == "spec" and kind.removesuffix("Patch") in WHOLE_UNKNOWN:
            yield key, UNKNOWN
        elif key not in ("metadata", "status", "data", "stringData"):
            yield from _below(key, value, key, "")


def _below(path: str, value: Any, key: str, parent: str) -> Iterator[Found]:
    if value is UNKNOWN:
        if key in UNKNOWN_PODS:
            yield path, UNKNOWN
    elif isinstance(value, dict):
        if is_pod(value, key, parent):
            yield path, value
        for name, item in value.items():
            if name not in CONTAINER_LISTS and not isinstance(item, PLAIN):
                yield from _below(f"{path}.{name}", item, name, key)
    elif isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            yield from _below(f"{path}[{index}]", item, key, parent)


def is_pod(value: Mapping[str, Any], key: str, parent: str) -> bool:
    """Whether a mapping is a pod's spec, by its fields and by the key and the parent's key that it stands under."""
    telling = FIELDS.intersection(value)
    if not telling and key not in COMPONENTS:
        return False
    if key in COMPONENTS or not telling.isdisjoint(ONLY_OF_PODS):
        return True
    if any(_has_objects(value[name]) for name in telling.intersection(OBJECTS)):
        return True
    if any(_serves(value[name]) for name in telling.intersection(MODEL_SERVERS)):
        return True
    in_template = key == "podSpec" or (key == "spec" and parent in TEMPLATES)
    return in_template and not telling.isdisjoint(IN_A_TEMPLATE)


def _has_objects(value: Any) -> bool:
    """Whether a value is a list of objects, or one that is not known."""
    if isinstance(value, (list, tuple)):
        return not value or any(isinstance(each, dict) or each is UNKNOWN for each in value)
    return value is UNKNOWN or isinstance(value, dict)


def _serves(value: Any) -> bool:
    return isinstance(value, dict) and any(name in value for name in SERVED_BY)
