"""Notes on planned resources: the noteworthy part of each in half a line."""

from collections.abc import Callable, Mapping
from typing import Any

from paved.plan.model import PlannedResource
from reference.accelerators import CPU_CLASS, DEVICE_NOUNS, UNIT_NOUNS
from reference.releases import chart_name
from reference.vocabulary import (
    BUDGET,
    CLOUD_CONTROL_RESOURCE,
    CLUSTER_QUEUE,
    EFA_LABEL,
    EKS_ADDON,
    EKS_CLUSTER,
    EKS_NODE_GROUP,
    GPU_RESOURCE,
    HELM_RELEASE,
    INFERENCE_SERVICE,
    NEURON_RESOURCE,
    NODE_POOL,
    S3_BUCKET,
    UNKNOWN,
    VPC,
)

Inputs = Mapping[str, Any]


def note(resource: PlannedResource) -> str | None:
    """The noteworthy part of a resource, or None for one that speaks for itself."""
    describe = _NOTES.get(resource.type)
    return describe(resource.inputs) if describe else None


def known(value: Any) -> str:
    """A value as text, where it is known."""
    return "?" if value is UNKNOWN else str(value)


def _cluster(inputs: Inputs) -> str:
    is_public = inputs.get("vpcConfig", {}).get("endpointPublicAccess", True)
    endpoint = "public endpoint" if is_public else "private endpoint"
    return f"Kubernetes {known(inputs.get('version'))}, {endpoint}"


def _node_group(inputs: Inputs) -> str:
    scaling = inputs.get("scalingConfig", {})
    types = ", ".join(inputs.get("instanceTypes", ()))
    return f"{scaling.get('minSize')} to {scaling.get('maxSize')} nodes {types}"


def _release(inputs: Inputs) -> str:
    release = f"{chart_name(known(inputs.get('chart')))} {known(inputs.get('version'))}"
    by_tag = _images_by_tag(inputs.get("values"))
    return f"{release}, by tag alone: {', '.join(by_tag)}" if by_tag else release


def _images_by_tag(values: object) -> list[str]:
    """The images that a chart's values name without a digest, wherever they stand."""
    if not isinstance(values, Mapping):
        return []
    found: list[str] = []
    tag, image = values.get("tag"), values.get("image", values.get("repository"))
    if isinstance(tag, str) and isinstance(image, str) and "@sha256:" not in tag:
        found.append(f"{image}:{tag}")
    for each in values.values():
        found += _images_by_tag(each)
    return found


def _node_pool(inputs: Inputs) -> str:
    spec = inputs["spec"]
    labels = spec.get("template", {}).get("metadata", {}).get("labels", {})
    parts = (
        _size(spec),
        "EFA" if EFA_LABEL in labels else "",
        _requirement(spec, "topology.k8s.aws/zone-id"),
        _requirement(spec, "karpenter.sh/capacity-type"),
        _requirement(spec, "node.kubernetes.io/instance-type")
        or _requirement(spec, "karpenter.k8s.aws/instance-family"),
    )
    return ", ".join(filter(None, parts))


def _size(spec: Mapping[str, Any]) -> str:
    if "replicas" in spec:
        return f"{spec['replicas']} nodes that stay"
    limits = spec.get("limits", {})
    devices = [f"{limits[key]} {noun}" for key, noun in DEVICE_NOUNS.items() if key in limits]
    return f"at most {' and '.join(devices) or str(limits.get('cpu')) + ' vCPUs'}"


def _requirement(spec: Mapping[str, Any], key: str) -> str:
    requirements = spec.get("template", {}).get("spec", {}).get("requirements", ())
    return next((", ".join(r.get("values", ())) for r in requirements if r.get("key") == key), "")


def queue_shares(inputs: Inputs) -> list[tuple[str, str]]:
    """The share of a queue in each class: the class, and its GPUs or vCPUs in half a line."""
    return [(known(flavor), _share(resource)) for flavor, resource in _unit_quotas(inputs)]


def _share(resource: Mapping[str, str]) -> str:
    guaranteed, borrowable = int(resource["nominalQuota"]), int(resource["borrowingLimit"])
    share = (
        f"{guaranteed} {UNIT_NOUNS[resource['name']]} guaranteed, {borrowable} borrowable, "
        f"{guaranteed + borrowable} at most; lends up to {resource['lendingLimit']}"
    )
    # Kueue takes back whole jobs, not single GPUs or vCPUs.
    return f"{share}; a job that borrows any is evicted whole for their owner" if borrowable else share


