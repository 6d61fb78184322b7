"""EC2's network: VPCs, subnets, what leads out of them, and the record of what passed."""

from typing import Any

from paved.aws.reading.account import NotFound
from paved.aws.reading.audited_types import ON_CREATION, reads
from paved.aws.reading.facts import Found
from paved.aws.reading.lookup import Lookup, first, tag_map

VPC = ("vpcId",)


@reads("aws:ec2/vpc:Vpc", "network", ("cidrBlock",), tagged=True)
def vpc(sought: Lookup) -> Found:
    made = _one(sought, "Vpcs", cidr=sought.name("cidrBlock"), **_called(sought))
    id = made["VpcId"]
    return _found(
        sought,
        made,
        id,
        "vpc",
        {
            "enableDnsHostnames": lambda: _attribute(sought, id, "enableDnsHostnames"),
            "enableDnsSupport": lambda: _attribute(sought, id, "enableDnsSupport"),
            "instanceTenancy": made.get("InstanceTenancy"),
        },
    )


@reads("aws:ec2/subnet:Subnet", "network", ("cidrBlock", "vpcId"), tagged=True)
def subnet(sought: Lookup) -> Found:
    made = _one(sought, "Subnets", cidr_block=sought.name("cidrBlock"), vpc_id=sought.name("vpcId"))
    return _found(
        sought,
        made,
        made["SubnetId"],
        "subnet",
        {
            "availabilityZone": made.get("AvailabilityZone"),
            "availabilityZoneId": made.get("AvailabilityZoneId"),
            "mapPublicIpOnLaunch": made.get("MapPublicIpOnLaunch"),
        },
    )


@reads("aws:ec2/internetGateway:InternetGateway", "network", VPC, tagged=True)
def internet_gateway(sought: Lookup) -> Found:
    made = _one(sought, "InternetGateways", attachment__vpc_id=sought.name("vpcId"))
    return _found(sought, made, made["InternetGatewayId"], "internet-gateway", {})


@reads("aws:ec2/eip:Eip", "network", (), tagged=True)
def elastic_ip(sought: Lookup) -> Found:
    made = _one(sought, "Addresses", **_called(sought))
    return _found(sought, made, made["AllocationId"], "elastic-ip", {"domain": made.get("Domain")})


@reads("aws:ec2/natGateway:NatGateway", "network", (), tagged=True)
def nat_gateway(sought: Lookup) -> Found:
    made = _one(sought, "NatGateways", "Filter", state=["pending", "available"], **_called(sought))
    address = (made.get("NatGatewayAddresses") or [{}])[0]
    properties = {
        "allocationId": address.get("AllocationId"),
        "connectivityType": made.get("ConnectivityType"),
        "subnetId": made.get("SubnetId"),
    }
    return _found(sought, made, made["NatGatewayId"], "natgateway", properties)


@reads("aws:ec2/routeTable:RouteTable", "network", (), tagged=True)
def route_table(sought: Lookup) -> Found:
    made = _one(sought, "RouteTables", vpc_id=sought.name("vpcId"), **_called(sought))
    return _found(sought, made, made["RouteTableId"], "route-table", {"vpcId": made.get("VpcId")})


@reads("aws:ec2/route:Route", "network", ("routeTableId", "destinationCidrBlock"))
def route(sought: Lookup) -> Found:
    table, destination = _table(sought), sought.name("destinationCidrBlock")
    made = first([each for each in table["Routes"] if each.get("DestinationCidrBlock") == destination])
    spelt = {key[0].lower() + key[1:]: value for key, value in made.items()}
    return Found(names=(f"{table['RouteTableId']} {destination}",), properties=spelt)


@reads("aws:ec2/routeTableAssociation:RouteTableAssociation", "network", ("routeTableId", "subnetId"))
def route_table_association(sought: Lookup) -> Found:
    subnet = sought.name("subnetId")
    made = first([each for each in _table(sought)["Associations"] if each.get("SubnetId") == subnet])
    return Found(names=(made["RouteTableAssociationId"],))


