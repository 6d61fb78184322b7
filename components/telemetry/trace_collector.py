"""The collector that takes traces of teams' pods and sends a share of them to X-Ray."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pulumi_kubernetes as k8s
from pulumi import ComponentResource, Resource, ResourceOptions

from components.account import Account
from components.charts import MONITORING_NAMESPACE, OPENTELEMETRY_COLLECTOR, TRACES_NAMESPACE
from components.images import ImageNames
from components.monitoring.alerts import Alert, alert_group
from components.platform.namespaces import restricted_namespace
from components.platform.operator import CRITICAL, SYSTEM_NODES, Operator, OperatorArgs
from components.telemetry.collector_config import METRICS_PORT, collector_config
from components.telemetry.trace_senders import OTLP_PORTS, SENDERS_LABEL
from reference.vocabulary import HOSTNAME_LABEL, ZONE_LABEL

NAME = OPENTELEMETRY_COLLECTOR.name
PODS: Mapping[str, str] = {"app.kubernetes.io/name": NAME, "app.kubernetes.io/instance": NAME}
"""The labels of the collector's pods, by its chart."""
TRACES_GROUP = "platform-traces"

TRACE_ALERTS = (
    Alert(
        name="TraceCollectorDown",
        expression=f'absent(up{{job="{NAME}"}} == 1)',
        duration="15m",
        severity="ticket",
        summary="No collector of traces answers a scrape: spans are lost",
        action=f"Look at the pods of the deployment {NAME} in {TRACES_NAMESPACE}.",
    ),
    Alert(
        name="TracesRefused",
        expression="sum by (pod) (rate(otelcol_receiver_refused_spans_total[15m])) > 0",
        duration="15m",
        severity="ticket",
        summary="{{ $labels.pod }} refuses {{ $value | humanize }} spans a second",
        action="Find who sends most, and lower its share of traces or the platform's.",
    ),
    Alert(
        name="TracesNotKept",
        expression=(
            "sum by (pod) (rate(otelcol_exporter_send_failed_spans_total[15m])) > 0 or "
            "sum by (pod) (rate(otelcol_exporter_enqueue_failed_spans_total[15m])) > 0"
        ),
        duration="15m",
        severity="ticket",
        summary="{{ $labels.pod }} loses {{ $value | humanize }} spans a second that X-Ray does not take",
        action="Look at its log: rights, Transaction Search that is off, or X-Ray that slows it down.",
    ),
)
"""Alerts of a platform that collects traces."""


@dataclass(frozen=True, kw_only=True)
class TraceCollectorArgs:
    """`sample_percent` is the share of traces that is kept. `monitoring` are the releases that own monitors."""

    version: str
    kubernetes_version: str
    image_names: ImageNames
    account: Account
    sample_percent: Decimal
    team: str
    labels: Mapping[str, str]
    after: Sequence[Resource]
    monitoring: Sequence[Resource]
    protect: bool


