"""Values of the chart kube-prometheus-stack: the metrics store, Alertmanager and the agents."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pulumi import Input

from components.monitoring.remote_write import RemoteStore, remote_write_values
from components.monitoring.remote_write_alerts import CHART_ALERTS
from components.monitoring.runbooks import ADDRESS_LABEL
from components.platform.operator import CRITICAL, SYSTEM_NODES
from reference.vocabulary import (
    ACCELERATOR_LABEL,
    CAPACITY_TYPE_LABEL,
    INSTANCE_TYPE_LABEL,
    NETWORK_LAYERS,
    NODE_AGENTS_NAMESPACE,
    POOL_LABEL,
    STACK_LABEL,
    ZONE_LABEL,
)

ALERTMANAGER_SERVICE_ACCOUNT = "alertmanager"
PROMETHEUS_SERVICE_ACCOUNT = "kube-prometheus-stack-prometheus"
"""As the chart names it."""
ALERTMANAGER_STORAGE_GIB = 5
USABLE_PERCENT = 85
"""Of a volume: Prometheus compacts blocks in place, and a full volume stops it."""

NODE_LABELS = (
    ACCELERATOR_LABEL,
    POOL_LABEL,
    STACK_LABEL,
    INSTANCE_TYPE_LABEL,
    CAPACITY_TYPE_LABEL,
    *NETWORK_LAYERS,
)
"""The labels of a node that rules go by: its owner, what it costs, and its place in the network."""

SILENT_RULES = (
    # A container at its limit is what the limit is for.
    "CPUThrottlingHigh",
    # Karpenter fills nodes, and adds one when something waits; a quota is for what pools may grow to.
    "KubeCPUOvercommit",
    "KubeCPUQuotaOvercommit",
    "KubeMemoryOvercommit",
    "KubeMemoryQuotaOvercommit",
    # `EndpointSaturated` tells when the most replicas are too few.
    "KubeHpaMaxedOut",
    # Runs take days, and fail for reasons of their team's: `JobGivenUp` and `RetrainingFailed` tell what it must know.
    "KubeJobFailed",
    "KubeJobNotCompleted",
    # A quota is there to be used.
    "KubeQuotaAlmostFull",
    "KubeQuotaFullyUsed",
    # A run may use all that it asked for, which may be a node.
    "NodeCPUHighUsage",
    "NodeMemoryHighUtilization",
)
"""Alerts of the chart that fire in a healthy cluster whose nodes come and go, on what a stack file allows."""

PATIENT_RULES = ("KubeDeploymentReplicasMismatch", "KubePodNotReady")
"""Alerts of the chart that would fire while a pod waits for a node, which Kueue allows for half an hour."""
PATIENCE = "45m"


@dataclass(frozen=True, kw_only=True)
class MetricsStore:
    """The Prometheus of a cluster. Each of its `replicas` has a volume of `storage_gib` for `retention_days`.

    `runbooks` is the address at which the folder of runbooks opens, or empty. `grafana` are the values of its
    subchart, and `kept` is where series are kept for longer.
    """

    cluster_name: Input[str]
    storage_class: str
    retention_days: int
    storage_gib: int
    replicas: int
    runbooks: Input[str] = ""
    grafana: Mapping[str, Any] | None = None
    kept: RemoteStore | None = None


def prometheus_values(store: MetricsStore) -> dict[str, Any]:
    """Values of the chart. EKS runs the control plane, so its components are not scraped."""
    return {
        "crds": {"enabled": False},
        "customRules": {name: {"for": PATIENCE} for name in PATIENT_RULES},
        "defaultRules": {"disabled": dict.fromkeys(silent_rules(store), True)},
        "grafana": dict(store.grafana or {"enabled": False}),
        "kubeControllerManager": {"enabled": False},
        "kubeEtcd": {"enabled": False},
        "kubeProxy": {"enabled": False},
        "kubeScheduler": {"enabled": False},
        "alertmanager": alertmanager_values(store),
        "prometheus": {
            "podDisruptionBudget": {"enabled": store.replicas > 1},
            "prometheusSpec": {
                **selectors(),
                **retention(store),
                **(remote_write_values(store.kept) if store.kept else {}),
                "externalLabels": {"cluster": store.cluster_name, ADDRESS_LABEL: store.runbooks},
                # Annotations have been filled in by then.
                "additionalAlertRelabelConfigs": [{"action": "labeldrop", "regex": ADDRESS_LABEL}],
                "replicas": store.replicas,
                "podAntiAffinityTopologyKey": ZONE_LABEL,
                "resources": {"requests": {"cpu": "500m", "memory": "4Gi"}, "limits": {"memory": "8Gi"}},
            },
        },
        **agents(),
    }


def silent_rules(store: MetricsStore) -> tuple[str, ...]:
    """The alerts of the chart that are switched off, and those in whose place there are Paved's own."""
    return (*SILENT_RULES, *CHART_ALERTS) if store.kept else SILENT_RULES


