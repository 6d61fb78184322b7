"""VPCs, subnets and what leads out of them."""

from zlib import crc32

from paved.aws.creating.api import Api
from paved.aws.creating.inputs import Inputs
from paved.aws.creating.registry import Created, creates
from paved.aws.ec2 import tag_specifications

_DESTINATIONS = ("destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId")


@creates("aws:ec2/vpc:Vpc")
def vpc(inputs: Inputs, api: Api) -> Created:
    tags = tag_specifications("vpc", api.tags(inputs))
    request = api.fit("ec2", "CreateVpc", inputs)
    made = api.call("ec2", "CreateVpc", {**request, "TagSpecifications": tags})["Vpc"]
    id = made["VpcId"]
    for key in ("enableDnsSupport", "enableDnsHostnames", "enableNetworkAddressUsageMetrics"):
        if key in inputs:
            attribute = key[0].upper() + key[1:]
            api.call("ec2", "ModifyVpcAttribute", {"VpcId": id, attribute: {"Value": inputs.take(key)}})
    in_vpc = {"Filters": [{"Name": "vpc-id", "Values": [id]}]}
    group = api.inside("ec2", "DescribeSecurityGroups", in_vpc)["SecurityGroups"][0]
    table = api.inside("ec2", "DescribeRouteTables", in_vpc)["RouteTables"][0]
    acl = api.inside("ec2", "DescribeNetworkAcls", in_vpc)["NetworkAcls"][0]
    return Created(
        id=id,
        outputs={
            "arn": api.arn("ec2", f"vpc/{id}"),
            "ownerId": made["OwnerId"],
            "dhcpOptionsId": made["DhcpOptionsId"],
            "defaultSecurityGroupId": group["GroupId"],
            "defaultNetworkAclId": acl["NetworkAclId"],
            "defaultRouteTableId": table["RouteTableId"],
            "mainRouteTableId": table["RouteTableId"],
        },
    )


@creates("aws:ec2/subnet:Subnet")
def subnet(inputs: Inputs, api: Api) -> Created:
    tags = tag_specifications("subnet", api.tags(inputs))
    request = api.fit("ec2", "CreateSubnet", inputs)
    made = api.call("ec2", "CreateSubnet", {**request, "TagSpecifications": tags})["Subnet"]
    id = made["SubnetId"]
    # moto gives public addresses in the first subnet of each zone, which AWS does only in a default VPC
    is_public = inputs.take("mapPublicIpOnLaunch", False)
    api.call("ec2", "ModifySubnetAttribute", {"SubnetId": id, "MapPublicIpOnLaunch": {"Value": is_public}})
    return Created(
        id=id,
        outputs={
            "arn": made["SubnetArn"],
            "ownerId": made["OwnerId"],
            "availabilityZone": made["AvailabilityZone"],
            "availabilityZoneId": made["AvailabilityZoneId"],
        },
    )


@creates("aws:ec2/internetGateway:InternetGateway")
def internet_gateway(inputs: Inputs, api: Api) -> Created:
    tags = tag_specifications("internet-gateway", api.tags(inputs))
    made = api.call("ec2", "CreateInternetGateway", {"TagSpecifications": tags})["InternetGateway"]
    id = made["InternetGatewayId"]
    if "vpcId" in inputs:
        api.call("ec2", "AttachInternetGateway", {"InternetGatewayId": id, "VpcId": inputs.take("vpcId")})
    return Created(
        id=id,
        outputs={"arn": api.arn("ec2", f"internet-gateway/{id}"), "ownerId": api.place.account},
    )


@creates("aws:ec2/eip:Eip")
def elastic_ip(inputs: Inputs, api: Api) -> Created:
    tags = tag_specifications("elastic-ip", api.tags(inputs))
    request = api.fit("ec2", "AllocateAddress", inputs)
    made = api.call("ec2", "AllocateAddress", {**request, "TagSpecifications": tags})
    id = made["AllocationId"]
    return Created(
        id=id,
        outputs={
            "allocationId": id,
            "arn": api.arn("ec2", f"elastic-ip/{id}"),
            "publicIp": made["PublicIp"],
        },
    )


