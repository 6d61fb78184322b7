"""What kube-prometheus-stack is told."""

from typing import Any

from pulumi import Input

from components.charts import NODE_AGENTS_NAMESPACE
from components.platform.operator import CRITICAL, SYSTEM_NODES
from reference.vocabulary import ACCELERATOR_LABEL, POOL_LABEL, STACK_LABEL

ALERTMANAGER_SERVICE_ACCOUNT = "alertmanager"
ALERTMANAGER_STORAGE_GIB = 5
USABLE_PERCENT = 85
"""Of a volume: Prometheus compacts blocks in place, and a full volume stops it."""

ZONE = "topology.kubernetes.io/zone"


def prometheus_values(
    *,
    cluster_name: Input[str],
    storage_class: str,
    retention_days: int,
    storage_gib: int,
    replicas: int,
) -> dict[str, Any]:
    """Values of the chart. EKS runs the control plane, so its components are not scraped.

    There is no Grafana: its password would have to come from somewhere, and no secret store is connected.
    """
    return {
        "crds": {"enabled": False},
        "grafana": {"enabled": False},
        "kubeControllerManager": {"enabled": False},
        "kubeEtcd": {"enabled": False},
        "kubeProxy": {"enabled": False},
        "kubeScheduler": {"enabled": False},
        "alertmanager": alertmanager_values(storage_class, replicas),
        "prometheus": {
            "podDisruptionBudget": {"enabled": replicas > 1},
            "prometheusSpec": {
                **selectors(),
                **store(storage_class, retention_days, storage_gib),
                "externalLabels": {"cluster": cluster_name},
                "replicas": replicas,
                "podAntiAffinityTopologyKey": ZONE,
                "resources": {"requests": {"cpu": "500m", "memory": "4Gi"}, "limits": {"memory": "8Gi"}},
            },
        },
        **agents(),
    }


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
            # Whose nodes they are: a label that is not listed is no label of its metrics.
            "metricLabelsAllowlist": [f"nodes=[{ACCELERATOR_LABEL},{POOL_LABEL},{STACK_LABEL}]"],
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


def store(storage_class: str, retention_days: int, storage_gib: int) -> dict[str, Any]:
    """How long samples are kept, and on what; the oldest go early when the volume would fill up."""
    return {
        "retention": f"{retention_days}d",
        "retentionSize": f"{storage_gib * USABLE_PERCENT // 100}GiB",
        "storageSpec": volume(storage_class, storage_gib),
    }


def selectors() -> dict[str, bool]:
    """Take monitors and rules from every namespace, not only those that bear the release's label."""
    return {
        f"{kind}SelectorNilUsesHelmValues": False
        for kind in ("podMonitor", "probe", "rule", "scrapeConfig", "serviceMonitor")
    }


def alertmanager_values(storage_class: str, replicas: int) -> dict[str, Any]:
    """Alertmanager, under the service account that AWS knows it by.

    A team's route sees the alerts of its own namespace only: the operator adds that matcher.
    """
    return {
        "serviceAccount": {"name": ALERTMANAGER_SERVICE_ACCOUNT},
        "podDisruptionBudget": {"enabled": replicas > 1},
        "alertmanagerSpec": {
            "alertmanagerConfigMatcherStrategy": {"type": "OnNamespaceExceptForAlertmanagerNamespace"},
            "replicas": replicas,
            "podAntiAffinityTopologyKey": ZONE,
            "storage": volume(storage_class, ALERTMANAGER_STORAGE_GIB),
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
