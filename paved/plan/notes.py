"""What is worth saying of one planned resource in half a line."""

from collections.abc import Callable, Mapping
from typing import Any

from paved.plan.model import PlannedResource
from reference.accelerators import DEVICE_NOUNS
from reference.vocabulary import UNKNOWN

Inputs = Mapping[str, Any]


def note(resource: PlannedResource) -> str | None:
    """The noteworthy part of a resource, or None for one that speaks for itself."""
    describe = _NOTES.get(resource.type)
    return describe(resource.inputs) if describe else None


def known(value: Any) -> str:
    """A value as text, where it is known."""
    return "?" if value is UNKNOWN else str(value)


def _cluster(inputs: Inputs) -> str:
    reach = (
        "public endpoint"
        if inputs.get("vpcConfig", {}).get("endpointPublicAccess", True)
        else "private endpoint"
    )
    return f"Kubernetes {known(inputs.get('version'))}, {reach}"


def _node_group(inputs: Inputs) -> str:
    scaling = inputs.get("scalingConfig", {})
    types = ", ".join(inputs.get("instanceTypes", ()))
    return f"{scaling.get('minSize')} to {scaling.get('maxSize')} nodes {types}"


def _release(inputs: Inputs) -> str:
    return f"{known(inputs.get('chart')).rsplit('/', 1)[-1]} {known(inputs.get('version'))}"


def _node_pool(inputs: Inputs) -> str:
    spec = inputs["spec"]
    limits = spec.get("limits", {})
    devices = [f"{limits[key]} {noun}" for key, noun in DEVICE_NOUNS.items() if key in limits]
    most = f"at most {' and '.join(devices) or str(limits.get('cpu')) + ' vCPUs'}"
    if "replicas" in spec:
        most = f"{spec['replicas']} nodes that stay"
    capacity = _requirement(spec, "karpenter.sh/capacity-type")
    labels = spec.get("template", {}).get("metadata", {}).get("labels", {})
    efa = "EFA" if "paved.dev/efa" in labels else ""
    types = _requirement(spec, "node.kubernetes.io/instance-type") or _requirement(
        spec, "karpenter.k8s.aws/instance-family"
    )
    zone = _requirement(spec, "topology.k8s.aws/zone-id")
    return ", ".join(filter(None, (most, efa, zone, capacity, types)))


def _requirement(spec: Mapping[str, Any], key: str) -> str:
    requirements = spec.get("template", {}).get("spec", {}).get("requirements", ())
    return next((", ".join(r.get("values", ())) for r in requirements if r.get("key") == key), "")


def gpu_shares(inputs: Inputs) -> list[tuple[str, str]]:
    """What a queue may use of each accelerator class: the class, and its GPUs in half a line."""
    return [(known(flavor), _share(resource)) for flavor, resource in _gpu_quotas(inputs)]


def _share(resource: Mapping[str, str]) -> str:
    guaranteed, borrowable = int(resource["nominalQuota"]), int(resource["borrowingLimit"])
    return (
        f"{guaranteed} {DEVICE_NOUNS[resource['name']]} guaranteed, {borrowable} borrowable, "
        f"{guaranteed + borrowable} at most; lends up to {resource['lendingLimit']}"
    )


def _gpu_quotas(inputs: Inputs) -> list[tuple[Any, Mapping[str, str]]]:
    return [
        (flavor["name"], resource)
        for group in inputs["spec"].get("resourceGroups", ())
        for flavor in group["flavors"]
        for resource in flavor["resources"]
        if resource["name"] in DEVICE_NOUNS
        and (resource["nominalQuota"], resource["borrowingLimit"]) != ("0", "0")
    ]


def _cluster_queue(inputs: Inputs) -> str:
    quotas = [
        f"{quota['nominalQuota']} {DEVICE_NOUNS[quota['name']]} of {known(flavor)}"
        for flavor, quota in _gpu_quotas(inputs)
    ]
    return "guaranteed " + ", ".join(quotas) if quotas else "no GPUs"


def _priority(inputs: Inputs) -> str:
    return f"{inputs['metadata']['name']} {inputs['value']}"


def _inference_service(inputs: Inputs) -> str:
    predictor = inputs["spec"]["predictor"]
    return f"{predictor.get('minReplicas')} to {predictor.get('maxReplicas')} replicas"


def _quota(inputs: Inputs) -> str:
    hard = inputs["spec"]["hard"]
    shown = {
        "requests.cpu": "vCPUs",
        "requests.memory": "memory",
        "pods": "pods",
        "requests.nvidia.com/gpu": "GPUs",
    }
    neurons = hard.get("requests.aws.amazon.com/neuron", "0")
    found = [f"{hard[key]} {label}" for key, label in shown.items() if key in hard]
    return ", ".join([*found, *([f"{neurons} Neuron devices"] if neurons != "0" else [])])


def _tracking_server(inputs: Inputs) -> str:
    version = inputs.get("mlflowVersion") or "of SageMaker's choice"
    return (
        f"{known(inputs.get('trackingServerSize'))}, MLflow {version}, billed while it runs, "
        f"restarts {known(inputs.get('weeklyMaintenanceWindowStart'))} UTC"
    )


def _budget(inputs: Inputs) -> str:
    return f"{inputs.get('limitAmount')} {inputs.get('limitUnit')} a month"


_NOTES: dict[str, Callable[[Inputs], str]] = {
    "aws:budgets/budget:Budget": _budget,
    "aws:cloudcontrol/resource:Resource": lambda inputs: known(inputs["typeName"]),
    "aws:ec2/vpc:Vpc": lambda inputs: known(inputs["cidrBlock"]),
    "aws:eks/addon:Addon": lambda inputs: known(inputs["addonName"]),
    "aws:eks/cluster:Cluster": _cluster,
    "aws:eks/nodeGroup:NodeGroup": _node_group,
    "aws:s3/bucket:Bucket": lambda inputs: known(inputs["bucket"]),
    "aws:sagemaker/mlflowTrackingServer:MlflowTrackingServer": _tracking_server,
    "kubernetes:core/v1:ResourceQuota": _quota,
    "kubernetes:helm.sh/v3:Release": _release,
    "kubernetes:karpenter.sh/v1:NodePool": _node_pool,
    "kubernetes:kueue.x-k8s.io/v1beta2:ClusterQueue": _cluster_queue,
    "kubernetes:kueue.x-k8s.io/v1beta2:WorkloadPriorityClass": _priority,
    "kubernetes:serving.kserve.io/v1beta1:InferenceService": _inference_service,
}