@creates("aws:ec2/natGateway:NatGateway")
def nat_gateway(inputs: Inputs, api: Api) -> Created:
    tags = tag_specifications("natgateway", api.tags(inputs))
    request = api.fit("ec2", "CreateNatGateway", inputs)
    made = api.call("ec2", "CreateNatGateway", {**request, "TagSpecifications": tags})["NatGateway"]
    address = (made.get("NatGatewayAddresses") or [{}])[0]
    return Created(
        id=made["NatGatewayId"],
        outputs={
            "publicIp": address.get("PublicIp"),
            "privateIp": address.get("PrivateIp"),
            "networkInterfaceId": address.get("NetworkInterfaceId"),
        },
    )


@creates("aws:ec2/routeTable:RouteTable")
def route_table(inputs: Inputs, api: Api) -> Created:
    tags = tag_specifications("route-table", api.tags(inputs))
    request = api.fit("ec2", "CreateRouteTable", inputs)
    made = api.call("ec2", "CreateRouteTable", {**request, "TagSpecifications": tags})["RouteTable"]
    id = made["RouteTableId"]
    return Created(id=id, outputs={"arn": api.arn("ec2", f"route-table/{id}"), "ownerId": made["OwnerId"]})


@creates("aws:ec2/route:Route")
def route(inputs: Inputs, api: Api) -> Created:
    destination = next((inputs.take(key) for key in _DESTINATIONS if key in inputs), "")
    request = api.fit("ec2", "CreateRoute", inputs)
    api.call("ec2", "CreateRoute", request)
    digest = crc32(str(destination).encode())
    return Created(
        id=f"r-{request['RouteTableId']}{digest}", outputs={"origin": "CreateRoute", "state": "active"}
    )


@creates("aws:ec2/routeTableAssociation:RouteTableAssociation")
def route_table_association(inputs: Inputs, api: Api) -> Created:
    request = api.fit("ec2", "AssociateRouteTable", inputs)
    return Created(id=api.call("ec2", "AssociateRouteTable", request)["AssociationId"])


@creates("aws:ec2/vpcEndpoint:VpcEndpoint")
def vpc_endpoint(inputs: Inputs, api: Api) -> Created:
    tags = tag_specifications("vpc-endpoint", api.tags(inputs))
    request = api.fit("ec2", "CreateVpcEndpoint", inputs, {"policy": "PolicyDocument"})
    made = api.call("ec2", "CreateVpcEndpoint", {**request, "TagSpecifications": tags})["VpcEndpoint"]
    id = made["VpcEndpointId"]
    return Created(
        id=id,
        outputs={
            "arn": api.arn("ec2", f"vpc-endpoint/{id}"),
            "ownerId": api.place.account,
            "state": "available",
            "dnsEntries": [
                {"dnsName": entry["DnsName"], "hostedZoneId": entry["HostedZoneId"]}
                for entry in made.get("DnsEntries", [])
            ],
            "networkInterfaceIds": made.get("NetworkInterfaceIds", []),
        },
    )


@creates("aws:ec2/flowLog:FlowLog")
def flow_log(inputs: Inputs, api: Api) -> Created:
    tags = tag_specifications("vpc-flow-log", api.tags(inputs))
    kinds = (("vpcId", "VPC"), ("subnetId", "Subnet"), ("eniId", "NetworkInterface"))
    key, kind = next((pair for pair in kinds if pair[0] in inputs), kinds[0])
    request = {
        **api.fit("ec2", "CreateFlowLogs", inputs, {"iamRoleArn": "DeliverLogsPermissionArn"}),
        "ResourceIds": [inputs.take(key)],
        "ResourceType": kind,
        "TagSpecifications": tags,
    }
    id = api.call("ec2", "CreateFlowLogs", request)["FlowLogIds"][0]
    return Created(id=id, outputs={"arn": api.arn("ec2", f"vpc-flow-log/{id}")})


@creates("aws:ec2/tag:Tag")
def tag(inputs: Inputs, api: Api) -> Created:
    """One tag of something that another stack, or the service itself, made."""
    resource, key = inputs.take("resourceId"), inputs.take("key")
    request = {"Resources": [resource], "Tags": [{"Key": key, "Value": inputs.take("value")}]}
    api.call("ec2", "CreateTags", request)
    return Created(id=f"{resource},{key}")
