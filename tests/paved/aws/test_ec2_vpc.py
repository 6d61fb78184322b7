"""VPCs, their subnets and endpoints, the log of their traffic, and single tags."""

VPC = "aws:ec2/vpc:Vpc"
SUBNET = "aws:ec2/subnet:Subnet"
TABLE = "aws:ec2/routeTable:RouteTable"


def tags(resource):
    return {tag["Key"]: tag["Value"] for tag in resource["Tags"]}


def test_a_vpc_has_its_dns_settings_its_tags_and_what_comes_with_it(account):
    inputs = {
        "cidrBlock": "10.16.0.0/16",
        "enableDnsHostnames": True,
        "enableDnsSupport": True,
        "tags": {"Name": "net"},
    }
    id, outputs = account.create(VPC, inputs)
    ec2 = account.client("ec2")
    (vpc,) = ec2.describe_vpcs(VpcIds=[id])["Vpcs"]
    assert vpc["CidrBlock"] == "10.16.0.0/16"
    assert tags(vpc) == {"Name": "net", "team": "vision", "service": "test"}
    assert ec2.describe_vpc_attribute(VpcId=id, Attribute="enableDnsHostnames")["EnableDnsHostnames"]["Value"]
    assert outputs["arn"] == f"arn:aws:ec2:us-east-1:111122223333:vpc/{id}"
    (group,) = ec2.describe_security_groups(GroupIds=[outputs["defaultSecurityGroupId"]])["SecurityGroups"]
    assert (group["GroupName"], group["VpcId"]) == ("default", id)
    (table,) = ec2.describe_route_tables(RouteTableIds=[outputs["mainRouteTableId"]])["RouteTables"]
    assert table["VpcId"] == id
    assert account.calls == ["ec2.CreateVpc", "ec2.ModifyVpcAttribute", "ec2.ModifyVpcAttribute"]


def test_a_subnet_is_private_unless_it_says_otherwise(account):
    vpc = account.vpc()
    for zone, cidr, public in (("use1-az2", "10.16.0.0/20", None), ("use1-az4", "10.16.16.0/20", True)):
        inputs = {"vpcId": vpc, "availabilityZoneId": zone, "cidrBlock": cidr, "mapPublicIpOnLaunch": public}
        inputs = {key: value for key, value in inputs.items() if value is not None}
        id, outputs = account.create(SUBNET, inputs, name=zone)
        (subnet,) = account.client("ec2").describe_subnets(SubnetIds=[id])["Subnets"]
        assert (subnet["VpcId"], subnet["AvailabilityZoneId"], subnet["CidrBlock"]) == (vpc, zone, cidr)
        assert subnet["MapPublicIpOnLaunch"] is bool(public)
        assert outputs["availabilityZone"] == subnet["AvailabilityZone"]
        assert outputs["arn"] == subnet["SubnetArn"]


def test_a_subnet_outside_its_vpc_is_refused(account):
    inputs = {"vpcId": account.vpc(), "cidrBlock": "10.99.0.0/20", "availabilityZoneId": "use1-az2"}
    (said,) = account.rejections(SUBNET, inputs)
    assert said.startswith("ec2.CreateSubnet: The CIDR '10.99.0.0/20' is invalid.")


def test_overlapping_subnets_are_refused(account):
    vpc = account.vpc()
    account.subnet(vpc, "use1-az2", "10.16.0.0/20")
    inputs = {"vpcId": vpc, "cidrBlock": "10.16.8.0/21", "availabilityZoneId": "use1-az4"}
    (said,) = account.rejections(SUBNET, inputs)
    assert "conflicts with another subnet" in said


def test_endpoints_hold_their_subnets_groups_and_tables(account):
    vpc = account.vpc()
    subnet = account.subnet(vpc, "use1-az2", "10.16.0.0/20")
    table, _ = account.create(TABLE, {"vpcId": vpc})
    group, _ = account.create(
        "aws:ec2/securityGroup:SecurityGroup", {"name": "endpoints", "description": "HTTPS", "vpcId": vpc}
    )
    common = {"vpcId": vpc, "serviceName": "com.amazonaws.us-east-1.kms"}
    endpoint = "aws:ec2/vpcEndpoint:VpcEndpoint"
    interface = {"vpcEndpointType": "Interface", "subnetIds": [subnet], "securityGroupIds": [group]}
    first, _ = account.create(endpoint, {**common, **interface, "privateDnsEnabled": True}, name="kms")
    gateway = {"vpcEndpointType": "Gateway", "routeTableIds": [table]}
    second, _ = account.create(
        endpoint, {**common, **gateway, "serviceName": "com.amazonaws.us-east-1.s3"}, name="s3"
    )
    found = account.client("ec2").describe_vpc_endpoints(VpcEndpointIds=[first, second])["VpcEndpoints"]
    by_id = {e["VpcEndpointId"]: e for e in found}
    assert by_id[first]["SubnetIds"] == [subnet]
    assert [g["GroupId"] for g in by_id[first]["Groups"]] == [group]
    assert by_id[first]["PrivateDnsEnabled"]
    assert by_id[second]["RouteTableIds"] == [table]
    assert by_id[second]["VpcEndpointType"] == "Gateway"


def test_flow_logs_go_to_their_log_group(account):
    vpc = account.vpc()
    role = account.role("flow-logs", "vpc-flow-logs.amazonaws.com")
    _, group = account.create("aws:cloudwatch/logGroup:LogGroup", {"name": "/flow"})
    inputs = {
        "vpcId": vpc,
        "trafficType": "ALL",
        "logDestinationType": "cloud-watch-logs",
        "logDestination": group["arn"],
        "iamRoleArn": role,
    }
    id, _ = account.create("aws:ec2/flowLog:FlowLog", inputs)
    (found,) = account.client("ec2").describe_flow_logs(FlowLogIds=[id])["FlowLogs"]
    assert (found["ResourceId"], found["TrafficType"]) == (vpc, "ALL")
    assert found["DeliverLogsPermissionArn"] == role
    assert found["LogDestination"] == group["arn"]


def test_a_single_tag_is_put_on_what_someone_else_made(account):
    vpc = account.vpc()
    id, _ = account.create(
        "aws:ec2/tag:Tag", {"resourceId": vpc, "key": "karpenter.sh/discovery", "value": "c"}
    )
    (found,) = account.client("ec2").describe_vpcs(VpcIds=[vpc])["Vpcs"]
    assert tags(found)["karpenter.sh/discovery"] == "c"
    assert id == f"{vpc},karpenter.sh/discovery"
