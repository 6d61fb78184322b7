"""The network of the Lustre file systems of a VPC, which admits the nodes of its cluster and nobody else."""

from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import ComponentResource, Input, Output, ResourceOptions

PORTS = ((988, 988), (1018, 1023))
"""Lustre's own ports. Its servers call the clients back, so both sides listen."""


@dataclass(frozen=True, kw_only=True)
class LustreNetworkArgs:
    """`nodes_group_id` is the security group of every node."""

    group_name: str  # physical
    vpc_id: Input[str]
    nodes_group_id: Input[str]


class LustreNetwork(ComponentResource):
    """The security group of every Lustre file system of the VPC, and the nodes' rules towards it."""

    def __init__(self, name: str, args: LustreNetworkArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:data:LustreNetwork", name, {}, opts)
        group = aws.ec2.SecurityGroup(
            name,
            name=args.group_name,
            description="Lustre file systems, reached from the nodes of the cluster",
            vpc_id=args.vpc_id,
            tags={"Name": args.group_name},
            opts=ResourceOptions(parent=self),
        )
        self.group_id: Output[str] = group.id
        for low, high in PORTS:
            self._let_in(f"{name}-from-nodes-{low}", group.id, args.nodes_group_id, (low, high))
            self._let_in(f"{name}-from-itself-{low}", group.id, group.id, (low, high))
            self._let_in(f"{name}-nodes-{low}", args.nodes_group_id, group.id, (low, high))
            self._let_out(f"{name}-to-nodes-{low}", group.id, args.nodes_group_id, (low, high))
            self._let_out(f"{name}-to-itself-{low}", group.id, group.id, (low, high))
        self.register_outputs({"group_id": self.group_id})

    def _let_in(self, name: str, to: Input[str], source: Input[str], ports: tuple[int, int]) -> None:
        aws.vpc.SecurityGroupIngressRule(
            name,
            security_group_id=to,
            description="Lustre",
            referenced_security_group_id=source,
            ip_protocol="tcp",
            from_port=ports[0],
            to_port=ports[1],
            opts=ResourceOptions(parent=self),
        )

    def _let_out(self, name: str, of: Input[str], target: Input[str], ports: tuple[int, int]) -> None:
        aws.vpc.SecurityGroupEgressRule(
            name,
            security_group_id=of,
            description="Lustre",
            referenced_security_group_id=target,
            ip_protocol="tcp",
            from_port=ports[0],
            to_port=ports[1],
            opts=ResourceOptions(parent=self),
        )