class TraceCollector(ComponentResource):
    """The collector in a namespace of its own, closed to all but the namespaces that may send, and its alerts."""

    def __init__(self, name: str, args: TraceCollectorArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:telemetry:TraceCollector", name, {}, opts)
        namespace = restricted_namespace(
            f"{name}-namespace", TRACES_NAMESPACE, args.labels, args.kubernetes_version, parent=self
        )
        closed = k8s.networking.v1.NetworkPolicy(
            f"{name}-senders",
            metadata=k8s.meta.v1.ObjectMetaArgs(
                name=NAME, namespace=TRACES_NAMESPACE, labels=dict(args.labels)
            ),
            spec=senders_policy(),
            opts=ResourceOptions(parent=self, depends_on=[namespace]),
        )
        rights = self._let_see_pods(f"{name}-pods", args.labels)
        Operator(
            name,
            OperatorArgs(
                chart=OPENTELEMETRY_COLLECTOR,
                version=args.version,
                values=collector_values(args),
                image_names=args.image_names,
                after=[namespace, closed, rights, *args.after, *args.monitoring],
                protect=args.protect,
            ),
            ResourceOptions(parent=self),
        )
        k8s.apiextensions.CustomResource(
            f"{name}-alerts",
            api_version="monitoring.coreos.com/v1",
            kind="PrometheusRule",
            metadata=k8s.meta.v1.ObjectMetaArgs(
                name=TRACES_GROUP, namespace=MONITORING_NAMESPACE, labels=dict(args.labels)
            ),
            spec={"groups": [alert_group(TRACES_GROUP, TRACE_ALERTS, team=args.team)]},
            opts=ResourceOptions(parent=self, depends_on=list(args.monitoring)),
        )
        self.register_outputs({})

    def _let_see_pods(self, name: str, labels: Mapping[str, str]) -> Resource:
        """Let the collector know by its address whose pod sends, and nothing else of the cluster."""
        metadata = k8s.meta.v1.ObjectMetaArgs(name=NAME, labels=dict(labels))
        seen = k8s.rbac.v1.PolicyRuleArgs(api_groups=[""], resources=["pods"], verbs=["get", "list", "watch"])
        options = ResourceOptions(parent=self)
        role = k8s.rbac.v1.ClusterRole(name, metadata=metadata, rules=[seen], opts=options)
        account = k8s.rbac.v1.SubjectArgs(kind="ServiceAccount", name=NAME, namespace=TRACES_NAMESPACE)
        return k8s.rbac.v1.ClusterRoleBinding(
            name,
            metadata=metadata,
            role_ref=k8s.rbac.v1.RoleRefArgs(
                api_group="rbac.authorization.k8s.io", kind="ClusterRole", name=role.metadata.name
            ),
            subjects=[account],
            opts=options,
        )


def senders_policy() -> k8s.networking.v1.NetworkPolicySpecArgs:
    """Let in pods of namespaces that may send, and Prometheus to the metrics. The node's probes are always let in."""
    return k8s.networking.v1.NetworkPolicySpecArgs(
        pod_selector=k8s.meta.v1.LabelSelectorArgs(),
        policy_types=["Ingress"],
        ingress=[
            _from_namespaces({SENDERS_LABEL: "true"}, OTLP_PORTS),
            _from_namespaces({"kubernetes.io/metadata.name": MONITORING_NAMESPACE}, (METRICS_PORT,)),
        ],
    )


def _from_namespaces(
    labels: Mapping[str, str], ports: Sequence[int]
) -> k8s.networking.v1.NetworkPolicyIngressRuleArgs:
    selector = k8s.meta.v1.LabelSelectorArgs(match_labels=dict(labels))
    return k8s.networking.v1.NetworkPolicyIngressRuleArgs(
        from_=[k8s.networking.v1.NetworkPolicyPeerArgs(namespace_selector=selector)],
        ports=[k8s.networking.v1.NetworkPolicyPortArgs(port=port, protocol="TCP") for port in ports],
    )


def collector_values(args: TraceCollectorArgs) -> dict[str, Any]:
    """Values of the chart. Its own configuration has receivers of other protocols, which a merge would keep."""
    return {
        "mode": "deployment",
        "replicaCount": 2,
        "podDisruptionBudget": {"enabled": True, "minAvailable": 1},
        "alternateConfig": collector_config(args.account, args.sample_percent),
        "ports": {
            "metrics": {"enabled": True},
            **{
                unused: {"enabled": False}
                for unused in ("jaeger-compact", "jaeger-grpc", "jaeger-thrift", "zipkin")
            },
        },
        # The foundation associates its role with a service account of this name.
        "serviceAccount": {"name": NAME},
        "podSecurityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "readOnlyRootFilesystem": True,
        },
        "nodeSelector": SYSTEM_NODES,
        "priorityClassName": CRITICAL,
        "topologySpreadConstraints": spread(),
        "resources": {"requests": {"cpu": "100m", "memory": "256Mi"}, "limits": {"memory": "512Mi"}},
        "serviceMonitor": {"enabled": True},
    }


def spread() -> list[dict[str, Any]]:
    """Spread as a preference: one node may run both replicas."""
    return [
        {
            "topologyKey": key,
            "maxSkew": 1,
            "whenUnsatisfiable": "ScheduleAnyway",
            "labelSelector": {"matchLabels": dict(PODS)},
        }
        for key in (ZONE_LABEL, HOSTNAME_LABEL)
    ]
