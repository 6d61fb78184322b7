"""The way out of a VPC: NAT for private subnets, an internet gateway for NAT alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import pulumi_aws as aws
from pulumi import ComponentResource, Input, Resource, ResourceOptions

Nat = Literal["per_zone", "single"]
ANYWHERE = "0.0.0.0/0"


@dataclass(frozen=True, kw_only=True)
class EgressArgs:
    """The subnets of NAT gateways and the route tables that lead to them. Mappings are keyed by zone."""

    name: str  # physical
    nat: Nat
    vpc_id: Input[str]
    public_subnet_ids: Mapping[str, Input[str]]
    public_table_id: Input[str]
    private_table_ids: Mapping[str, Input[str]]


class Egress(ComponentResource):
    """NAT gateways and the default route of every private and public subnet.

    A resource that needs the internet at its first boot depends on `routes`.
    """

    def __init__(self, name: str, args: EgressArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:network:Egress", name, {}, opts)
        internet = self._make_internet_route(name, args)
        gateways = {
            zone: self._make_gateway(name, args, zone, internet)
            for zone in nat_zones(tuple(args.public_subnet_ids), args.nat)
        }
        only = next(iter(gateways.values()))
        self.routes: tuple[Resource, ...] = tuple(
            aws.ec2.Route(
                f"{name}-private-{zone}",
                route_table_id=table_id,
                destination_cidr_block=ANYWHERE,
                nat_gateway_id=gateways.get(zone, only).id,
                opts=ResourceOptions(parent=self),
            )
            for zone, table_id in args.private_table_ids.items()
        )
        self.register_outputs({})

    def _make_internet_route(self, name: str, args: EgressArgs) -> aws.ec2.Route:
        gateway = aws.ec2.InternetGateway(
            name, vpc_id=args.vpc_id, tags={"Name": args.name}, opts=ResourceOptions(parent=self)
        )
        return aws.ec2.Route(
            f"{name}-public",
            route_table_id=args.public_table_id,
            destination_cidr_block=ANYWHERE,
            gateway_id=gateway.id,
            opts=ResourceOptions(parent=self),
        )

    def _make_gateway(
        self, name: str, args: EgressArgs, zone: str, internet: aws.ec2.Route
    ) -> aws.ec2.NatGateway:
        tags = {"Name": f"{args.name}-nat-{zone}"}
        address = aws.ec2.Eip(
            f"{name}-nat-{zone}", domain="vpc", tags=tags, opts=ResourceOptions(parent=self)
        )
        return aws.ec2.NatGateway(
            f"{name}-nat-{zone}",
            allocation_id=address.id,
            subnet_id=args.public_subnet_ids[zone],
            tags=tags,
            # A NAT gateway fails without a way out, so it comes after the route and goes before it.
            opts=ResourceOptions(parent=self, depends_on=[internet]),
        )


def nat_zones(zones: tuple[str, ...], nat: Nat) -> tuple[str, ...]:
    """The zones that get a NAT gateway: all of them, or the first."""
    return zones if nat == "per_zone" else zones[:1]
