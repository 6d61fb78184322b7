"""The Helm charts of the platform, each listed once. Their versions come from the release row."""

from dataclasses import dataclass, replace

from reference.charts import CHART_SOURCES
from reference.vocabulary import HUBS, NODE_AGENTS_NAMESPACE

KUBE_SYSTEM = "kube-system"
CERT_MANAGER_NAMESPACE = "cert-manager"
KEDA_NAMESPACE = "keda"
KSERVE_NAMESPACE = "kserve"
KUBEFLOW_NAMESPACE = "kubeflow-system"
KUBERAY_NAMESPACE = "kuberay-system"
KUEUE_NAMESPACE = "kueue-system"
MONITORING_NAMESPACE = "monitoring"
PROMETHEUS_URL = f"http://prometheus-operated.{MONITORING_NAMESPACE}.svc:9090"
PROBER_PODS = {"app.kubernetes.io/name": "prometheus-blackbox-exporter"}
PROBER_ADDRESS = f"prometheus-blackbox-exporter.{MONITORING_NAMESPACE}.svc:9115"
SIGNATURES_NAMESPACE = "cosign-system"
TRACES_NAMESPACE = "tracing"
TRACES_HOST = f"opentelemetry-collector.{TRACES_NAMESPACE}.svc"
"""The Service of the collector, which bears its chart's name."""


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A chart, which is also the name of its release.

    `source` is the chart's own `oci://` address, or that of an HTTP repository that lists it. `crds` are the
    kinds it defines, as `<group>/<Kind>`: an object of such a kind depends on this chart's release. Those in
    `folder_crds` stand in a `crds` folder, which Helm reads at the first installation and never again.
    """

    name: str
    source: str
    namespace: str
    crds: tuple[str, ...] = ()
    folder_crds: tuple[str, ...] = ()

    def within(self, namespace: str) -> "Chart":
        """The chart in another namespace."""
        return replace(self, namespace=namespace)


AWS_EFA_DEVICE_PLUGIN = Chart(
    name="aws-efa-k8s-device-plugin",
    source=CHART_SOURCES["aws-efa-k8s-device-plugin"],
    namespace=NODE_AGENTS_NAMESPACE,
)
_LOAD_BALANCER_KINDS = (
    "aga.k8s.aws/GlobalAccelerator",
    "elbv2.k8s.aws/ALBTargetControlConfig",
    "elbv2.k8s.aws/IngressClassParams",
    "elbv2.k8s.aws/TargetGroupBinding",
    "gateway.k8s.aws/ListenerRuleConfiguration",
    "gateway.k8s.aws/LoadBalancerConfiguration",
    "gateway.k8s.aws/TargetGroupConfiguration",
)
AWS_LOAD_BALANCER_CONTROLLER = Chart(
    name="aws-load-balancer-controller",
    source=CHART_SOURCES["aws-load-balancer-controller"],
    namespace=KUBE_SYSTEM,
    crds=_LOAD_BALANCER_KINDS,
    folder_crds=_LOAD_BALANCER_KINDS,
)
CERT_MANAGER = Chart(
    name="cert-manager",
    source=CHART_SOURCES["cert-manager"],
    namespace=CERT_MANAGER_NAMESPACE,
    crds=(
        "acme.cert-manager.io/Challenge",
        "acme.cert-manager.io/Order",
        "cert-manager.io/Certificate",
        "cert-manager.io/CertificateRequest",
        "cert-manager.io/ClusterIssuer",
        "cert-manager.io/Issuer",
    ),
)
DCGM_EXPORTER = Chart(
    name="dcgm-exporter",
    source=CHART_SOURCES["dcgm-exporter"],
    namespace=NODE_AGENTS_NAMESPACE,
)
FLUENT_BIT = Chart(
    name="fluent-bit",
    source=CHART_SOURCES["fluent-bit"],
    namespace=NODE_AGENTS_NAMESPACE,
)
JUPYTERHUB = Chart(
    name="jupyterhub",
    source=CHART_SOURCES["jupyterhub"],
    # Of each team that has notebooks one, in a namespace of its own: `hub_namespace`.
    namespace=HUBS.removeprefix("-"),
)
KARPENTER_CRD = Chart(
    name="karpenter-crd",
    source=CHART_SOURCES["karpenter-crd"],
    namespace=KUBE_SYSTEM,
    crds=(
        "autoscaling.x-k8s.io/CapacityBuffer",
        "karpenter.k8s.aws/EC2NodeClass",
        "karpenter.sh/NodeClaim",
        "karpenter.sh/NodeOverlay",
        "karpenter.sh/NodePool",
    ),
)
KARPENTER = Chart(
    name="karpenter",
    source=CHART_SOURCES["karpenter"],
    namespace=KUBE_SYSTEM,
)
KEDA = Chart(
    name="keda",
    source=CHART_SOURCES["keda"],
    namespace=KEDA_NAMESPACE,
    crds=(
        "eventing.keda.sh/CloudEventSource",
        "eventing.keda.sh/ClusterCloudEventSource",
        "keda.sh/ClusterTriggerAuthentication",
        "keda.sh/ScaledJob",
        "keda.sh/ScaledObject",
        "keda.sh/TriggerAuthentication",
    ),
)
KSERVE_CRD = Chart(
    name="kserve-crd",
    source=CHART_SOURCES["kserve-crd"],
    namespace=KSERVE_NAMESPACE,
    crds=(
        "serving.kserve.io/ClusterServingRuntime",
        "serving.kserve.io/ClusterStorageContainer",
        "serving.kserve.io/InferenceGraph",
        "serving.kserve.io/InferenceService",
        "serving.kserve.io/ServingRuntime",
        "serving.kserve.io/TrainedModel",
    ),
)
KSERVE_RESOURCES = Chart(
    name="kserve-resources",
    source=CHART_SOURCES["kserve-resources"],
    namespace=KSERVE_NAMESPACE,
)
KSERVE_RUNTIME_CONFIGS = Chart(
    name="kserve-runtime-configs",
    source=CHART_SOURCES["kserve-runtime-configs"],
    namespace=KSERVE_NAMESPACE,
)
KUBE_PROMETHEUS_STACK = Chart(
    name="kube-prometheus-stack",
    source=CHART_SOURCES["kube-prometheus-stack"],
    namespace=MONITORING_NAMESPACE,
)
KUBEFLOW_TRAINER = Chart(
    name="kubeflow-trainer",
    source=CHART_SOURCES["kubeflow-trainer"],
    namespace=KUBEFLOW_NAMESPACE,
    crds=(
        "jobset.x-k8s.io/JobSet",
        "trainer.kubeflow.org/ClusterTrainingRuntime",
        "trainer.kubeflow.org/TrainJob",
        "trainer.kubeflow.org/TrainingRuntime",
    ),
    folder_crds=("jobset.x-k8s.io/JobSet",),  # of JobSet's chart, which it brings along
)
_RAY_KINDS = ("ray.io/RayCluster", "ray.io/RayCronJob", "ray.io/RayJob", "ray.io/RayService")
KUBERAY_OPERATOR = Chart(
    name="kuberay-operator",
    source=CHART_SOURCES["kuberay-operator"],
    namespace=KUBERAY_NAMESPACE,
    crds=_RAY_KINDS,
    folder_crds=_RAY_KINDS,
)
KUEUE = Chart(
    name="kueue",
    source=CHART_SOURCES["kueue"],
    namespace=KUEUE_NAMESPACE,
    crds=(
        "kueue.x-k8s.io/AdmissionCheck",
        "kueue.x-k8s.io/ClusterQueue",
        "kueue.x-k8s.io/Cohort",
        "kueue.x-k8s.io/LocalQueue",
        "kueue.x-k8s.io/MultiKueueCluster",
        "kueue.x-k8s.io/MultiKueueConfig",
        "kueue.x-k8s.io/ProvisioningRequestConfig",
        "kueue.x-k8s.io/ResourceFlavor",
        "kueue.x-k8s.io/Topology",
        "kueue.x-k8s.io/Workload",
        "kueue.x-k8s.io/WorkloadPriorityClass",
    ),
)
NEURON = Chart(
    name="neuron-helm-chart",
    source=CHART_SOURCES["neuron-helm-chart"],
    namespace=NODE_AGENTS_NAMESPACE,
)
NVIDIA_DEVICE_PLUGIN = Chart(
    name="nvidia-device-plugin",
    source=CHART_SOURCES["nvidia-device-plugin"],
    namespace=NODE_AGENTS_NAMESPACE,
)
OPENTELEMETRY_COLLECTOR = Chart(
    name="opentelemetry-collector",
    source=CHART_SOURCES["opentelemetry-collector"],
    namespace=TRACES_NAMESPACE,
)
POLICY_CONTROLLER = Chart(
    name="policy-controller",
    source=CHART_SOURCES["policy-controller"],
    namespace=SIGNATURES_NAMESPACE,
    crds=(
        "policy.sigstore.dev/ClusterImagePolicy",
        "policy.sigstore.dev/TrustRoot",
    ),
)
PROMETHEUS_BLACKBOX_EXPORTER = Chart(
    name="prometheus-blackbox-exporter",
    source=CHART_SOURCES["prometheus-blackbox-exporter"],
    namespace=MONITORING_NAMESPACE,
)
PROMETHEUS_OPERATOR_CRDS = Chart(
    name="prometheus-operator-crds",
    source=CHART_SOURCES["prometheus-operator-crds"],
    namespace=MONITORING_NAMESPACE,
    crds=(
        "monitoring.coreos.com/Alertmanager",
        "monitoring.coreos.com/AlertmanagerConfig",
        "monitoring.coreos.com/PodMonitor",
        "monitoring.coreos.com/Probe",
        "monitoring.coreos.com/Prometheus",
        "monitoring.coreos.com/PrometheusAgent",
        "monitoring.coreos.com/PrometheusRule",
        "monitoring.coreos.com/ScrapeConfig",
        "monitoring.coreos.com/ServiceMonitor",
        "monitoring.coreos.com/ThanosRuler",
    ),
)

CHARTS = (
    AWS_EFA_DEVICE_PLUGIN,
    AWS_LOAD_BALANCER_CONTROLLER,
    CERT_MANAGER,
    DCGM_EXPORTER,
    FLUENT_BIT,
    JUPYTERHUB,
    KARPENTER,
    KARPENTER_CRD,
    KEDA,
    KSERVE_CRD,
    KSERVE_RESOURCES,
    KSERVE_RUNTIME_CONFIGS,
    KUBE_PROMETHEUS_STACK,
    KUBEFLOW_TRAINER,
    KUBERAY_OPERATOR,
    KUEUE,
    NEURON,
    NVIDIA_DEVICE_PLUGIN,
    OPENTELEMETRY_COLLECTOR,
    POLICY_CONTROLLER,
    PROMETHEUS_BLACKBOX_EXPORTER,
    PROMETHEUS_OPERATOR_CRDS,
)


def _by_kind(charts: tuple[Chart, ...]) -> dict[str, Chart]:
    owners: dict[str, Chart] = {}
    for chart in charts:
        owners |= dict.fromkeys(chart.crds, chart)
    return owners


_OWNERS = _by_kind(CHARTS)


def owner(api_version: str, kind: str) -> Chart:
    """The chart that defines a kind. Raises KeyError for a kind that no chart of the platform defines."""
    return _OWNERS[f"{api_version.partition('/')[0]}/{kind}"]
