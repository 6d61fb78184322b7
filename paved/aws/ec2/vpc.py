"""VPCs, their subnets and endpoints, the log of their traffic, and single tags."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from paved.aws.creating.api import Api
from paved.aws.creating.inputs import Inputs
from paved.aws.creating.registry import Created, creates
from paved.aws.ec2 import describe_one, found_in_ec2, name_tag, tag_specifications
from paved.aws.ec2.vpc_contents import vpc_contents
from paved.aws.reading.audited_types import ON_CREATION, reads
from paved.aws.reading.facts import Found
from paved.aws.reading.lookup import Lookup, camel_case, first
from paved.aws.services import iam_actions
from reference.vocabulary import EC2_TAG, FLOW_LOG, SUBNET, VPC, VPC_ENDPOINT

IAM_ACTIONS = iam_actions(
    "ec2",
    "DescribeFlowLogs",
    "DescribeSubnets",
    "DescribeTags",
    "DescribeVpcAttribute",
    "DescribeVpcEndpoints",
    "DescribeVpcs",
)


@creates(VPC)
def create_vpc(inputs: Inputs, api: Api) -> Created:
    tags = tag_specifications("vpc", api.tags(inputs))
    request = api.request("ec2", "CreateVpc", inputs)
    vpc = api.call("ec2", "CreateVpc", {**request, "TagSpecifications": tags})["Vpc"]
    id = vpc["VpcId"]
    # CreateVpc takes none of these: the provider sets each by a call of its own.
    for key in ("enableDnsSupport", "enableDnsHostnames", "enableNetworkAddressUsageMetrics"):
        if key in inputs:
            attribute = key[0].upper() + key[1:]
            api.call("ec2", "ModifyVpcAttribute", {"VpcId": id, attribute: {"Value": inputs.take(key)}})
    # EC2 creates these three with every VPC, and the provider's outputs name them.
    in_vpc = {"Filters": [{"Name": "vpc-id", "Values": [id]}]}
    group = api.internal_call("ec2", "DescribeSecurityGroups", in_vpc)["SecurityGroups"][0]
    table = api.internal_call("ec2", "DescribeRouteTables", in_vpc)["RouteTables"][0]
    acl = api.internal_call("ec2", "DescribeNetworkAcls", in_vpc)["NetworkAcls"][0]
    return Created(
        id=id,
        outputs={
            "arn": api.arn("ec2", f"vpc/{id}"),
            "ownerId": vpc["OwnerId"],
            "dhcpOptionsId": vpc["DhcpOptionsId"],
            "defaultSecurityGroupId": group["GroupId"],
            "defaultNetworkAclId": acl["NetworkAclId"],
            "defaultRouteTableId": table["RouteTableId"],
            "mainRouteTableId": table["RouteTableId"],
        },
    )


@creates(SUBNET)
def create_subnet(inputs: Inputs, api: Api) -> Created:
    tags = tag_specifications("subnet", api.tags(inputs))
    request = api.request("ec2", "CreateSubnet", inputs)
    subnet = api.call("ec2", "CreateSubnet", {**request, "TagSpecifications": tags})["Subnet"]
    id = subnet["SubnetId"]
    # moto gives public addresses in the first subnet of each zone, which AWS does only in a default VPC
    is_public = inputs.take("mapPublicIpOnLaunch", False)
    api.call("ec2", "ModifySubnetAttribute", {"SubnetId": id, "MapPublicIpOnLaunch": {"Value": is_public}})
    return Created(
        id=id,
        outputs={
            "arn": subnet["SubnetArn"],
            "ownerId": subnet["OwnerId"],
            "availabilityZone": subnet["AvailabilityZone"],
            "availabilityZoneId": subnet["AvailabilityZoneId"],
        },
    )


@creates(VPC_ENDPOINT)
def create_vpc_endpoint(inputs: Inputs, api: Api) -> Created:
    tags = tag_specifications("vpc-endpoint", api.tags(inputs))
    request = api.request("ec2", "CreateVpcEndpoint", inputs, {"policy": "PolicyDocument"})
    endpoint = api.call("ec2", "CreateVpcEndpoint", {**request, "TagSpecifications": tags})["VpcEndpoint"]
    id = endpoint["VpcEndpointId"]
    dns_entries = [
        {"dnsName": entry["DnsName"], "hostedZoneId": entry["HostedZoneId"]}
        for entry in endpoint.get("DnsEntries", [])
    ]
    return Created(
        id=id,
        outputs={
            "arn": api.arn("ec2", f"vpc-endpoint/{id}"),
            "ownerId": api.scope.account,
            "state": "available",
            "dnsEntries": dns_entries,
            "networkInterfaceIds": endpoint.get("NetworkInterfaceIds", []),
        },
    )


@creates(FLOW_LOG)
def create_flow_log(inputs: Inputs, api: Api) -> Created:
    tags = tag_specifications("vpc-flow-log", api.tags(inputs))
    kinds = (("vpcId", "VPC"), ("subnetId", "Subnet"), ("eniId", "NetworkInterface"))
    key, kind = next((pair for pair in kinds if pair[0] in inputs), kinds[0])
    request = {
        **api.request("ec2", "CreateFlowLogs", inputs, {"iamRoleArn": "DeliverLogsPermissionArn"}),
        "ResourceIds": [inputs.take(key)],
        "ResourceType": kind,
        "TagSpecifications": tags,
    }
    id = api.call("ec2", "CreateFlowLogs", request)["FlowLogIds"][0]
    return Created(id=id, outputs={"arn": api.arn("ec2", f"vpc-flow-log/{id}")})


@creates(EC2_TAG)
def create_tag(inputs: Inputs, api: Api) -> Created:
    """One tag of a resource that another stack, or the service itself, created."""
    resource, key = inputs.take("resourceId"), inputs.take("key")
    request = {"Resources": [resource], "Tags": [{"Key": key, "Value": inputs.take("value")}]}
    api.call("ec2", "CreateTags", request)
    return Created(id=f"{resource},{key}")


@reads(VPC, "network", ("cidrBlock",), tagged=True)
def read_vpc(lookup: Lookup) -> Found:
    vpc = describe_one(lookup, "Vpcs", cidr=lookup.name("cidrBlock"), **name_tag(lookup))
    id = vpc["VpcId"]
    properties = {
        "enableDnsHostnames": lambda: _attribute(lookup, id, "enableDnsHostnames"),
        "enableDnsSupport": lambda: _attribute(lookup, id, "enableDnsSupport"),
        "instanceTenancy": vpc.get("InstanceTenancy"),
    }
    return replace(found_in_ec2(lookup, vpc, id, "vpc", properties), contents=vpc_contents(lookup, vpc))


@reads(
    SUBNET,
    "network",
    ("cidrBlock", "vpcId"),
    assumed={"assignIpv6AddressOnCreation": False, "mapPublicIpOnLaunch": False},
    tagged=True,
)
def read_subnet(lookup: Lookup) -> Found:
    cidr, vpc_id = lookup.name("cidrBlock"), lookup.name("vpcId")
    subnet = describe_one(lookup, "Subnets", cidr_block=cidr, vpc_id=vpc_id)
    properties = {
        "availabilityZone": subnet.get("AvailabilityZone"),
        "availabilityZoneId": subnet.get("AvailabilityZoneId"),
        "assignIpv6AddressOnCreation": subnet.get("AssignIpv6AddressOnCreation"),
        "mapPublicIpOnLaunch": subnet.get("MapPublicIpOnLaunch"),
    }
    return found_in_ec2(lookup, subnet, subnet["SubnetId"], "subnet", properties)


@reads(VPC_ENDPOINT, "network", ("serviceName", "vpcId"), documents=("policy",), tagged=True)
def read_vpc_endpoint(lookup: Lookup) -> Found:
    endpoint = describe_one(
        lookup,
        "VpcEndpoints",
        vpc_id=lookup.name("vpcId"),
        service_name=lookup.name("serviceName"),
        vpc_endpoint_type=lookup.inputs.get("vpcEndpointType", "Gateway"),
    )
    properties = {
        "dnsOptions": camel_case(endpoint.get("DnsOptions", {})),
        "policy": endpoint.get("PolicyDocument"),
        "privateDnsEnabled": endpoint.get("PrivateDnsEnabled"),
        "routeTableIds": endpoint.get("RouteTableIds"),
        "securityGroupIds": [group["GroupId"] for group in endpoint.get("Groups", ())],
        "subnetIds": endpoint.get("SubnetIds"),
        "vpcEndpointType": endpoint.get("VpcEndpointType"),
    }
    return found_in_ec2(lookup, endpoint, endpoint["VpcEndpointId"], "vpc-endpoint", properties)


@reads(
    FLOW_LOG,
    "logging",
    ("vpcId", "logDestination"),
    left_out={"destinationOptions": ON_CREATION},
    tagged=True,
)
def read_flow_log(lookup: Lookup) -> Found:
    vpc, destination = lookup.name("vpcId"), lookup.name("logDestination", at=1)
    by_vpc: Any = [{"Name": "resource-id", "Values": [vpc]}]
    listed = lookup.pages("ec2.DescribeFlowLogs", "FlowLogs", Filter=by_vpc)
    log = first([each for each in listed if _writes_to(each, destination)])
    properties = {
        "iamRoleArn": log.get("DeliverLogsPermissionArn"),
        "logDestinationType": log.get("LogDestinationType"),
        "logFormat": log.get("LogFormat"),
        "maxAggregationInterval": log.get("MaxAggregationInterval"),
        "trafficType": log.get("TrafficType"),
    }
    return found_in_ec2(lookup, log, log["FlowLogId"], "vpc-flow-log", properties)


@reads(EC2_TAG, "tags", ("resourceId", "key"))
def read_tag(lookup: Lookup) -> Found:
    id, key = lookup.security_group("resourceId"), lookup.name("key")
    filters: Any = [{"Name": "resource-id", "Values": [id]}, {"Name": "key", "Values": [key]}]
    tag = lookup.one("ec2.DescribeTags", "Tags", Filters=filters)
    return Found(names=(f"{id},{key}",), properties={"value": tag["Value"]})


def _writes_to(log: Mapping[str, Any], destination: str) -> bool:
    found = str(log.get("LogDestination") or log.get("LogGroupName"))
    return found.removesuffix(":*") == destination or destination.endswith(f":log-group:{found}")


def _attribute(lookup: Lookup, vpc: str, name: str) -> Any:
    answer = lookup.ask("ec2.DescribeVpcAttribute", VpcId=vpc, Attribute=name)
    return answer[name[0].upper() + name[1:]]["Value"]