def agents() -> dict[str, Any]:
    """The operator, and the exporters that come with the chart."""
    return {
        "prometheusOperator": {
            "nodeSelector": SYSTEM_NODES,
            "priorityClassName": CRITICAL,
            "resources": {"requests": {"cpu": "50m", "memory": "128Mi"}, "limits": {"memory": "512Mi"}},
            "admissionWebhooks": {"certManager": {"enabled": True}},
        },
        "kube-state-metrics": {
            # A label that is not listed here is no label of a node's metrics.
            "metricLabelsAllowlist": [f"nodes=[{','.join(NODE_LABELS)}]"],
            "nodeSelector": SYSTEM_NODES,
            "priorityClassName": CRITICAL,
            "resources": {"requests": {"cpu": "50m", "memory": "256Mi"}, "limits": {"memory": "1Gi"}},
        },
        "prometheus-node-exporter": {
            "namespaceOverride": NODE_AGENTS_NAMESPACE,
            "priorityClassName": "system-node-critical",  # or a full node has no metrics
            "resources": {"requests": {"cpu": "50m", "memory": "64Mi"}, "limits": {"memory": "256Mi"}},
        },
    }


def retention(store: MetricsStore) -> dict[str, Any]:
    """The age and size up to which samples are kept. The oldest go early when the volume would fill up."""
    return {
        "retention": f"{store.retention_days}d",
        "retentionSize": f"{store.storage_gib * USABLE_PERCENT // 100}GiB",
        "storageSpec": volume(store.storage_class, store.storage_gib),
    }


def selectors() -> dict[str, bool]:
    """Take monitors and rules from every namespace, not only those that bear the release's label."""
    return {
        f"{kind}SelectorNilUsesHelmValues": False
        for kind in ("podMonitor", "probe", "rule", "scrapeConfig", "serviceMonitor")
    }


def alertmanager_values(store: MetricsStore) -> dict[str, Any]:
    """Alertmanager, under the service account that AWS knows it by.

    A team's route sees the alerts of its own namespace only: the operator adds that matcher.
    """
    return {
        "serviceAccount": {"name": ALERTMANAGER_SERVICE_ACCOUNT},
        "podDisruptionBudget": {"enabled": store.replicas > 1},
        "alertmanagerSpec": {
            # By default the operator adds it to the platform's own configuration too, which sees the whole cluster.
            "alertmanagerConfigMatcherStrategy": {"type": "OnNamespaceExceptForAlertmanagerNamespace"},
            "replicas": store.replicas,
            "podAntiAffinityTopologyKey": ZONE_LABEL,
            "storage": volume(store.storage_class, ALERTMANAGER_STORAGE_GIB),
            "resources": {"requests": {"cpu": "50m", "memory": "64Mi"}, "limits": {"memory": "256Mi"}},
        },
    }


def volume(storage_class: str, gib: int) -> dict[str, Any]:
    """A claim for each replica."""
    return {
        "volumeClaimTemplate": {
            "spec": {
                "storageClassName": storage_class,
                "accessModes": ["ReadWriteOnce"],
                "resources": {"requests": {"storage": f"{gib}Gi"}},
            }
        }
    }
