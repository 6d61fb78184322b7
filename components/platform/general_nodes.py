"""The Karpenter pool for work that needs no accelerator."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi_kubernetes as k8s
from pulumi import ComponentResource, CustomTimeouts, Input, Resource, ResourceOptions

from components.platform.storage import EBS_DRIVER, startup_taints
from reference.vocabulary import GENERAL_POOL, POOL_LABEL

ROOT_VOLUME_GIB = 100
DRAIN_HOURS = 1
DELETE_TIMEOUT = "2h"
"""Longer than a node may take to drain: the pool is gone only when its last node is."""


@dataclass(frozen=True, kw_only=True)
class GeneralNodesArgs:
    """`after` is the controller with its definitions; `discovery_tag` the value of `karpenter.sh/discovery`."""

    instance_families: Sequence[str]
    max_vcpus: int
    max_memory_gib: int
    ami_alias: str
    role_name: Input[str]
    discovery_tag: Input[str]
    volumes_key_arn: Input[str]
    labels: Mapping[str, str]
    tags: Mapping[str, str]
    after: Sequence[Resource]


class GeneralNodes(ComponentResource):
    """An EC2NodeClass and a NodePool of on-demand nodes that any pod may run on once they are ready."""

    def __init__(self, name: str, args: GeneralNodesArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:platform:GeneralNodes", name, {}, opts)
        node_class = k8s.apiextensions.CustomResource(
            f"{name}-class",
            api_version="karpenter.k8s.aws/v1",
            kind="EC2NodeClass",
            metadata=k8s.meta.v1.ObjectMetaArgs(name=GENERAL_POOL, labels=dict(args.labels)),
            spec=node_class_spec(args),
            opts=ResourceOptions(
                parent=self,
                depends_on=list(args.after),
                custom_timeouts=CustomTimeouts(delete=DELETE_TIMEOUT),
            ),
        )
        self.pool = k8s.apiextensions.CustomResource(
            name,
            api_version="karpenter.sh/v1",
            kind="NodePool",
            metadata=k8s.meta.v1.ObjectMetaArgs(name=GENERAL_POOL, labels=dict(args.labels)),
            spec=node_pool_spec(args),
            opts=ResourceOptions(
                parent=self,
                depends_on=[node_class, *args.after],
                custom_timeouts=CustomTimeouts(delete=DELETE_TIMEOUT),
            ),
        )
        self.register_outputs({"pool": GENERAL_POOL})


def node_class_spec(args: GeneralNodesArgs) -> dict[str, Any]:
    """What every general node is made of: the pinned image, an encrypted root volume, IMDSv2 for the node alone."""
    discovered = [{"tags": {"karpenter.sh/discovery": args.discovery_tag}}]
    return {
        "amiSelectorTerms": [{"alias": args.ami_alias}],
        "role": args.role_name,
        "subnetSelectorTerms": discovered,
        "securityGroupSelectorTerms": discovered,
        "metadataOptions": {
            "httpEndpoint": "enabled",
            "httpProtocolIPv6": "disabled",
            "httpPutResponseHopLimit": 1,
            "httpTokens": "required",
        },
        "blockDeviceMappings": [
            {
                "deviceName": "/dev/xvda",
                "rootVolume": True,
                "ebs": {
                    "volumeSize": f"{ROOT_VOLUME_GIB}Gi",
                    "volumeType": "gp3",
                    "encrypted": True,
                    "kmsKeyID": args.volumes_key_arn,
                    "deleteOnTermination": True,
                },
            }
        ],
        "tags": dict(args.tags),
    }


def node_pool_spec(args: GeneralNodesArgs) -> dict[str, Any]:
    """Which instances may be started, how many, and when they are replaced."""
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
                "nodeClassRef": {"group": "karpenter.k8s.aws", "kind": "EC2NodeClass", "name": GENERAL_POOL},
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


def requirement(key: str, values: Sequence[str]) -> dict[str, Any]:
    """One requirement of a NodePool: the node's label must have one of these values."""
    return {"key": key, "operator": "In", "values": list(values)}
