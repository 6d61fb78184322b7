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

from components.charts import KUBERAY_NAMESPACE, PROBER_PODS, TRACES_NAMESPACE
from components.telemetry.trace_senders import OTLP_PORTS
from reference.inference_log import (
    EVENTS_PORT,
    FEEDBACK_PORT,
    INFERENCE_LOG_LABEL,
    LOG_COLLECTOR,
    LOGGED_ENDPOINT,
)
from reference.model_servers import AGENT_PORT, HTTP_PORT, MODEL_SERVERS
from reference.vocabulary import INFERENCE_SERVICE_LABEL, calls_label

PRIVATE = ("10.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16")
POD_IDENTITY_AGENT = "169.254.170.23/32"
RAY_DASHBOARD_PORT = 8265
METRICS_PORTS = sorted({server.metrics_port for server in MODEL_SERVERS.values()} - {HTTP_PORT})
"""Without the port that models are asked on: an endpoint whose metrics are there opens it for itself alone."""

Spec = k8s.networking.v1.NetworkPolicySpecArgs
Peer = k8s.networking.v1.NetworkPolicyPeerArgs
Selector = k8s.meta.v1.LabelSelectorArgs


def network_policies(
    *,
    stack: str,
    vpc_cidr: Input[str],
    monitoring_namespace: Input[str],
    endpoints_only: bool,
    probed: bool,
    logs_requests: bool = False,
    sends_traces: bool = False,
) -> Mapping[str, k8s.networking.v1.NetworkPolicySpecArgs]:
    """The policies of a team's namespace by name; each applies to every pod of it.

    With `endpoints_only` pods reach nothing outside of the VPC, S3 by its interface endpoint. The prober comes in
    where they are `probed`. With `logs_requests` callers reach a logged endpoint through the agent that logs, and its
    collector is fed by endpoints alone.
    """
    policies = {
        "default-deny": Spec(pod_selector=Selector(), policy_types=["Ingress", "Egress"]),
        "allow-from-same-namespace": ingress(Peer(pod_selector=Selector())),
        "allow-to-same-namespace": egress(Peer(pod_selector=Selector())),
        "allow-from-monitoring": ingress(namespace_peer(monitoring_namespace), METRICS_PORTS),
        "allow-from-callers": ingress(callers_of(stack), [HTTP_PORT]),
        # The operator asks a Ray cluster's dashboard for the state of its job.
        "allow-from-ray-operator": ingress(namespace_peer(KUBERAY_NAMESPACE), [RAY_DASHBOARD_PORT]),
        "allow-to-dns": egress(namespace_peer("kube-system", {"k8s-app": "kube-dns"}), [53], ["UDP", "TCP"]),
        "allow-to-pod-identity": egress(ip_block(POD_IDENTITY_AGENT), [80]),
        "allow-to-vpc-endpoints": egress(ip_block(vpc_cidr), [443]),
    }
    if probed:
        called = [HTTP_PORT, AGENT_PORT] if logs_requests else [HTTP_PORT]
        policies["allow-from-prober"] = ingress(namespace_peer(monitoring_namespace, PROBER_PODS), called)
    if not endpoints_only:
        policies["allow-to-s3"] = egress(ip_block("0.0.0.0/0", private_ranges(vpc_cidr)), [443])
    if sends_traces:
        policies["allow-to-traces"] = egress(namespace_peer(TRACES_NAMESPACE), OTLP_PORTS)
    return {**policies, **(request_log_policies(stack) if logs_requests else {})}


def request_log_policies(stack: str) -> Mapping[str, k8s.networking.v1.NetworkPolicySpecArgs]:
    """The policies of what logs requests; those of the same names give way to them."""
    own, callers = Peer(pod_selector=Selector()), callers_of(stack)
    # KServe alone gives pods this label; admission holds everybody else to that.
    endpoints = Peer(pod_selector=Selector(match_expressions=[expression(INFERENCE_SERVICE_LABEL, "Exists")]))
    collectors = logging(LOG_COLLECTOR)
    return {
        "allow-from-same-namespace": ingress(own, pods=logging(LOG_COLLECTOR, "NotIn")),
        # Of a collector this is the port for feedback.
        "allow-from-callers": ingress(callers, [HTTP_PORT], pods=logging(LOGGED_ENDPOINT, "NotIn")),
        "allow-from-callers-to-agents": ingress(callers, [AGENT_PORT], pods=logging(LOGGED_ENDPOINT)),
        "allow-from-agents": ingress(endpoints, [EVENTS_PORT], pods=collectors),
        "allow-feedback": ingress(own, [FEEDBACK_PORT], pods=collectors),
    }


def callers_of(stack: str) -> Peer:
    """The namespaces that may call the endpoints of a stack."""
    return Peer(namespace_selector=Selector(match_labels={calls_label(stack): "true"}))


def logging(part: str, operator: str = "In") -> Selector:
    """The pods of one part of the logging of requests, or all pods that are not."""
    return Selector(match_expressions=[expression(INFERENCE_LOG_LABEL, operator, [part])])


def expression(
    key: str, operator: str, values: Sequence[str] = ()
) -> k8s.meta.v1.LabelSelectorRequirementArgs:
    """One requirement of a selector."""
    return k8s.meta.v1.LabelSelectorRequirementArgs(key=key, operator=operator, values=list(values) or None)


def private_ranges(vpc_cidr: Input[str]) -> Output[list[str]]:
    """The private ranges that public traffic must not reach.

    A VPC that fills a whole range is left out: the CNI's controller merges rules by range, and an exception
    that equals another rule's range would close what that rule opens.
    """
    return Output.from_input(vpc_cidr).apply(lambda cidr: [private for private in PRIVATE if private != cidr])


def ingress(
    peer: k8s.networking.v1.NetworkPolicyPeerArgs, ports: Sequence[int] = (), pods: Selector | None = None
) -> Spec:
    """Let `peer` in on these TCP ports, or on all of them: to every pod, or to some."""
    rule = k8s.networking.v1.NetworkPolicyIngressRuleArgs(from_=[peer], ports=_ports(ports, ["TCP"]))
    return Spec(pod_selector=pods or Selector(), policy_types=["Ingress"], ingress=[rule])


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
