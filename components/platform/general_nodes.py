"""The Karpenter pool for work that needs no accelerator."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi_kubernetes as k8s
from pulumi import ComponentResource, CustomTimeouts, Resource, ResourceOptions

from components.platform.karpenter_nodes import (
    NodeConfig,
    node_class_base,
    node_class_ref,
    requirement,
    startup_taints,
)
from components.platform.storage import EBS_DRIVER
from reference.vocabulary import GENERAL_POOL, POOL_LABEL

DRAIN_HOURS = 1
DELETE_TIMEOUT = "2h"
"""Longer than a node may take to drain: the pool is gone only when its last node is."""


@dataclass(frozen=True, kw_only=True)
class GeneralNodesArgs:
    """`after` is the controller with its definitions."""

    instance_families: Sequence[str]
    max_vcpus: int
    max_memory_gib: int
    disk_gib: int
    node_config: NodeConfig
    labels: Mapping[str, str]
    tags: Mapping[str, str]
    after: Sequence[Resource]


class GeneralNodes(ComponentResource):
    """An EC2NodeClass and a NodePool of on-demand nodes that any pod may run on once they are ready."""

    def __init__(self, name: str, args: GeneralNodesArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:platform:GeneralNodes", name, {}, opts)
        metadata = k8s.meta.v1.ObjectMetaArgs(name=GENERAL_POOL, labels=dict(args.labels))
        timeouts = CustomTimeouts(delete=DELETE_TIMEOUT)
        node_class = k8s.apiextensions.CustomResource(
            f"{name}-class",
            api_version="karpenter.k8s.aws/v1",
            kind="EC2NodeClass",
            metadata=metadata,
            spec=general_class_spec(args),
            opts=ResourceOptions(parent=self, depends_on=list(args.after), custom_timeouts=timeouts),
        )
        self.pool = k8s.apiextensions.CustomResource(
            name,
            api_version="karpenter.sh/v1",
            kind="NodePool",
            metadata=metadata,
            spec=general_pool_spec(args),
            opts=ResourceOptions(parent=self, depends_on=[node_class, *args.after], custom_timeouts=timeouts),
        )
        self.register_outputs({"pool": GENERAL_POOL})


def general_class_spec(args: GeneralNodesArgs) -> dict[str, Any]:
    """The spec of the EC2NodeClass, with IMDSv2 for the node alone."""
    return {
        **node_class_base(args.node_config, args.disk_gib),
        "metadataOptions": {
            "httpEndpoint": "enabled",
            "httpProtocolIPv6": "disabled",
            "httpPutResponseHopLimit": 1,
            "httpTokens": "required",
        },
        "tags": dict(args.tags),
    }


def general_pool_spec(args: GeneralNodesArgs) -> dict[str, Any]:
    """The spec of the NodePool: its limits, its instances, and when they are replaced."""
    return {
        "limits": {"cpu": str(args.max_vcpus), "memory": f"{args.max_memory_gib}Gi"},
        "disruption": {
            "consolidationPolicy": "WhenEmptyOrUnderutilized",
            "consolidateAfter": "5m",
            "budgets": [{"nodes": "10%"}],
        },
        "template": {
            "metadata": {"labels": {POOL_LABEL: GENERAL_POOL}},
            "spec": {
                "nodeClassRef": node_class_ref(GENERAL_POOL),
                "expireAfter": "720h",
                "terminationGracePeriod": f"{DRAIN_HOURS}h",
                "startupTaints": startup_taints([EBS_DRIVER]),
                "requirements": [
                    requirement("karpenter.k8s.aws/instance-family", args.instance_families),
                    requirement("karpenter.sh/capacity-type", ["on-demand"]),
                    requirement("kubernetes.io/arch", ["amd64"]),
                    requirement("kubernetes.io/os", ["linux"]),
                ],
            },
        },
    }
