"""A team's own GPU nodes: a Karpenter NodePool whose bill, budget and freeze mean that team alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi_aws as aws
import pulumi_kubernetes as k8s
from pulumi import ComponentResource, CustomTimeouts, Input, Resource, ResourceOptions

from components.labels import ACCELERATOR, EFA, GPU_RESOURCE, POOL, STACK
from components.names import physical_name
from components.training.capacity import (
    accelerator,
    architectures,
    efa_interfaces,
    has_instance_store,
    limits,
    network_interfaces,
)

LABEL_VALUE_LIMIT = 63  # Karpenter labels every node with the names of its pool and class
DISCOVERY_TAG = "karpenter.sh/discovery"
ZONE_ID = "topology.k8s.aws/zone-id"


@dataclass(frozen=True, kw_only=True)
class TrainingPoolArgs:
    """One pool of a team file, and what the platform says of nodes.

    `capacity` is a set: Karpenter itself tries spot before on-demand capacity. `zone` is an AZ id, and None for
    any; with `efa` there is one, since nodes near each other share it. `tags` are the stack's, and have at
    least `team` and `cost-center`.
    """

    stack: str
    pool: str
    instance_types: tuple[str, ...]
    capacity: tuple[str, ...]
    max_gpus: int
    zone: str | None
    efa: bool
    disk_gib: int
    idle_minutes: int
    max_node_hours: int
    drain_hours: int
    ami_alias: Input[str]
    node_role_name: Input[str]
    discovery_tag: Input[str]
    volumes_key_arn: Input[str]
    tags: Mapping[str, str]


class TrainingPool(ComponentResource):
    """An EC2NodeClass and a NodePool, which only pods that tolerate the stack's taint can use.

    With EFA, its nodes share a cluster placement group. Raises ValueError when the instance types are not of
    one accelerator class, or differ in the EFA interfaces that are asked for.
    """

    def __init__(self, name: str, args: TrainingPoolArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:training:TrainingPool", name, {}, opts)
        self.accelerator = accelerator(args.instance_types)
        self.node_pool = node_pool_name(args.stack, args.pool)
        # Karpenter keeps both objects until the last node has drained.
        timeouts = CustomTimeouts(delete=f"{args.drain_hours + 1}h")
        metadata = k8s.meta.v1.ObjectMetaArgs(
            name=self.node_pool, labels={STACK: args.stack, POOL: args.pool, **owner(args.tags)}
        )
        node_class = k8s.apiextensions.CustomResource(
            f"{name}-class",
            api_version="karpenter.k8s.aws/v1",
            kind="EC2NodeClass",
            metadata=metadata,
            spec=node_class_spec(args, self.node_pool),
            opts=ResourceOptions(parent=self, depends_on=self._group(name, args), custom_timeouts=timeouts),
        )
        k8s.apiextensions.CustomResource(
            name,
            api_version="karpenter.sh/v1",
            kind="NodePool",
            metadata=metadata,
            spec=node_pool_spec(args, self.node_pool),
            opts=ResourceOptions(parent=self, depends_on=[node_class], custom_timeouts=timeouts),
        )
        self.register_outputs({"accelerator": self.accelerator, "node_pool": self.node_pool})

    def _group(self, name: str, args: TrainingPoolArgs) -> list[Resource]:
        """The placement group of a pool with EFA. It cannot go before its last instance has."""
        if not args.efa:
            return []
        opts = ResourceOptions(parent=self)
        return [aws.ec2.PlacementGroup(f"{name}-near", name=self.node_pool, strategy="cluster", opts=opts)]


def node_pool_name(stack: str, pool: str) -> str:
    """The name of a pool in its cluster. The dot keeps `a-b` + `c` apart from `a` + `b-c`."""
    return physical_name(f"{stack}.{pool}", limit=LABEL_VALUE_LIMIT)


def owner(tags: Mapping[str, str]) -> dict[str, str]:
    """Who pays, as labels."""
    return {key: tags[key] for key in ("cost-center", "team")}


def node_class_spec(args: TrainingPoolArgs, node_pool: str) -> dict[str, Any]:
    """How a node of the pool is made."""
    discovery = [{"tags": {DISCOVERY_TAG: args.discovery_tag}}]
    return {
        "role": args.node_role_name,
        "amiSelectorTerms": [{"alias": args.ami_alias}],
        "subnetSelectorTerms": discovery,
        "securityGroupSelectorTerms": discovery,
        "associatePublicIPAddress": False,
        "blockDeviceMappings": [
            {
                "deviceName": "/dev/xvda",
                "rootVolume": True,
                "ebs": {
                    "volumeType": "gp3",
                    "volumeSize": f"{args.disk_gib}Gi",
                    "encrypted": True,
                    "kmsKeyID": args.volumes_key_arn,
                    "deleteOnTermination": True,
                },
            }
        ],
        **instance_store(args.instance_types),
        **(fabric(args.instance_types, node_pool) if args.efa else {}),
        "metadataOptions": {
            "httpEndpoint": "enabled",
            "httpTokens": "required",
            "httpPutResponseHopLimit": 1,
        },
        "tags": {**args.tags, "Name": node_pool},
    }


def instance_store(instance_types: tuple[str, ...]) -> dict[str, str]:
    """Images and scratch data go to the NVMe disks of a node; a type without any keeps its root volume."""
    return {"instanceStorePolicy": "RAID0"} if has_instance_store(instance_types) else {}


def fabric(instance_types: tuple[str, ...], placement_group: str) -> dict[str, Any]:
    """Every node has all its EFA interfaces, near the others.

    Left to itself, Karpenter attaches them only where the first pod asks for them, and the node of a small job
    would stay without for good.
    """
    return {
        "placementGroupSelector": {"name": placement_group},
        "networkInterfaces": network_interfaces(efa_interfaces(instance_types)),
    }


def node_pool_spec(args: TrainingPoolArgs, node_pool: str) -> dict[str, Any]:
    """Which nodes the pool may hold, how many, and for how long."""
    return {
        "limits": limits(args.instance_types, args.max_gpus),
        "disruption": {
            "consolidationPolicy": "WhenEmpty",
            "consolidateAfter": f"{args.idle_minutes}m",
            # Empty nodes only cost money; a node of an old image may still carry a job.
            "budgets": [{"nodes": "100%", "reasons": ["Empty"]}, {"nodes": "1", "reasons": ["Drifted"]}],
        },
        "template": {
            "metadata": {"labels": node_labels(args)},
            "spec": {
                "nodeClassRef": {"group": "karpenter.k8s.aws", "kind": "EC2NodeClass", "name": node_pool},
                "requirements": requirements(args),
                "taints": taints(args.stack),
                "expireAfter": f"{args.max_node_hours}h",
                "terminationGracePeriod": f"{args.drain_hours}h",
            },
        },
    }


def node_labels(args: TrainingPoolArgs) -> dict[str, str]:
    """What pods, queues and showback select the pool's nodes by."""
    return {
        STACK: args.stack,
        POOL: args.pool,
        ACCELERATOR: accelerator(args.instance_types),
        **({EFA: "true"} if args.efa else {}),
        **owner(args.tags),
    }


def requirements(args: TrainingPoolArgs) -> list[dict[str, Any]]:
    """The instance types, capacity types, architectures and zone a node may have."""
    wanted = {
        "node.kubernetes.io/instance-type": list(args.instance_types),
        "karpenter.sh/capacity-type": list(args.capacity),
        "kubernetes.io/arch": architectures(args.instance_types),
        "kubernetes.io/os": ["linux"],
        **({ZONE_ID: [args.zone]} if args.zone else {}),
    }
    return [{"key": key, "operator": "In", "values": values} for key, values in wanted.items()]


def taints(stack: str) -> list[dict[str, str]]:
    """Keep out the pods of other teams, and those that ask for no GPU."""
    return [
        {"key": STACK, "value": stack, "effect": "NoSchedule"},
        {"key": GPU_RESOURCE, "value": "true", "effect": "NoSchedule"},
    ]
