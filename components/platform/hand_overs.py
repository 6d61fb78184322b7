"""The namespace in which new file systems are handed over to teams: closed, capped, and nobody's to write in."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi_kubernetes as k8s
from pulumi import ComponentResource, Resource, ResourceOptions

from reference.vocabulary import HAND_OVER_ACCOUNT, HAND_OVER_NAMESPACE

QUOTA = {"pods": "20", "requests.cpu": "2", "requests.memory": "2Gi", "limits.memory": "2Gi"}
"""Hand-overs take seconds, and a failed one leaves pods behind until its Job is replaced."""


@dataclass(frozen=True, kw_only=True)
class HandOversArgs:
    """`namespace` is the one that is closed and capped."""

    namespace: Resource
    labels: Mapping[str, str]


class HandOvers(ComponentResource):
    """Network policy, quota and service account. Lustre is mounted by the node, so its traffic is no pod's."""

    def __init__(self, name: str, args: HandOversArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:platform:HandOvers", name, {}, opts)
        child = ResourceOptions(parent=self, depends_on=[args.namespace])
        k8s.networking.v1.NetworkPolicy(
            f"{name}-default-deny",
            metadata=metadata("default-deny", args.labels),
            spec=k8s.networking.v1.NetworkPolicySpecArgs(
                pod_selector=k8s.meta.v1.LabelSelectorArgs(), policy_types=["Ingress", "Egress"]
            ),
            opts=child,
        )
        k8s.core.v1.ResourceQuota(
            f"{name}-quota",
            metadata=metadata("quota", args.labels),
            spec=k8s.core.v1.ResourceQuotaSpecArgs(hard=dict(QUOTA)),
            opts=child,
        )
        k8s.core.v1.ServiceAccount(
            f"{name}-account",
            metadata=metadata(HAND_OVER_ACCOUNT, args.labels),
            # It has no right in AWS or in the cluster, and no token that could get one.
            automount_service_account_token=False,
            opts=child,
        )
        self.register_outputs({})


def metadata(name: str, labels: Mapping[str, str]) -> k8s.meta.v1.ObjectMetaArgs:
    """The metadata of an object of the namespace."""
    return k8s.meta.v1.ObjectMetaArgs(name=name, namespace=HAND_OVER_NAMESPACE, labels=dict(labels))
