"""Routes out of a VPC: gateways, addresses, route tables."""

from dataclasses import replace
from typing import Any
from zlib import crc32

from paved.aws.creating.api import Api
from paved.aws.creating.inputs import Inputs
from paved.aws.creating.registry import Created, creates
from paved.aws.ec2 import describe_one, found_in_ec2, name_tag, tag_specifications
from paved.aws.ec2.vpc_contents import route_contents, route_name
from paved.aws.reading.audited_types import reads
from paved.aws.reading.facts import Found
from paved.aws.reading.lookup import Lookup, camel_case, first
from paved.aws.services import iam_actions
from reference.vocabulary import INTERNET_GATEWAY, NAT_GATEWAY, ROUTE, ROUTE_TABLE, ROUTE_TABLE_ASSOCIATION

IAM_ACTIONS = iam_actions(
    "ec2", "DescribeAddresses", "DescribeInternetGateways", "DescribeNatGateways", "DescribeRouteTables"
)
ELASTIC_IP = "aws:ec2/eip:Eip"

_DESTINATIONS = ("destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId")


@creates(INTERNET_GATEWAY)
def create_internet_gateway(inputs: Inputs, api: Api) -> Created:
    tags = tag_specifications("internet-gateway", api.tags(inputs))
    gateway = api.call("ec2", "CreateInternetGateway", {"TagSpecifications": tags})["InternetGateway"]
    id = gateway["InternetGatewayId"]
    if "vpcId" in inputs:
        api.call("ec2", "AttachInternetGateway", {"InternetGatewayId": id, "VpcId": inputs.take("vpcId")})
    arn = api.arn("ec2", f"internet-gateway/{id}")
    return Created(id=id, outputs={"arn": arn, "ownerId": api.scope.account})


@creates(ELASTIC_IP)
def create_elastic_ip(inputs: Inputs, api: Api) -> Created:
    tags = tag_specifications("elastic-ip", api.tags(inputs))
    request = api.request("ec2", "AllocateAddress", inputs)
    address = api.call("ec2", "AllocateAddress", {**request, "TagSpecifications": tags})
    id = address["AllocationId"]
    arn = api.arn("ec2", f"elastic-ip/{id}")
    return Created(id=id, outputs={"allocationId": id, "arn": arn, "publicIp": address["PublicIp"]})


@creates(NAT_GATEWAY)
def create_nat_gateway(inputs: Inputs, api: Api) -> Created:
    tags = tag_specifications("natgateway", api.tags(inputs))
    request = api.request("ec2", "CreateNatGateway", inputs)
    gateway = api.call("ec2", "CreateNatGateway", {**request, "TagSpecifications": tags})["NatGateway"]
    address = (gateway.get("NatGatewayAddresses") or [{}])[0]
    return Created(
        id=gateway["NatGatewayId"],
        outputs={
            "publicIp": address.get("PublicIp"),
            "privateIp": address.get("PrivateIp"),
            "networkInterfaceId": address.get("NetworkInterfaceId"),
        },
    )


@creates(ROUTE_TABLE)
def create_route_table(inputs: Inputs, api: Api) -> Created:
    tags = tag_specifications("route-table", api.tags(inputs))
    request = api.request("ec2", "CreateRouteTable", inputs)
    table = api.call("ec2", "CreateRouteTable", {**request, "TagSpecifications": tags})["RouteTable"]
    id = table["RouteTableId"]
    return Created(id=id, outputs={"arn": api.arn("ec2", f"route-table/{id}"), "ownerId": table["OwnerId"]})


@creates(ROUTE)
def create_route(inputs: Inputs, api: Api) -> Created:
    destination = next((inputs.take(key) for key in _DESTINATIONS if key in inputs), "")
    request = api.request("ec2", "CreateRoute", inputs)
    api.call("ec2", "CreateRoute", request)
    digest = crc32(str(destination).encode())
    return Created(
        id=f"r-{request['RouteTableId']}{digest}", outputs={"origin": "CreateRoute", "state": "active"}
    )


@creates(ROUTE_TABLE_ASSOCIATION)
def create_route_table_association(inputs: Inputs, api: Api) -> Created:
    request = api.request("ec2", "AssociateRouteTable", inputs)
    return Created(id=api.call("ec2", "AssociateRouteTable", request)["AssociationId"])


@reads(INTERNET_GATEWAY, "network", ("vpcId",), tagged=True)
def read_internet_gateway(lookup: Lookup) -> Found:
    gateway = describe_one(lookup, "InternetGateways", attachment__vpc_id=lookup.name("vpcId"))
    return found_in_ec2(lookup, gateway, gateway["InternetGatewayId"], "internet-gateway", {})


@reads(ELASTIC_IP, "network", (), tagged=True)
def read_elastic_ip(lookup: Lookup) -> Found:
    address = describe_one(lookup, "Addresses", **name_tag(lookup))
    properties = {"domain": address.get("Domain")}
    return found_in_ec2(lookup, address, address["AllocationId"], "elastic-ip", properties)


@reads(NAT_GATEWAY, "network", (), tagged=True)
def read_nat_gateway(lookup: Lookup) -> Found:
    # EC2 lists a deleted gateway for an hour, under the same name.
    states = ["pending", "available"]
    # DescribeNatGateways calls `Filter` what the other calls name `Filters`.
    gateway = describe_one(lookup, "NatGateways", "Filter", state=states, **name_tag(lookup))
    address = (gateway.get("NatGatewayAddresses") or [{}])[0]
    properties = {
        "allocationId": address.get("AllocationId"),
        "connectivityType": gateway.get("ConnectivityType"),
        "subnetId": gateway.get("SubnetId"),
    }
    return found_in_ec2(lookup, gateway, gateway["NatGatewayId"], "natgateway", properties)


@reads(ROUTE_TABLE, "network", (), tagged=True)
def read_route_table(lookup: Lookup) -> Found:
    table = describe_one(lookup, "RouteTables", vpc_id=lookup.name("vpcId"), **name_tag(lookup))
    id, properties = table["RouteTableId"], {"vpcId": table.get("VpcId")}
    found = found_in_ec2(lookup, table, id, "route-table", properties)
    return replace(found, contents={"route": lambda: route_contents(table, "route")})


@reads(ROUTE, "network", ("routeTableId", "destinationCidrBlock"))
def read_route(lookup: Lookup) -> Found:
    table, destination = _table(lookup), lookup.name("destinationCidrBlock")
    route = first([each for each in table["Routes"] if each.get("DestinationCidrBlock") == destination])
    return Found(names=(route_name(table, destination),), properties=camel_case(route))


@reads(ROUTE_TABLE_ASSOCIATION, "network", ("routeTableId", "subnetId"))
def read_route_table_association(lookup: Lookup) -> Found:
    subnet = lookup.name("subnetId")
    association = first([each for each in _table(lookup)["Associations"] if each.get("SubnetId") == subnet])
    return Found(names=(association["RouteTableAssociationId"],))


def _table(lookup: Lookup) -> Any:
    ids = [lookup.name("routeTableId")]
    return lookup.one("ec2.DescribeRouteTables", "RouteTables", RouteTableIds=ids)