def _unit_quotas(inputs: Inputs) -> list[tuple[Any, Mapping[str, str]]]:
    """The quota of each flavor in what it is counted by: its devices, or vCPUs where it has none."""
    found: list[tuple[Any, Mapping[str, str]]] = []
    for group in inputs["spec"].get("resourceGroups", ()):
        for flavor in group["flavors"]:
            given = {each["name"]: each for each in flavor["resources"] if _is_given(each)}
            devices = [given[name] for name in DEVICE_NOUNS if name in given]
            counted = devices or [given[name] for name in (CPU_CLASS,) if name in given]
            found += [(flavor["name"], each) for each in counted]
    return found


def _is_given(resource: Mapping[str, str]) -> bool:
    return (resource["nominalQuota"], resource["borrowingLimit"]) != ("0", "0")


def _cluster_queue(inputs: Inputs) -> str:
    quotas = [
        f"{quota['nominalQuota']} {UNIT_NOUNS[quota['name']]} of {known(flavor)}"
        for flavor, quota in _unit_quotas(inputs)
    ]
    return "guaranteed " + ", ".join(quotas) if quotas else "nothing"


def _priority(inputs: Inputs) -> str:
    return f"{inputs['metadata']['name']} {inputs['value']}"


def _inference_service(inputs: Inputs) -> str:
    # Of one that another scales, the scaler says how.
    if inputs["metadata"]["annotations"].get("serving.kserve.io/autoscalerClass") == "external":
        return ""
    predictor = inputs["spec"]["predictor"]
    least, most = predictor.get("minReplicas"), predictor.get("maxReplicas")
    if least == most:
        return f"{least} replicas"
    return f"{least} to {most} replicas, one more above {predictor['scaleTarget']} % CPU"


def _scaled_object(inputs: Inputs) -> str:
    spec = inputs["spec"]
    threshold = spec["triggers"][0]["metadata"]["threshold"]
    return (
        f"{spec['minReplicaCount']} to {spec['maxReplicaCount']} replicas, "
        f"one more above {threshold} requests in flight on each"
    )


def _quota(inputs: Inputs) -> str:
    hard = inputs["spec"]["hard"]
    shown = {
        "requests.cpu": "vCPUs",
        "requests.memory": "memory",
        "pods": "pods",
        f"requests.{GPU_RESOURCE}": DEVICE_NOUNS[GPU_RESOURCE],
    }
    found = [f"{hard[key]} {label}" for key, label in shown.items() if key in hard]
    neurons = hard.get(f"requests.{NEURON_RESOURCE}", "0")
    if neurons != "0":
        found.append(f"{neurons} {DEVICE_NOUNS[NEURON_RESOURCE]}")
    return ", ".join(found)


def _tracking_server(inputs: Inputs) -> str:
    version = inputs.get("mlflowVersion") or "of SageMaker's choice"
    return (
        f"{known(inputs.get('trackingServerSize'))}, MLflow {version}, billed while it runs, "
        f"restarts {known(inputs.get('weeklyMaintenanceWindowStart'))} UTC"
    )


def _budget(inputs: Inputs) -> str:
    return f"{inputs.get('limitAmount')} {inputs.get('limitUnit')} a month"


_NOTES: dict[str, Callable[[Inputs], str]] = {
    BUDGET: _budget,
    CLOUD_CONTROL_RESOURCE: lambda inputs: known(inputs["typeName"]),
    VPC: lambda inputs: known(inputs["cidrBlock"]),
    EKS_ADDON: lambda inputs: known(inputs["addonName"]),
    EKS_CLUSTER: _cluster,
    EKS_NODE_GROUP: _node_group,
    S3_BUCKET: lambda inputs: known(inputs["bucket"]),
    "aws:sagemaker/mlflowTrackingServer:MlflowTrackingServer": _tracking_server,
    "kubernetes:core/v1:ResourceQuota": _quota,
    HELM_RELEASE: _release,
    NODE_POOL: _node_pool,
    CLUSTER_QUEUE: _cluster_queue,
    "kubernetes:kueue.x-k8s.io/v1beta2:WorkloadPriorityClass": _priority,
    INFERENCE_SERVICE: _inference_service,
    "kubernetes:keda.sh/v1alpha1:ScaledObject": _scaled_object,
}
