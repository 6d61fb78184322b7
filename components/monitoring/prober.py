"""The platform's prober: a pod that asks endpoints whether they are ready, and that reaches nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi_kubernetes as k8s
from pulumi import ComponentResource, Resource, ResourceOptions

from components.charts import KUBE_SYSTEM, MONITORING_NAMESPACE, PROBER_PODS, PROMETHEUS_BLACKBOX_EXPORTER
from components.images import ImageNames
from components.monitoring.alerts import Alert, alert_group
from components.monitoring.probe import MODULE
from components.monitoring.samples import PROBER_UP
from components.platform.operator import Operator, OperatorArgs, service_monitor
from reference.model_servers import AGENT_PORT, HTTP_PORT
from reference.vocabulary import INFERENCE_SERVICE_LABEL, STACK_LABEL

GROUP = "platform-probes"
PROBER_PORT = 9115
PROMETHEUS_PODS = {"app.kubernetes.io/name": "prometheus"}
"""As the operator labels them."""

PROBER_DOWN = Alert(
    name="ProberDown",
    expression=f"absent({PROBER_UP} == 1)",
    duration="15m",
    severity="ticket",
    summary="The prober answers no scrape: an endpoint that nobody calls may fail unseen",
    action="Look at the deployment prometheus-blackbox-exporter in monitoring.",
)


@dataclass(frozen=True, kw_only=True)
class ProberArgs:
    """`after` comes before the pod; `monitoring` are the releases that own monitors and rules."""

    version: str
    image_names: ImageNames
    team: str
    labels: Mapping[str, str]
    after: Sequence[Resource]
    monitoring: Sequence[Resource]
    protect: bool


class Prober(ComponentResource):
    """The exporter, its scrape target and alert, and the network policy that it is held to."""

    def __init__(self, name: str, args: ProberArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:monitoring:Prober", name, {}, opts)
        metadata = k8s.meta.v1.ObjectMetaArgs(
            name=GROUP, namespace=MONITORING_NAMESPACE, labels=dict(args.labels)
        )
        policy = k8s.networking.v1.NetworkPolicy(
            f"{name}-network",
            metadata=metadata,
            spec=closed_prober(),
            opts=ResourceOptions(parent=self, depends_on=list(args.after)),
        )
        Operator(
            name,
            OperatorArgs(
                chart=PROMETHEUS_BLACKBOX_EXPORTER,
                version=args.version,
                values=prober_values(),
                image_names=args.image_names,
                # Its policy first: it asks whatever it is told to, by whoever reaches it.
                after=[policy, *args.after],
                protect=args.protect,
            ),
            ResourceOptions(parent=self),
        )
        specs: Mapping[str, dict[str, Any]] = {
            "ServiceMonitor": service_monitor(MONITORING_NAMESPACE, PROBER_PODS, {"port": "http"}),
            "PrometheusRule": {"groups": [alert_group(GROUP, [PROBER_DOWN], team=args.team)]},
        }
        for kind, spec in specs.items():
            k8s.apiextensions.CustomResource(
                f"{name}-{kind.lower()}",
                api_version="monitoring.coreos.com/v1",
                kind=kind,
                metadata=metadata,
                spec=spec,
                opts=ResourceOptions(parent=self, depends_on=list(args.monitoring)),
            )
        self.register_outputs({})


def prober_values() -> dict[str, Any]:
    """Values of the chart, whose container is that of a user without rights on files that it cannot write.

    The chart's one module stays the only one: another would be a second thing to ask for.
    """
    return {
        # A server of a team's could send it to another address.
        "config": {"modules": {MODULE: {"http": {"follow_redirects": False}}}},
        "podSecurityContext": {"seccompProfile": {"type": "RuntimeDefault"}},
        "resources": {"requests": {"cpu": "50m", "memory": "64Mi"}, "limits": {"memory": "128Mi"}},
    }


def closed_prober() -> k8s.networking.v1.NetworkPolicySpecArgs:
    """Let Prometheus in and nobody else, and let out to names and to servers of endpoints alone.

    The namespaces of other teams are open to it as well: that it asks there what their own stacks say is a matter of
    who makes Probes, and no member can.
    """
    servers = k8s.networking.v1.NetworkPolicyPeerArgs(
        namespace_selector=present(STACK_LABEL), pod_selector=present(INFERENCE_SERVICE_LABEL)
    )
    names = k8s.networking.v1.NetworkPolicyPeerArgs(
        namespace_selector=labelled({"kubernetes.io/metadata.name": KUBE_SYSTEM}),
        pod_selector=labelled({"k8s-app": "kube-dns"}),
    )
    prometheus = k8s.networking.v1.NetworkPolicyPeerArgs(pod_selector=labelled(PROMETHEUS_PODS))
    return k8s.networking.v1.NetworkPolicySpecArgs(
        pod_selector=labelled(PROBER_PODS),
        policy_types=["Ingress", "Egress"],
        ingress=[
            k8s.networking.v1.NetworkPolicyIngressRuleArgs(from_=[prometheus], ports=[port(PROBER_PORT)])
        ],
        egress=[
            k8s.networking.v1.NetworkPolicyEgressRuleArgs(
                to=[servers], ports=[port(each) for each in (HTTP_PORT, AGENT_PORT)]
            ),
            k8s.networking.v1.NetworkPolicyEgressRuleArgs(to=[names], ports=[port(53, "UDP"), port(53)]),
        ],
    )


def port(number: int, protocol: str = "TCP") -> k8s.networking.v1.NetworkPolicyPortArgs:
    """One port."""
    return k8s.networking.v1.NetworkPolicyPortArgs(port=number, protocol=protocol)


def labelled(labels: Mapping[str, str]) -> k8s.meta.v1.LabelSelectorArgs:
    """Whatever bears these labels."""
    return k8s.meta.v1.LabelSelectorArgs(match_labels=dict(labels))


def present(label: str) -> k8s.meta.v1.LabelSelectorArgs:
    """Whatever bears a label, with any value."""
    return k8s.meta.v1.LabelSelectorArgs(
        match_expressions=[k8s.meta.v1.LabelSelectorRequirementArgs(key=label, operator="Exists")]
    )