@reads(
    "aws:ec2/vpcEndpoint:VpcEndpoint",
    "network",
    ("serviceName", "vpcId"),
    documents=("policy",),
    tagged=True,
)
def vpc_endpoint(sought: Lookup) -> Found:
    made = _one(
        sought,
        "VpcEndpoints",
        vpc_id=sought.name("vpcId"),
        service_name=sought.name("serviceName"),
        vpc_endpoint_type=sought.inputs.get("vpcEndpointType", "Gateway"),
    )
    properties = {
        "policy": made.get("PolicyDocument"),
        "privateDnsEnabled": made.get("PrivateDnsEnabled"),
        "routeTableIds": made.get("RouteTableIds"),
        "securityGroupIds": [group["GroupId"] for group in made.get("Groups", ())],
        "subnetIds": made.get("SubnetIds"),
        "vpcEndpointType": made.get("VpcEndpointType"),
    }
    return _found(sought, made, made["VpcEndpointId"], "vpc-endpoint", properties)


@reads(
    "aws:ec2/flowLog:FlowLog",
    "logging",
    ("vpcId", "logDestination"),
    left_out={"destinationOptions": ON_CREATION},
    tagged=True,
)
def flow_log(sought: Lookup) -> Found:
    vpc, destination = sought.name("vpcId"), sought.name("logDestination", at=1)
    only: Any = [{"Name": "resource-id", "Values": [vpc]}]
    listed = sought.pages("ec2.DescribeFlowLogs", "FlowLogs", Filter=only)
    made = first([each for each in listed if _same_place(each, destination)])
    properties = {
        "iamRoleArn": made.get("DeliverLogsPermissionArn"),
        "logDestinationType": made.get("LogDestinationType"),
        "logFormat": made.get("LogFormat"),
        "maxAggregationInterval": made.get("MaxAggregationInterval"),
        "trafficType": made.get("TrafficType"),
    }
    return _found(sought, made, made["FlowLogId"], "vpc-flow-log", properties)


@reads("aws:ec2/tag:Tag", "tags", ("resourceId", "key"))
def tag(sought: Lookup) -> Found:
    id, key = sought.group("resourceId"), sought.name("key")
    only: Any = [{"Name": "resource-id", "Values": [id]}, {"Name": "key", "Values": [key]}]
    made = sought.one("ec2.DescribeTags", "Tags", Filters=only)
    return Found(names=(f"{id},{key}",), properties={"value": made["Value"]})


def _same_place(made: dict[str, Any], destination: str) -> bool:
    found = str(made.get("LogDestination") or made.get("LogGroupName"))
    return found.removesuffix(":*") == destination or destination.endswith(f":log-group:{found}")


def _table(sought: Lookup) -> Any:
    ids = [sought.name("routeTableId")]
    return sought.one("ec2.DescribeRouteTables", "RouteTables", RouteTableIds=ids)


def _attribute(sought: Lookup, vpc: str, name: str) -> Any:
    answer = sought.ask("ec2.DescribeVpcAttribute", VpcId=vpc, Attribute=name)
    return answer[name[0].upper() + name[1:]]["Value"]


def _called(sought: Lookup) -> dict[str, str]:
    """The name that tells it from others. A resource without one cannot be told from what is not planned."""
    name = sought.expected.tags.get("Name")
    if name is None:
        raise NotFound("a name")
    return {"tag__Name": name}


def _one(sought: Lookup, key: str, parameter: str = "Filters", **filters: str | list[str]) -> Any:
    """The first that passes filters: `vpc_id` is `vpc-id`, `tag__Name` is `tag:Name`.

    Names are looked at again: a filter that the service passes over must not make one resource of another.
    """
    given: Any = [
        {"Name": _filter(name), "Values": value if isinstance(value, list) else [value]}
        for name, value in filters.items()
    ]
    listed = sought.pages(f"ec2.Describe{key}", key, **{parameter: given})
    called = filters.get("tag__Name")
    return first([each for each in listed if called in (None, tag_map(each.get("Tags")).get("Name"))])


def _filter(name: str) -> str:
    if name.startswith("tag__"):
        return name.replace("__", ":")
    return name.replace("__", ".").replace("_", "-")


def _found(sought: Lookup, made: Any, id: str, kind: str, properties: dict[str, Any]) -> Found:
    return Found(
        names=(id, sought.arn("ec2", f"{kind}/{id}")),
        properties=properties,
        tags=lambda: tag_map(made.get("Tags")),
    )
