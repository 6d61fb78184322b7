"""A team's own GPU nodes: a Karpenter NodePool whose bill, budget and freeze mean that team alone."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi_aws as aws
import pulumi_kubernetes as k8s
from pulumi import ComponentResource, CustomTimeouts, Input, Resource, ResourceOptions

from components.training.capacity import accelerator
from components.training.node_class import GpuNodeClass, node_class_spec
from components.training.node_pool import GpuNodePool, node_pool_name, node_pool_spec, payer
from reference.vocabulary import POOL_LABEL, STACK_LABEL


@dataclass(frozen=True, kw_only=True)
class TrainingPoolArgs:
    """One pool of a team file, and what the platform says of nodes.

    `capacity` is a set: Karpenter itself tries spot before on-demand capacity. `zone` is an AZ id, and None for
    any; with `efa` there is one, since nodes near each other share it. `volume_drivers` are the CSI drivers
    whose volumes its pods may mount. `tags` are the stack's, and have at least `team` and `cost-center`.
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
    volume_drivers: tuple[str, ...]
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
            name=self.node_pool, labels={STACK_LABEL: args.stack, POOL_LABEL: args.pool, **payer(args.tags)}
        )
        node_class = k8s.apiextensions.CustomResource(
            f"{name}-class",
            api_version="karpenter.k8s.aws/v1",
            kind="EC2NodeClass",
            metadata=metadata,
            spec=node_class_spec(node_class_args(args, self.node_pool)),
            opts=ResourceOptions(parent=self, depends_on=self._group(name, args), custom_timeouts=timeouts),
        )
        k8s.apiextensions.CustomResource(
            name,
            api_version="karpenter.sh/v1",
            kind="NodePool",
            metadata=metadata,
            spec=node_pool_spec(node_pool_args(args, self.node_pool)),
            opts=ResourceOptions(parent=self, depends_on=[node_class], custom_timeouts=timeouts),
        )
        self.register_outputs({"accelerator": self.accelerator, "node_pool": self.node_pool})

    def _group(self, name: str, args: TrainingPoolArgs) -> list[Resource]:
        """The placement group of a pool with EFA. It cannot go before its last instance has."""
        if not args.efa:
            return []
        opts = ResourceOptions(parent=self)
        return [aws.ec2.PlacementGroup(f"{name}-near", name=self.node_pool, strategy="cluster", opts=opts)]


def node_class_args(args: TrainingPoolArgs, name: str) -> GpuNodeClass:
    """What the nodes of a team's pool are made of."""
    return GpuNodeClass(
        name=name,
        instance_types=args.instance_types,
        efa=args.efa,
        disk_gib=args.disk_gib,
        ami_alias=args.ami_alias,
        node_role_name=args.node_role_name,
        discovery_tag=args.discovery_tag,
        volumes_key_arn=args.volumes_key_arn,
        tags=args.tags,
    )


def node_pool_args(args: TrainingPoolArgs, name: str) -> GpuNodePool:
    """Which nodes a team's pool may hold."""
    return GpuNodePool(
        name=name,
        owner=args.stack,
        pool=args.pool,
        instance_types=args.instance_types,
        capacity=args.capacity,
        max_gpus=args.max_gpus,
        zone=args.zone,
        efa=args.efa,
        idle_minutes=args.idle_minutes,
        max_node_hours=args.max_node_hours,
        drain_hours=args.drain_hours,
        volume_drivers=args.volume_drivers,
        tags=args.tags,
    )
