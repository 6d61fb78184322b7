"""The network of a team's hub: who reaches it, and whom it reaches, in its own namespace and in the team's."""

from collections.abc import Mapping

import pulumi_kubernetes as k8s
from pulumi import Input

from components.notebooks.hub_values import HUB_PORT
from components.notebooks.server import PORT
from components.serving.network_policies import (
    POD_IDENTITY_AGENT,
    Peer,
    Selector,
    Spec,
    egress,
    ingress,
    ip_block,
    namespace_peer,
    private_ranges,
)
from reference.vocabulary import NOTEBOOK_LABEL, hub_namespace


def hub_policies(
    stack: str, vpc_cidr: Input[str], *, endpoints_only: bool
) -> Mapping[str, k8s.networking.v1.NetworkPolicySpecArgs]:
    """The policies of the hub's namespace by name. People come by the node, through a port that they forward.

    With `endpoints_only` the provider of identities has to answer inside the VPC.
    """
    notebooks = k8s.networking.v1.NetworkPolicyPeerArgs(
        namespace_selector=Selector(match_labels={"kubernetes.io/metadata.name": stack}),
        pod_selector=notebook_pods(),
    )
    policies = {
        "default-deny": Spec(pod_selector=Selector(), policy_types=["Ingress", "Egress"]),
        "allow-from-same-namespace": ingress(Peer(pod_selector=Selector())),
        "allow-to-same-namespace": egress(Peer(pod_selector=Selector())),
        "allow-from-notebooks": ingress(notebooks, [HUB_PORT]),
        "allow-to-notebooks": egress(notebooks, [PORT]),
        "allow-to-dns": egress(namespace_peer("kube-system", {"k8s-app": "kube-dns"}), [53], ["UDP", "TCP"]),
        "allow-to-pod-identity": egress(ip_block(POD_IDENTITY_AGENT), [80]),
        # The cluster's own API has its addresses in the VPC, as Secrets Manager has.
        "allow-to-vpc": egress(ip_block(vpc_cidr), [443]),
    }
    if not endpoints_only:
        # A provider of identities has public addresses; no standard policy knows its name.
        policies["allow-to-sign-in"] = egress(ip_block("0.0.0.0/0", private_ranges(vpc_cidr)), [443])
    return policies


def notebook_policies(stack: str) -> Mapping[str, k8s.networking.v1.NetworkPolicySpecArgs]:
    """The policies of notebooks in the team's namespace, beside those of every pod of the team."""
    hub = namespace_peer(hub_namespace(stack))
    return {
        "allow-notebooks-from-hub": _of_notebooks(ingress(hub, [PORT])),
        "allow-notebooks-to-hub": _of_notebooks(egress(hub, [HUB_PORT])),
    }


def notebook_pods() -> k8s.meta.v1.LabelSelectorArgs:
    """The selector of notebooks."""
    return k8s.meta.v1.LabelSelectorArgs(
        match_expressions=[k8s.meta.v1.LabelSelectorRequirementArgs(key=NOTEBOOK_LABEL, operator="Exists")]
    )


def _of_notebooks(spec: k8s.networking.v1.NetworkPolicySpecArgs) -> k8s.networking.v1.NetworkPolicySpecArgs:
    spec.pod_selector = notebook_pods()
    return spec
