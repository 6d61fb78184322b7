"""The network of a foundation: routes, groups and endpoints, and what is put into its VPC."""

import json

from tests.paved.audit.sabotage.hand import Hand, Seen, changed, extra, sabotage

VPC = "ec2 Vpc foundation-prod"
OPEN = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}


@sabotage(
    "a route of subnets without internet to the internet gateway",
    extra("ec2 RouteTable foundation-prod-intra", "route"),
)
def route(hand: Hand) -> None:
    [gateway] = hand("ec2").describe_internet_gateways()["InternetGateways"]
    table = hand.table("foundation-prod-intra")["RouteTableId"]
    hand("ec2").create_route(
        RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway["InternetGatewayId"]
    )


@sabotage(
    "a subnet moved to a route table of nobody's",
    Seen("missing", "high", "network", "ec2 RouteTableAssociation *intra-use1-az2"),
    extra(VPC, "route table"),
)
def other_table(hand: Hand) -> None:
    subnet = hand.subnet("foundation-prod-intra-use1-az2")
    table = hand.table("foundation-prod-intra")
    [link] = [each for each in table["Associations"] if each.get("SubnetId") == subnet]
    made = hand("ec2").create_route_table(VpcId=hand.vpc())["RouteTable"]["RouteTableId"]
    hand("ec2").replace_route_table_association(
        AssociationId=link["RouteTableAssociationId"], RouteTableId=made
    )


@sabotage(
    "a port of a security group open to everybody",
    extra("ec2 SecurityGroup foundation-prod-endpoints", "ingress rule"),
)
def ingress(hand: Hand) -> None:
    named = [{"Name": "group-name", "Values": ["paved-foundation-prod-endpoints"]}]
    [group] = hand("ec2").describe_security_groups(Filters=named)["SecurityGroups"]
    hand("ec2").authorize_security_group_ingress(GroupId=group["GroupId"], IpPermissions=[OPEN])


@sabotage(
    "the policy of an endpoint that lets everything through",
    changed("ec2 VpcEndpoint foundation-prod-endpoints-s3", "policy*", "network"),
    extra("ec2 VpcEndpoint foundation-prod-endpoints-s3", "policy*"),
)
def endpoint_policy(hand: Hand) -> None:
    named = [{"Name": "service-name", "Values": ["com.amazonaws.us-east-1.s3"]}]
    listed = hand("ec2").describe_vpc_endpoints(Filters=named)["VpcEndpoints"]
    [gateway] = [each for each in listed if each["VpcEndpointType"] == "Gateway"]
    everything = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
    policy = {"Version": "2012-10-17", "Statement": [everything]}
    hand("ec2").modify_vpc_endpoint(VpcEndpointId=gateway["VpcEndpointId"], PolicyDocument=json.dumps(policy))


@sabotage("an endpoint that nobody planned, without a tag", extra(VPC, "endpoint"))
def endpoint(hand: Hand) -> None:
    hand("ec2").create_vpc_endpoint(
        VpcId=hand.vpc(), ServiceName="com.amazonaws.us-east-1.dynamodb", VpcEndpointType="Gateway"
    )


@sabotage("a peering of the VPC with another one", extra(VPC, "peering connection"))
def peering(hand: Hand) -> None:
    other = hand("ec2").create_vpc(CidrBlock="10.200.0.0/16")["Vpc"]["VpcId"]
    hand("ec2").create_vpc_peering_connection(VpcId=hand.vpc(), PeerVpcId=other)


@sabotage("the VPC attached to a transit gateway", extra(VPC, "transit gateway attachment"))
def transit(hand: Hand) -> None:
    gateway = hand("ec2").create_transit_gateway()["TransitGateway"]["TransitGatewayId"]
    hand("ec2").create_transit_gateway_vpc_attachment(
        TransitGatewayId=gateway, VpcId=hand.vpc(), SubnetIds=[hand.subnet("foundation-prod-intra-use1-az4")]
    )


@sabotage("a VPN gateway of the VPC", extra(VPC, "VPN gateway"))
def vpn(hand: Hand) -> None:
    made = hand("ec2").create_vpn_gateway(Type="ipsec.1")["VpnGateway"]["VpnGatewayId"]
    hand("ec2").attach_vpn_gateway(VpcId=hand.vpc(), VpnGatewayId=made)


@sabotage("another network ACL of the VPC", extra(VPC, "network ACL"))
def acl(hand: Hand) -> None:
    hand("ec2").create_network_acl(VpcId=hand.vpc())


@sabotage("an entry more in the VPC's own network ACL", extra(VPC, "network ACL entry"))
def acl_entry(hand: Hand) -> None:
    only = [{"Name": "vpc-id", "Values": [hand.vpc()]}, {"Name": "default", "Values": ["true"]}]
    [own] = hand("ec2").describe_network_acls(Filters=only)["NetworkAcls"]
    hand("ec2").create_network_acl_entry(
        NetworkAclId=own["NetworkAclId"],
        RuleNumber=50,
        Protocol="-1",
        RuleAction="allow",
        Egress=False,
        CidrBlock="203.0.113.0/24",
    )


@sabotage("name servers of somebody else for the whole VPC", extra(VPC, "DHCP options"))
def dhcp(hand: Hand) -> None:
    servers = [{"Key": "domain-name-servers", "Values": ["203.0.113.53"]}]
    made = hand("ec2").create_dhcp_options(DhcpConfigurations=servers)["DhcpOptions"]["DhcpOptionsId"]
    hand("ec2").associate_dhcp_options(DhcpOptionsId=made, VpcId=hand.vpc())


