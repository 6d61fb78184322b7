"""The VPC of one cluster: private by default, with the internet reached through NAT alone."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi_aws as aws
from pulumi import ComponentResource, Output, Resource, ResourceOptions

from components.account import Account
from components.network.egress import Egress, EgressArgs, Nat
from components.network.endpoints import EndpointOptions, Endpoints, EndpointsArgs
from components.network.flow_logs import FlowLogs, FlowLogsArgs
from components.network.subnets import subnet_plan


@dataclass(frozen=True, kw_only=True)
class NetworkArgs:
    """A VPC. Zones are AZ ids, because a zone's name means another data centre in another account."""

    account: Account
    name: str  # physical
    cidr: str
    zones: tuple[str, ...]
    nat: Nat
    private_tags: Mapping[str, str] = field(default_factory=dict)  # of the private subnets alone
    endpoints: EndpointOptions
    flow_logs: FlowLogsArgs
    protect: bool


class Network(ComponentResource):
    """Three tiers of subnets in each zone, NAT, endpoints of AWS services and flow logs.

    Private subnets hold nodes and pods, public ones NAT gateways, intra ones have no way out. A resource that
    needs AWS or the internet at its first boot, and until it is drained, depends on `egress`.
    """

    def __init__(self, name: str, args: NetworkArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:network:Network", name, {}, opts)
        self._name, self._args = name, args
        plan = subnet_plan(args.cidr, args.zones)
        self._vpc = self._make_vpc()
        public = self._make_subnets("public", {zone: subnets.public for zone, subnets in plan.items()}, {})
        private = self._make_subnets(
            "private", {zone: subnets.private for zone, subnets in plan.items()}, args.private_tags
        )
        intra = self._make_subnets("intra", {zone: subnets.intra for zone, subnets in plan.items()}, {})
        public_table, intra_table = self._make_table("public"), self._make_table("intra")
        # A table per zone whatever `nat` says: going from one gateway to three then changes routes only.
        private_tables = {zone: self._make_table(f"private-{zone}") for zone in plan}
        associations: list[Resource] = []
        for zone in plan:
            associations += [
                self._associate(f"public-{zone}", public[zone], public_table),
                self._associate(f"private-{zone}", private[zone], private_tables[zone]),
                self._associate(f"intra-{zone}", intra[zone], intra_table),
            ]
        egress = Egress(
            f"{name}-egress",
            EgressArgs(
                name=args.name,
                nat=args.nat,
                vpc_id=self._vpc.id,
                public_subnet_ids=_ids(public),
                public_table_id=public_table.id,
                private_table_ids={zone: table.id for zone, table in private_tables.items()},
            ),
            ResourceOptions(parent=self),
        )
        endpoints = self._make_endpoints(_ids(intra), [*private_tables.values(), intra_table])
        FlowLogs(f"{name}-flow-logs", args.flow_logs, self._vpc.id, ResourceOptions(parent=self))
        self.vpc_id: Output[str] = self._vpc.id
        self.private_subnet_ids: dict[str, Output[str]] = _ids(private)
        self.intra_subnet_ids: dict[str, Output[str]] = _ids(intra)
        # Destroyed in reverse: else nodes lose their way out while they are drained.
        self.egress: tuple[Resource, ...] = (*egress.routes, *associations, endpoints)
        self.register_outputs({"vpc_id": self.vpc_id, "private_subnet_ids": self.private_subnet_ids})

    def _make_vpc(self) -> aws.ec2.Vpc:
        vpc = aws.ec2.Vpc(
            self._name,
            cidr_block=self._args.cidr,
            enable_dns_hostnames=True,
            enable_dns_support=True,
            tags={"Name": self._args.name},
            opts=ResourceOptions(parent=self, protect=self._args.protect),
        )
        # Adopts the group that AWS makes with a VPC and revokes its rules: no rule given, none left.
        aws.ec2.DefaultSecurityGroup(
            f"{self._name}-default",
            vpc_id=vpc.id,
            ingress=[],
            egress=[],
            tags={"Name": f"{self._args.name}-default-closed"},
            opts=ResourceOptions(parent=self),
        )
        return vpc

    def _make_subnets(
        self, tier: str, cidrs: Mapping[str, str], tags: Mapping[str, str]
    ) -> dict[str, aws.ec2.Subnet]:
        return {
            zone: aws.ec2.Subnet(
                f"{self._name}-{tier}-{zone}",
                vpc_id=self._vpc.id,
                availability_zone_id=zone,
                cidr_block=cidr,
                map_public_ip_on_launch=False,
                tags={"Name": f"{self._args.name}-{tier}-{zone}", **tags},
                opts=ResourceOptions(parent=self),
            )
            for zone, cidr in cidrs.items()
        }

    def _make_table(self, role: str) -> aws.ec2.RouteTable:
        return aws.ec2.RouteTable(
            f"{self._name}-{role}",
            vpc_id=self._vpc.id,
            tags={"Name": f"{self._args.name}-{role}"},
            opts=ResourceOptions(parent=self),
        )

    def _associate(
        self, role: str, subnet: aws.ec2.Subnet, table: aws.ec2.RouteTable
    ) -> aws.ec2.RouteTableAssociation:
        return aws.ec2.RouteTableAssociation(
            f"{self._name}-{role}",
            subnet_id=subnet.id,
            route_table_id=table.id,
            opts=ResourceOptions(parent=self),
        )

    def _make_endpoints(
        self, subnet_ids: Mapping[str, Output[str]], tables: list[aws.ec2.RouteTable]
    ) -> Endpoints:
        return Endpoints(
            f"{self._name}-endpoints",
            EndpointsArgs(
                account=self._args.account,
                name=f"{self._args.name}-endpoints",
                options=self._args.endpoints,
                vpc_id=self._vpc.id,
                vpc_cidr=self._args.cidr,
                subnet_ids=subnet_ids,
                route_table_ids=[table.id for table in tables],
            ),
            ResourceOptions(parent=self),
        )


def _ids(subnets: Mapping[str, aws.ec2.Subnet]) -> dict[str, Output[str]]:
    return {zone: subnet.id for zone, subnet in subnets.items()}
