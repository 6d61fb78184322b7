"""The network policies of a team's namespace: no traffic in or out, but for the allowances here.

The VPC CNI enforces standard policies, which know no host names, so two allowances are wider than needed.
Port 443 of the whole VPC is open because interface endpoints have addresses there; other namespaces stay
closed by their own policies. Where the VPC has no interface endpoint of S3, port 443 of public addresses is
open as well, because the gateway endpoint only redirects S3's public ranges, which AWS changes at will: IAM
keeps data from leaving then, not the network.
"""

from collections.abc import Mapping, Sequence
from itertools import product

import pulumi_kubernetes as k8s
from pulumi import Input, Output

from components.charts import KUBERAY_NAMESPACE, TRACES_NAMESPACE
from components.telemetry.trace_senders import OTLP_PORTS
from reference.model_servers import HTTP_PORT, MODEL_SERVERS
from reference.vocabulary import calls_label

PRIVATE = ("10.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16")
POD_IDENTITY_AGENT = "169.254.170.23/32"
RAY_DASHBOARD_PORT = 8265
METRICS_PORTS = sorted({server.metrics_port for server in MODEL_SERVERS.values()})

Spec = k8s.networking.v1.NetworkPolicySpecArgs
Peer = k8s.networking.v1.NetworkPolicyPeerArgs
Selector = k8s.meta.v1.LabelSelectorArgs


def network_policies(
    *,
    stack: str,
    vpc_cidr: Input[str],
    monitoring_namespace: Input[str],
    endpoints_only: bool,
    sends_traces: bool = False,
) -> Mapping[str, k8s.networking.v1.NetworkPolicySpecArgs]:
    """The policies of a team's namespace by name; each applies to every pod of it.

    With `endpoints_only` pods reach nothing outside of the VPC, S3 by its interface endpoint.
    """
    policies = {
        "default-deny": Spec(pod_selector=Selector(), policy_types=["Ingress", "Egress"]),
        "allow-from-same-namespace": ingress(Peer(pod_selector=Selector())),
        "allow-to-same-namespace": egress(Peer(pod_selector=Selector())),
        "allow-from-monitoring": ingress(namespace_peer(monitoring_namespace), METRICS_PORTS),
        "allow-from-callers": ingress(
            Peer(namespace_selector=Selector(match_labels={calls_label(stack): "true"})), [HTTP_PORT]
        ),
        # The operator asks a Ray cluster's dashboard for the state of its job.
        "allow-from-ray-operator": ingress(namespace_peer(KUBERAY_NAMESPACE), [RAY_DASHBOARD_PORT]),
        "allow-to-dns": egress(namespace_peer("kube-system", {"k8s-app": "kube-dns"}), [53], ["UDP", "TCP"]),
        "allow-to-pod-identity": egress(ip_block(POD_IDENTITY_AGENT), [80]),
        "allow-to-vpc-endpoints": egress(ip_block(vpc_cidr), [443]),
    }
    if not endpoints_only:
        policies["allow-to-s3"] = egress(ip_block("0.0.0.0/0", private_ranges(vpc_cidr)), [443])
    if sends_traces:
        policies["allow-to-traces"] = egress(namespace_peer(TRACES_NAMESPACE), OTLP_PORTS)
    return policies


def private_ranges(vpc_cidr: Input[str]) -> Output[list[str]]:
    """The private ranges that public traffic must not reach.

    A VPC that fills a whole range is left out: the CNI's controller merges rules by range, and an exception
    that equals another rule's range would close what that rule opens.
    """
    return Output.from_input(vpc_cidr).apply(lambda cidr: [private for private in PRIVATE if private != cidr])


def ingress(peer: k8s.networking.v1.NetworkPolicyPeerArgs, ports: Sequence[int] = ()) -> Spec:
    """Let `peer` in on these TCP ports, or on all of them."""
    rule = k8s.networking.v1.NetworkPolicyIngressRuleArgs(from_=[peer], ports=_ports(ports, ["TCP"]))
    return Spec(pod_selector=Selector(), policy_types=["Ingress"], ingress=[rule])


def egress(
    peer: k8s.networking.v1.NetworkPolicyPeerArgs,
    ports: Sequence[int] = (),
    protocols: Sequence[str] = ("TCP",),
) -> Spec:
    """Let every pod out to `peer` on these ports, or on all of them."""
    rule = k8s.networking.v1.NetworkPolicyEgressRuleArgs(to=[peer], ports=_ports(ports, protocols))
    return Spec(pod_selector=Selector(), policy_types=["Egress"], egress=[rule])


def namespace_peer(name: Input[str], pods: Mapping[str, str] | None = None) -> Peer:
    """The pods of a namespace, or those of them with the labels given."""
    return Peer(
        namespace_selector=Selector(match_labels={"kubernetes.io/metadata.name": name}),
        pod_selector=Selector(match_labels=dict(pods)) if pods else None,
    )


def ip_block(cidr: Input[str], exceptions: Input[list[str]] | None = None) -> Peer:
    """A range of addresses without its exceptions."""
    return Peer(ip_block=k8s.networking.v1.IPBlockArgs(cidr=cidr, except_=exceptions))


def _ports(
    ports: Sequence[int], protocols: Sequence[str]
) -> list[k8s.networking.v1.NetworkPolicyPortArgs] | None:
    found = [
        k8s.networking.v1.NetworkPolicyPortArgs(port=port, protocol=protocol)
        for port, protocol in product(ports, protocols)
    ]
    return found or None