@sabotage(
    "the flow log deleted", Seen("missing", "medium", "logging", "ec2 FlowLog foundation-prod-flow-logs")
)
def flow_log(hand: Hand) -> None:
    [log] = hand("ec2").describe_flow_logs()["FlowLogs"]
    hand("ec2").delete_flow_logs(FlowLogIds=[log["FlowLogId"]])


@sabotage("a subnet that nobody planned", extra(VPC, "subnet"))
def subnet(hand: Hand) -> None:
    hand("ec2").create_subnet(VpcId=hand.vpc(), CidrBlock="10.16.252.0/24")


@sabotage("a second range of addresses of the VPC", extra(VPC, "CIDR block"))
def cidr(hand: Hand) -> None:
    hand("ec2").associate_vpc_cidr_block(VpcId=hand.vpc(), CidrBlock="100.64.0.0/16")


@sabotage("a security group that nobody planned", extra(VPC, "security group"))
def group(hand: Hand) -> None:
    made = hand("ec2").create_security_group(GroupName="debug", Description="debug", VpcId=hand.vpc())
    hand("ec2").authorize_security_group_ingress(GroupId=made["GroupId"], IpPermissions=[OPEN])


@sabotage("a NAT gateway that nobody planned", extra(VPC, "NAT gateway"), extra(VPC, "public address"))
def nat(hand: Hand) -> None:
    address = hand("ec2").allocate_address(Domain="vpc")["AllocationId"]
    hand("ec2").create_nat_gateway(
        SubnetId=hand.subnet("foundation-prod-public-use1-az2"), AllocationId=address
    )


@sabotage("an instance in the VPC, without a tag", extra(VPC, "instance"))
def instance(hand: Hand) -> None:
    hand("ec2").run_instances(
        ImageId="ami-12c6146b",
        MinCount=1,
        MaxCount=1,
        InstanceType="t3.micro",
        SubnetId=hand.subnet("foundation-prod-private-use1-az2"),
    )


@sabotage("a network interface with a public address", extra(VPC, "public address"))
def public_interface(hand: Hand) -> None:
    made = hand("ec2").create_network_interface(SubnetId=hand.subnet("foundation-prod-public-use1-az4"))
    address = hand("ec2").allocate_address(Domain="vpc")["AllocationId"]
    hand("ec2").associate_address(
        AllocationId=address, NetworkInterfaceId=made["NetworkInterface"]["NetworkInterfaceId"]
    )


@sabotage("a load balancer on the internet that no controller made", extra(VPC, "load balancer"))
def balancer(hand: Hand) -> None:
    subnets = [hand.subnet(f"foundation-prod-public-use1-az{zone}") for zone in (2, 4)]
    hand("elbv2").create_load_balancer(Name="debug", Subnets=subnets, Scheme="internet-facing")


@sabotage(
    "a subnet that gives its instances public addresses",
    changed("ec2 Subnet foundation-prod-private-use1-az2", "mapPublicIpOnLaunch", "network"),
)
def public_subnet(hand: Hand) -> None:
    hand("ec2").modify_subnet_attribute(
        SubnetId=hand.subnet("foundation-prod-private-use1-az2"), MapPublicIpOnLaunch={"Value": True}
    )


@sabotage(
    "another version of the launch template, with a key to log in by",
    extra("ec2 LaunchTemplate foundation-prod", "member", "settings", "low"),
    changed("eks NodeGroup foundation-prod", "launchTemplate.version", "settings", "low"),
)
def template(hand: Hand) -> None:
    name = "paved-foundation-prod-system"
    asked = {"LaunchTemplateName": name, "Versions": ["$Latest"]}
    [last] = hand("ec2").describe_launch_template_versions(**asked)["LaunchTemplateVersions"]
    data = {**last["LaunchTemplateData"], "KeyName": "mallory"}
    made = hand("ec2").create_launch_template_version(LaunchTemplateName=name, LaunchTemplateData=data)[
        "LaunchTemplateVersion"
    ]
    hand("ec2").modify_launch_template(LaunchTemplateName=name, DefaultVersion=str(made["VersionNumber"]))


@sabotage(
    "a route of the VPC's first table, which every subnet without one of its own has",
    extra(VPC, "route of the main table"),
)
def main_route(hand: Hand) -> None:
    only = [{"Name": "vpc-id", "Values": [hand.vpc()]}, {"Name": "association.main", "Values": ["true"]}]
    [table] = hand("ec2").describe_route_tables(Filters=only)["RouteTables"]
    [gateway] = hand("ec2").describe_internet_gateways()["InternetGateways"]
    hand("ec2").create_route(
        RouteTableId=table["RouteTableId"],
        DestinationCidrBlock="0.0.0.0/0",
        GatewayId=gateway["InternetGatewayId"],
    )


@sabotage("another internet gateway of the VPC", extra(VPC, "internet gateway"))
def gateway(hand: Hand) -> None:
    made = hand("ec2").create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    hand("ec2").attach_internet_gateway(InternetGatewayId=made, VpcId=hand.vpc())


@sabotage("a way out by IPv6", extra(VPC, "egress-only gateway"))
def egress_only(hand: Hand) -> None:
    hand("ec2").create_egress_only_internet_gateway(VpcId=hand.vpc())


@sabotage("a copy of the flow log for another account", extra(VPC, "flow log"))
def flow_log_copy(hand: Hand) -> None:
    hand("s3").create_bucket(Bucket="theirs-flows")
    hand("ec2").create_flow_logs(
        ResourceType="VPC",
        ResourceIds=[hand.vpc()],
        TrafficType="ALL",
        LogDestinationType="s3",
        LogDestination="arn:aws:s3:::theirs-flows",
    )
