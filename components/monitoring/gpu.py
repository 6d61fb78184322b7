"""GPU metrics: an exporter on every GPU node, its scrape target and its alerts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi_kubernetes as k8s
from pulumi import ComponentResource, Resource, ResourceOptions

from components.charts import DCGM_EXPORTER, MONITORING_NAMESPACE
from components.monitoring.alerts import alert_group
from components.monitoring.gpu_alerts import GPU_ALERTS
from components.monitoring.gpu_counters import counters_csv
from components.platform.chart_values import GPU_NODE_TOLERATIONS, GPU_NODES
from components.platform.operator import Operator, OperatorArgs, service_monitor

GROUP = "platform-gpus"


@dataclass(frozen=True, kw_only=True)
class GpuMetricsArgs:
    """`after` is what the exporter needs, `monitoring` the releases that own monitors and rules."""

    version: str
    team: str
    labels: Mapping[str, str]
    after: Sequence[Resource]
    monitoring: Sequence[Resource]
    protect: bool


class GpuMetrics(ComponentResource):
    """NVIDIA's DCGM exporter, which names the pod and namespace that use each GPU."""

    def __init__(self, name: str, args: GpuMetricsArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:monitoring:GpuMetrics", name, {}, opts)
        exporter = Operator(
            name,
            OperatorArgs(
                chart=DCGM_EXPORTER,
                version=args.version,
                values=exporter_values(),
                after=args.after,
                protect=args.protect,
            ),
            ResourceOptions(parent=self),
        ).release
        specs: Mapping[str, dict[str, Any]] = {
            "ServiceMonitor": target_spec(),
            "PrometheusRule": {"groups": [alert_group(GROUP, GPU_ALERTS, team=args.team)]},
        }
        for kind, spec in specs.items():
            k8s.apiextensions.CustomResource(
                f"{name}-{kind.lower()}",
                api_version="monitoring.coreos.com/v1",
                kind=kind,
                metadata=k8s.meta.v1.ObjectMetaArgs(
                    name=GROUP, namespace=MONITORING_NAMESPACE, labels=dict(args.labels)
                ),
                spec=spec,
                opts=ResourceOptions(parent=self, depends_on=[exporter, *args.monitoring]),
            )
        self.register_outputs({})


def exporter_values() -> dict[str, Any]:
    """Values of the chart. The scrape target is an object of ours, where a review can see it."""
    return {
        "serviceMonitor": {"enabled": False},
        "customMetrics": counters_csv(),
        "affinity": GPU_NODES,
        "tolerations": GPU_NODE_TOLERATIONS,
        "resources": {"requests": {"cpu": "100m", "memory": "256Mi"}, "limits": {"memory": "1Gi"}},
    }


def target_spec() -> dict[str, Any]:
    """Scrape the exporter. `pod` and `namespace` are those of the pod that uses the GPU, not the exporter's own."""
    return service_monitor(
        DCGM_EXPORTER.namespace,
        {"app.kubernetes.io/name": "dcgm-exporter"},
        {"port": "metrics", "honorLabels": True},
    )
