"""Contents of a VPC: its parts, what runs in it, and its ways out, each listed by the VPC and not by a tag."""

from collections.abc import Iterator, Mapping
from typing import Any

from paved.aws.reading.facts import Content, Contents
from paved.aws.reading.lookup import Lookup, tag_map
from paved.aws.reading.runtime import is_runtime
from paved.aws.services import iam_actions
from reference.tags import SERVICE_TAG

IAM_ACTIONS = {
    **iam_actions(
        "ec2",
        "DescribeDhcpOptions",
        "DescribeEgressOnlyInternetGateways",
        "DescribeInstances",
        "DescribeNetworkAcls",
        "DescribeNetworkInterfaces",
        "DescribeTransitGatewayVpcAttachments",
        "DescribeVpcPeeringConnections",
        "DescribeVpnGateways",
    ),
    **iam_actions(
        "elbv2",
        DescribeLoadBalancers="elasticloadbalancing:DescribeLoadBalancers",
        DescribeTags="elasticloadbalancing:DescribeTags",
    ),
}

LISTED = {
    "subnet": ("Subnets", "SubnetId", "vpc-id"),
    "security group": ("SecurityGroups", "GroupId", "vpc-id"),
    "internet gateway": ("InternetGateways", "InternetGatewayId", "attachment.vpc-id"),
    "endpoint": ("VpcEndpoints", "VpcEndpointId", "vpc-id"),
    "transit gateway attachment": ("TransitGatewayVpcAttachments", "TransitGatewayAttachmentId", "vpc-id"),
    "VPN gateway": ("VpnGateways", "VpnGatewayId", "attachment.vpc-id"),
    "NAT gateway": ("NatGateways", "NatGatewayId", "vpc-id"),
}
"""Kinds of parts: the call that describes them, their id, and the filter by a VPC."""
GONE = ("deleted", "deleting", "failed", "rejected", "expired")
OPEN_RULES = {(False, 100, "allow"), (False, 32767, "deny"), (True, 100, "allow"), (True, 32767, "deny")}
"""The entries with which EC2 makes the first network ACL of a VPC: egress or not, number, action."""
OF_AWS_DNS = "AmazonProvidedDNS"
LIVE_STATES = ["pending", "running", "stopping", "stopped"]


def vpc_contents(lookup: Lookup, vpc: Mapping[str, Any]) -> Contents:
    """The parts of a VPC, each kind read by itself."""
    id = vpc["VpcId"]
    listed = {kind: _lister(lookup, id, kind) for kind in LISTED}
    return {
        **listed,
        "route table": lambda: _tables(lookup, id),
        "peering connection": lambda: _peerings(lookup, id),
        "egress-only gateway": lambda: _egress_only(lookup, id),
        "network ACL": lambda: _acls(lookup, id),
        "DHCP options": lambda: _dhcp(lookup, vpc.get("DhcpOptionsId")),
        "CIDR block": lambda: _cidrs(lookup, vpc),
        "flow log": lambda: _flow_logs(lookup, id),
        "instance": lambda: _instances(lookup, id),
        "public address": lambda: _public_addresses(lookup, id),
        "load balancer": lambda: _balancers(lookup, id),
    }


def route_contents(table: Mapping[str, Any], kind: str) -> Iterator[Content]:
    """The routes of a table, but for the one inside the VPC."""
    for route in table["Routes"]:
        destination = _destination(route)
        targets = [
            value
            for key, value in sorted(route.items())
            if key.endswith("Id") and key != "DestinationPrefixListId"
        ]
        target = next(iter(targets), "nowhere")
        # An endpoint of the plan puts its routes into the tables that it is planned with.
        name = target if target.startswith("vpce-") else route_name(table, destination)
        if target != "local":
            yield Content(kind=kind, name=name, label=f"{destination} to {target}", concern="network")


def route_name(table: Mapping[str, Any], destination: str) -> str:
    """The name of a route, by which the audit knows whether the plan has it."""
    return f"{table['RouteTableId']} {destination}"


def _destination(route: Mapping[str, Any]) -> str:
    keys = ("DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")
    return next(str(route[key]) for key in keys if route.get(key))


def _described(lookup: Lookup, key: str, **filters: Any) -> list[Mapping[str, Any]]:
    given = [
        {"Name": name.replace("__", ".").replace("_", "-"), "Values": values}
        for name, values in filters.items()
    ]
    parameter = "Filter" if key in ("NatGateways", "FlowLogs") else "Filters"
    return lookup.pages(f"ec2.Describe{key}", key, **{parameter: given})


def _lister(lookup: Lookup, vpc: str, kind: str) -> Any:
    def read() -> Iterator[Content]:
        key, id, name = LISTED[kind]
        for each in _described(lookup, key, **{name: [vpc]}):
            yield from _part(kind, str(each[id]), each)

    return read


def _part(kind: str, name: str, found: Mapping[str, Any], label: str | None = None) -> Iterator[Content]:
    """A part by its id, unless it is gone, or AWS or the cluster made it."""
    tags, state = tag_map(found.get("Tags")), str(found.get("State", ""))
    # The group that EKS makes for a cluster bears its name where the tag is not told.
    of_eks = str(found.get("GroupName", "")).startswith("eks-cluster-sg-")
    if state in GONE or found.get("RequesterManaged") or is_runtime(tags) or of_eks:
        return
    text = label or found.get("GroupName") or found.get("CidrBlock") or found.get("ServiceName")
    shown = f"{name} ({text})" if text else name
    yield Content(kind=kind, name=name, label=shown, concern="network", service=lambda: tags.get(SERVICE_TAG))


