"""The way of Prometheus to an endpoint whose metrics are on the port that answers its callers."""

import pulumi_kubernetes as k8s
from pulumi import Input

from components.serving.network_policies import namespace_peer
from reference.model_servers import HTTP_PORT, ModelServer
from reference.vocabulary import INFERENCE_SERVICE_LABEL


def scraped_where_it_serves(server: ModelServer) -> bool:
    """Whether a server has its metrics on the port of its callers, which a namespace opens for callers alone."""
    return server.metrics_port == HTTP_PORT


def scrape_policy(endpoint: str, monitoring_namespace: Input[str]) -> k8s.networking.v1.NetworkPolicySpecArgs:
    """Let the pods of monitoring in to the pods of one endpoint."""
    networking = k8s.networking.v1
    return networking.NetworkPolicySpecArgs(
        pod_selector=k8s.meta.v1.LabelSelectorArgs(match_labels={INFERENCE_SERVICE_LABEL: endpoint}),
        policy_types=["Ingress"],
        ingress=[
            networking.NetworkPolicyIngressRuleArgs(
                from_=[namespace_peer(monitoring_namespace)],
                ports=[networking.NetworkPolicyPortArgs(port=HTTP_PORT, protocol="TCP")],
            )
        ],
    )
