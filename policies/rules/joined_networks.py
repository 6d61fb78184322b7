"""Rules of the edges of a network: it is joined to no other, and what goes to AWS goes through its endpoints."""

from collections.abc import Iterator

from policies.resources import EVERY_KIND, JudgedStack, Resource
from policies.routes import TABLES, RouteOf, routes_in
from policies.rule import EVERYWHERE, Claim, Rule, Severity, claim
from policies.values import Truth
from reference.vocabulary import EKS_CLUSTER, INTERNET_GATEWAY, NAT_GATEWAY, ROUTE, VPC, VPC_ENDPOINT

JOINS = (
    *("aws:directconnect/", "aws:ec2clientvpn/", "aws:ec2transitgateway/", "aws:networkmanager/", "aws:ram/"),
    *("aws:vpclattice/", "aws:vpc/routeServer", "aws:vpc/securityGroupVpcAssociation:"),
    *("aws:ec2/carrierGateway:", "aws:ec2/customerGateway:", "aws:ec2/egressOnlyInternetGateway:"),
    *("aws:ec2/localGateway", "aws:ec2/networkInterfacePermission:", "aws:ec2/peeringConnectionOptions:"),
    *("aws:ec2/secondaryNetwork:", "aws:ec2/trafficMirror", "aws:ec2/vpcPeeringConnection", "aws:ec2/vpn"),
    *("aws:ec2/vpcEndpointService", "aws:ec2/vpcEndpointConnectionAccepter:", "aws:ec2/vpcDhcpOptions"),
    *(
        "aws:ec2/defaultVpcDhcpOptions:",
        "aws:route53/profiles",
        "aws:route53/resolver",
        "aws:route53/zoneAssociation:",
    ),
    "aws:route53/vpcAssociationAuthorization:",
)
"""Beginnings of types that join a network to another, mirror it, share it, or answer its names from elsewhere."""
ENDPOINT_ROUTES = "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation"
RECORDS = ("aws:route53/resolverQueryLogConfig", "aws:route53/resolverDnsSecConfig:")
"""Types among them that record or check names, and answer none."""
WAYS = ("gatewayId", "natGatewayId", "vpcEndpointId")
PLACES = ("cidrBlock", "ipv6CidrBlock", "destinationCidrBlock", "destinationIpv6CidrBlock")
PLACES_BY_LIST = ("destinationPrefixListId",)
NOT_WAYS = {*WAYS, *PLACES, *PLACES_BY_LIST, "routeTableId", "region", "__defaults"}
"""Properties of a route that lead to no other network: the three ways there are, and what a route is for."""


def _apart(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    kind = subject.kind
    if not kind.startswith("aws:"):
        return
    joins = kind.startswith(JOINS) and not kind.startswith(RECORDS)
    yield claim(not joins, "it joins the network to another, or shares it")
    if kind in (ROUTE, *TABLES):
        yield claim(subject.at("propagatingVgws").is_absent, "`propagatingVgws` takes in routes of others")
        for route in routes_in(subject):
            yield from _route(route, stack)
    elif kind == VPC_ENDPOINT:
        yield from _endpoint(subject, stack)
    elif kind == EKS_CLUSTER:
        remote = subject.at("remoteNetworkConfig")
        yield claim(remote.is_absent, "`remoteNetworkConfig` takes in nodes of other networks")


def _route(route: RouteOf, stack: JudgedStack) -> Iterator[Claim]:
    for key, value in route.value.entries():
        if key not in NOT_WAYS:
            yield claim(~value.is_given, f"`{value.path}` leads to another network")
    gateway = route.value.at("gatewayId")
    if gateway.is_given is Truth.NO:
        return
    if gateway.is_known:
        ours = gateway.test(lambda raw: str(raw) == "local" or str(raw).startswith("igw-"))
    else:
        ours = Truth.YES if route.targets(stack, "gatewayId", INTERNET_GATEWAY) else Truth.UNSURE
    yield claim(ours, f"`{gateway.path}` is no internet gateway of the network")


def _endpoint(endpoint: Resource, stack: JudgedStack) -> Iterator[Claim]:
    known = endpoint.at("vpcEndpointType").one_of("Interface", "Gateway", missing=True)
    yield claim(known, "`vpcEndpointType` is neither `Interface` nor `Gateway`")
    region = stack.region(endpoint)
    if not region.is_known or not isinstance(region.raw, str):
        yield claim(Truth.UNSURE, "its region is not known here")
        return
    services = (f"com.amazonaws.{region.raw}.", f"aws.sagemaker.{region.raw}.")
    own = endpoint.at("serviceName").test(lambda raw: str(raw).startswith(services))
    yield claim(own, "`serviceName` is no service of AWS in the region")
    near = endpoint.at("serviceRegion").equals(region.raw, missing=True)
    yield claim(near, "`serviceRegion` is another region")


def _by_endpoint(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if subject.kind == VPC:
        yield claim(~subject.at("enableDnsSupport").equals(False), "`enableDnsSupport` is false")
        # Without it no name of AWS leads to an endpoint; a VPC that is made by API has it off.
        yield claim(subject.at("enableDnsHostnames").equals(True), "`enableDnsHostnames` is not true")
    elif subject.at("vpcEndpointType").equals("Interface"):
        used = subject.at("privateDnsEnabled").equals(True)
        yield claim(used, "`privateDnsEnabled` is not true: names of the service lead past it")
        for key, lack in (("subnetIds", ": it answers in no zone"), ("securityGroupIds", "")):
            named = bool(stack.targets(subject, key))
            yield claim(~subject.at(key).is_absent | named, f"`{key}` is not set{lack}")
    else:
        yield from _gateway(subject, stack)


def _gateway(endpoint: Resource, stack: JudgedStack) -> Iterator[Claim]:
    of = {table.urn for table in stack.targets(endpoint, "routeTableIds")}
    for association in stack.companions(endpoint, ENDPOINT_ROUTES, "vpcEndpointId"):
        of |= {table.urn for table in stack.targets(association, "routeTableId")}
    for route in stack.of(ROUTE):
        if stack.targets(route, "natGatewayId", NAT_GATEWAY):
            past = [table.name for table in stack.targets(route, "routeTableId") if table.urn not in of]
            yield claim(not past, f"table {', '.join(past)} leads past it, through NAT")


RULES = (
    Rule(
        id="NW-15",
        name="joined-networks",
        title="The network is joined to no other",
        why="A peer, a tunnel or a share brings in whoever is on its other side, and takes out what goes there.",
        fix="Take it out, or declare an exception that names who is on the other side.",
        cluster="only the plan: it is about resources of AWS",
        severity=Severity.HIGH,
        enforcement=EVERYWHERE,
        owner="security",
        controls=("SC-7", "CA-3"),
        scope="stack",
        kinds=EVERY_KIND,
        check=_apart,
        note="Routes may lead to internet gateways, NAT gateways and endpoints; NW-04 says which subnets to which.",
    ),
    Rule(
        id="NW-16",
        name="endpoints-used",
        title="What goes to AWS from inside the VPC goes through its endpoints",
        why="An endpoint that no name or route leads to is past: its policy holds nobody, and data leaves through NAT.",
        fix="Set `privateDnsEnabled: true`, give it subnets and groups, and list every private table for a gateway.",
        severity=Severity.HIGH,
        enforcement=EVERYWHERE,
        owner="security",
        controls=("SC-7(5)",),
        scope="stack",
        kinds=(VPC, VPC_ENDPOINT),
        check=_by_endpoint,
    ),
)
