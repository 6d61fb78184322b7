"""The metrics store of the platform: Prometheus, Alertmanager and their targets in the platform itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi_kubernetes as k8s
from pulumi import ComponentResource, Resource, ResourceOptions

from components.charts import (
    CERT_MANAGER,
    KARPENTER,
    KUBE_PROMETHEUS_STACK,
    KUBE_SYSTEM,
    KUEUE,
    MONITORING_NAMESPACE,
    PROMETHEUS_OPERATOR_CRDS,
    PROMETHEUS_URL,
)
from components.images import ImageNames
from components.monitoring.alerts import Alert, alert_group
from components.monitoring.control_plane_alerts import CONTROL_PLANE_ALERTS
from components.monitoring.platform_alerts import (
    NODE_ALERTS,
    QUEUE_ALERTS,
    accelerator_unhealthy,
    node_lacks_level,
    quota_overcommitted,
)
from components.monitoring.prometheus_values import MetricsStore, prometheus_values
from components.monitoring.receiver_alerts import RECEIVER_ALERTS
from components.monitoring.remote_write_alerts import KEPT_METRICS_ALERTS
from components.platform.operator import Operator, OperatorArgs, service_monitor

SERVICE_TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount/token"


@dataclass(frozen=True, kw_only=True)
class PrometheusArgs:
    """`after` comes before its pods and their volumes. `capacity` are the GPUs, or vCPUs, promised per class.

    `repair` is whether Karpenter replaces broken nodes; `placed_pools` are the pools of `stack`, the platform's own,
    in which jobs are placed by topology.
    """

    stack: str

    versions: Mapping[str, str]  # chart name -> version
    image_names: ImageNames
    namespaces: Sequence[Resource]
    store: MetricsStore
    capacity: Mapping[str, int]
    repair: bool
    placed_pools: Sequence[str]
    team: str
    labels: Mapping[str, str]
    after: Sequence[Resource]
    protect: bool


class Prometheus(ComponentResource):
    """Definitions, then the stack, then its scrape targets and alerts of the platform: nodes and queues."""

    def __init__(self, name: str, args: PrometheusArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:monitoring:Prometheus", name, {}, opts)
        self._name, self._args = name, args
        crds = Operator(
            f"{name}-crds",
            OperatorArgs(
                # A chart of its own: Helm never upgrades the definitions that come inside another chart.
                chart=PROMETHEUS_OPERATOR_CRDS,
                version=args.versions[PROMETHEUS_OPERATOR_CRDS.name],
                values={},
                image_names=args.image_names,
                after=args.namespaces,
                protect=args.protect,
            ),
            ResourceOptions(parent=self),
        ).release
        stack = Operator(
            name,
            OperatorArgs(
                chart=KUBE_PROMETHEUS_STACK,
                version=args.versions[KUBE_PROMETHEUS_STACK.name],
                values=prometheus_values(args.store),
                image_names=args.image_names,
                after=[crds, *args.after],
                protect=args.protect,
            ),
            ResourceOptions(parent=self),
        ).release
        self.releases: Sequence[Resource] = (crds, stack)
        self.url = PROMETHEUS_URL
        self._make_targets()
        self._make_alerts("platform-nodes", node_alerts(args))
        self._make_alerts("platform-receivers", RECEIVER_ALERTS)
        self._make_alerts("platform-control-plane", CONTROL_PLANE_ALERTS)
        self._make_alerts("platform-queues", [*QUEUE_ALERTS, quota_overcommitted(args.capacity)])
        if args.store.kept:
            self._make_alerts("platform-kept-metrics", KEPT_METRICS_ALERTS)
        self.register_outputs({"url": self.url})

    def _make_targets(self) -> None:
        for target, spec in platform_targets().items():
            k8s.apiextensions.CustomResource(
                f"{self._name}-{target}",
                api_version="monitoring.coreos.com/v1",
                kind="ServiceMonitor",
                metadata=self._metadata(target),
                spec=spec,
                opts=ResourceOptions(parent=self, depends_on=list(self.releases)),
            )

    def _make_alerts(self, group: str, alerts: Sequence[Alert]) -> None:
        k8s.apiextensions.CustomResource(
            f"{self._name}-{group}",
            api_version="monitoring.coreos.com/v1",
            kind="PrometheusRule",
            metadata=self._metadata(group),
            spec={"groups": [alert_group(group, alerts, team=self._args.team)]},
            # Its webhook checks every rule.
            opts=ResourceOptions(parent=self, depends_on=list(self.releases)),
        )

    def _metadata(self, name: str) -> k8s.meta.v1.ObjectMetaArgs:
        return k8s.meta.v1.ObjectMetaArgs(
            name=name, namespace=MONITORING_NAMESPACE, labels=dict(self._args.labels)
        )


def node_alerts(args: PrometheusArgs) -> list[Alert]:
    """The alerts about nodes: those of every platform, and one about topology where jobs are placed by it."""
    alerts = [*NODE_ALERTS, accelerator_unhealthy(repair=args.repair)]
    if args.placed_pools:
        alerts.append(node_lacks_level(args.stack, args.placed_pools))
    return alerts


def platform_targets() -> Mapping[str, dict[str, Any]]:
    """The scrape targets of the platform's own controllers by name. The name of the job is that of the Service."""
    return {
        CERT_MANAGER.name: service_monitor(
            CERT_MANAGER.namespace,
            {"app.kubernetes.io/name": "cert-manager", "app.kubernetes.io/component": "controller"},
            {"port": "http-metrics"},
        ),
        KARPENTER.name: service_monitor(
            KUBE_SYSTEM,
            {"app.kubernetes.io/name": "karpenter", "app.kubernetes.io/instance": "karpenter"},
            {"port": "http-metrics"},
        ),
        KUEUE.name: service_monitor(
            KUEUE.namespace,
            {"app.kubernetes.io/name": "kueue", "app.kubernetes.io/component": "metrics-service"},
            {
                "port": "https",
                "scheme": "https",
                "bearerTokenFile": SERVICE_TOKEN,
                # Kueue signs the certificate of this port itself; it answers none but token holders.
                "tlsConfig": {"insecureSkipVerify": True},
            },
        ),
    }