def _tables(lookup: Lookup, vpc: str) -> Iterator[Content]:
    for table in _described(lookup, "RouteTables", vpc_id=[vpc]):
        # Each VPC has a first table, which holds the one route inside it as long as nobody adds another.
        if any(each.get("Main") for each in table.get("Associations", ())):
            yield from route_contents(table, "route of the main table")
        else:
            yield from _part("route table", table["RouteTableId"], table)


def _peerings(lookup: Lookup, vpc: str) -> Iterator[Content]:
    for side in ("requester", "accepter"):
        for each in _described(lookup, "VpcPeeringConnections", **{f"{side}-vpc-info.vpc-id": [vpc]}):
            other = each["AccepterVpcInfo" if side == "requester" else "RequesterVpcInfo"]
            label = f"with {other.get('VpcId')} of {other.get('OwnerId')}"
            if each["Status"]["Code"] not in GONE:
                yield from _part("peering connection", each["VpcPeeringConnectionId"], each, label)


def _egress_only(lookup: Lookup, vpc: str) -> Iterator[Content]:
    call = "ec2.DescribeEgressOnlyInternetGateways"
    for each in lookup.pages(call, "EgressOnlyInternetGateways"):
        if vpc in [link.get("VpcId") for link in each.get("Attachments", ())]:
            yield from _part("egress-only gateway", each["EgressOnlyInternetGatewayId"], each)


def _acls(lookup: Lookup, vpc: str) -> Iterator[Content]:
    for acl in _described(lookup, "NetworkAcls", vpc_id=[vpc]):
        if not acl["IsDefault"]:
            yield from _part("network ACL", acl["NetworkAclId"], acl)
            continue
        for entry in acl["Entries"]:
            rule = (entry["Egress"], entry["RuleNumber"], entry["RuleAction"])
            if rule not in OPEN_RULES:
                way = "to" if entry["Egress"] else "from"
                label = f"{entry['RuleAction']} {way} {entry.get('CidrBlock') or entry.get('Ipv6CidrBlock')}"
                name = f"{acl['NetworkAclId']} {rule}"
                yield Content(kind="network ACL entry", name=name, label=label, concern="network")


def _dhcp(lookup: Lookup, id: str | None) -> Iterator[Content]:
    """Options of a VPC that name other servers than AWS's own. A new VPC has the account's first ones."""
    if id is None or id == "default":
        return
    for options in lookup.pages("ec2.DescribeDhcpOptions", "DhcpOptions", DhcpOptionsIds=[id]):
        for each in options.get("DhcpConfigurations", ()):
            values = [value["Value"] for value in each.get("Values", ())]
            if each["Key"] == "domain-name-servers" and values != [OF_AWS_DNS]:
                label = f"{id} with name servers {', '.join(values)}"
                yield Content(kind="DHCP options", name=id, label=label, concern="network")


def _cidrs(lookup: Lookup, vpc: Mapping[str, Any]) -> Iterator[Content]:
    for member in ("CidrBlockAssociationSet", "Ipv6CidrBlockAssociationSet"):
        for each in vpc.get(member, ()):
            block = each.get("CidrBlock") or each.get("Ipv6CidrBlock")
            if block and block != lookup.inputs.get("cidrBlock"):
                yield Content(
                    kind="CIDR block", name=f"{vpc['VpcId']} {block}", label=block, concern="network"
                )


def _flow_logs(lookup: Lookup, vpc: str) -> Iterator[Content]:
    """Logs of the VPC's traffic: one more is a copy of it for somebody."""
    for each in _described(lookup, "FlowLogs", resource_id=[vpc]):
        label = str(each.get("LogDestination") or each.get("LogGroupName"))
        yield from _part("flow log", each["FlowLogId"], each, f"to {label}")


def _instances(lookup: Lookup, vpc: str) -> Iterator[Content]:
    filters: Any = [
        {"Name": "vpc-id", "Values": [vpc]},
        {"Name": "instance-state-name", "Values": LIVE_STATES},
    ]
    for reservation in lookup.pages("ec2.DescribeInstances", "Reservations", Filters=filters):
        for each in reservation["Instances"]:
            yield from _part("instance", each["InstanceId"], {"Tags": each.get("Tags")}, each["InstanceType"])


def _public_addresses(lookup: Lookup, vpc: str) -> Iterator[Content]:
    """Interfaces that the internet reaches by an address, but for the planned addresses."""
    for each in _described(lookup, "NetworkInterfaces", vpc_id=[vpc]):
        association = each.get("Association", {})
        if address := association.get("PublicIp"):
            id = each["NetworkInterfaceId"]
            name, found = association.get("AllocationId", id), {**each, "Tags": each.get("TagSet")}
            yield from _part("public address", name, found, f"{address} of {id}")


def _balancers(lookup: Lookup, vpc: str) -> Iterator[Content]:
    listed = lookup.pages("elbv2.DescribeLoadBalancers", "LoadBalancers")
    for each in [each for each in listed if each.get("VpcId") == vpc]:
        arn = each["LoadBalancerArn"]
        tags = lookup.pages("elbv2.DescribeTags", "TagDescriptions", ResourceArns=[arn])
        found = {"Tags": [pair for description in tags for pair in description.get("Tags", ())]}
        yield from _part("load balancer", arn, found, str(each.get("Scheme")))
