"""A team's own nodes for jobs: a Karpenter NodePool whose bill, budget and freeze mean that team alone."""

from typing import Any

import pulumi_aws as aws
import pulumi_kubernetes as k8s
from pulumi import ComponentResource, CustomTimeouts, Resource, ResourceOptions

from components.training.pool_nodes import JobPoolArgs, node_class_spec, node_pool_spec


class TrainingPool(ComponentResource):
    """An EC2NodeClass and a NodePool, which only pods that tolerate the stack's taint can use.

    With EFA, its nodes share a cluster placement group. Raises ValueError when the instance types differ in the
    EFA interfaces that are asked for.
    """

    def __init__(self, name: str, args: JobPoolArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:training:TrainingPool", name, {}, opts)
        self.accelerator = args.types.accelerator
        self.node_pool = args.name
        timeouts = CustomTimeouts(delete=args.delete_timeout)
        metadata = k8s.meta.v1.ObjectMetaArgs(name=args.name, labels=args.labels)
        node_class = k8s.apiextensions.CustomResource(
            f"{name}-class",
            api_version="karpenter.k8s.aws/v1",
            kind="EC2NodeClass",
            metadata=metadata,
            spec=training_class_spec(args),
            opts=ResourceOptions(
                parent=self, depends_on=self._placement_group(name, args), custom_timeouts=timeouts
            ),
        )
        k8s.apiextensions.CustomResource(
            name,
            api_version="karpenter.sh/v1",
            kind="NodePool",
            metadata=metadata,
            spec=node_pool_spec(args),
            opts=ResourceOptions(parent=self, depends_on=[node_class], custom_timeouts=timeouts),
        )
        self.register_outputs({"accelerator": self.accelerator, "node_pool": self.node_pool})

    def _placement_group(self, name: str, args: JobPoolArgs) -> list[Resource]:
        """The placement group of a pool with EFA. It cannot go before its last instance has."""
        if not args.efa:
            return []
        opts = ResourceOptions(parent=self)
        return [aws.ec2.PlacementGroup(f"{name}-near", name=args.name, strategy="cluster", opts=opts)]


def training_class_spec(args: JobPoolArgs) -> dict[str, Any]:
    """The spec of the EC2NodeClass: with EFA, every node has all its interfaces and is near the others."""
    spec = node_class_spec(args)
    if args.efa:
        spec["placementGroupSelector"] = {"name": args.name}
        # Left to itself, Karpenter attaches interfaces only where the first pod asks for them, and the node of a
        # small job would stay without for good.
        spec["networkInterfaces"] = args.types.network_interfaces
    return spec
