"""Rules of VPCs, subnets and security groups. The rules of a group are judged by what they open together."""

from collections.abc import Iterator

from policies.addresses import covers, public
from policies.resources import SECURITY_GROUP_RULE, JudgedStack, Resource, exists
from policies.rule import EVERYWHERE, Claim, Rule, Severity, claim
from policies.values import Truth, Undetermined, Value, all_of, any_of
from reference.vocabulary import (
    DEFAULT_SECURITY_GROUP,
    EC2_NODE_CLASS,
    EGRESS_RULE,
    EKS_CLUSTER,
    EKS_NODE_GROUP,
    FLOW_LOG,
    INGRESS_RULE,
    INTERNET_GATEWAY,
    LAUNCH_TEMPLATE,
    ROUTE,
    ROUTE_TABLE_ASSOCIATION,
    SECURITY_GROUP,
    SUBNET,
    VPC,
)

CIDR_KEYS = ("cidrBlocks", "ipv6CidrBlocks", "cidrIpv4", "cidrIpv6")
LIST_KEYS = ("prefixListIds", "prefixListId")


def _rules_of(group: Resource, stack: JudgedStack, direction: str) -> list[Value]:
    """The rules of a security group in one direction, whichever of three ways they were written in."""
    kind = INGRESS_RULE if direction == "ingress" else EGRESS_RULE
    separate = stack.companions(group, kind, "securityGroupId")
    older = stack.companions(group, SECURITY_GROUP_RULE, "securityGroupId")
    rules = group.at(direction).items()
    rules += [rule.value for rule in separate]
    rules += [rule.value for rule in older if rule.at("type").text() == direction]
    return rules


def _siblings(rule: Resource, stack: JudgedStack) -> list[Value]:
    """The ingress rules of a group that this stack does not make, and that `rule` is one of."""
    candidates = [
        each for each in stack.of(INGRESS_RULE, SECURITY_GROUP_RULE) if _group_of(each) == _group_of(rule)
    ]
    return [each.value for each in candidates if not each.at("type").equals("egress")]


def _group_of(rule: Resource) -> tuple[object, object]:
    key = "securityGroupId"
    return rule.property_dependencies.get(key, ()), rule.properties.get(key)


def _cidrs(rules: list[Value]) -> list[str]:
    """The networks that rules name. Raises Undetermined for one that is not known."""
    cidrs: list[str] = []
    for rule in rules:
        for key in CIDR_KEYS:
            cidrs += [cidr.text() for cidr in rule.at(key).items() if cidr.raw is not None]
    return cidrs


def _world_ingress(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if subject.kind in (SECURITY_GROUP, DEFAULT_SECURITY_GROUP):
        rules = _rules_of(subject, stack, "ingress")
    elif stack.targets(subject, "securityGroupId", SECURITY_GROUP) or subject.at("type").equals("egress"):
        return  # judged with its group, where rules add up, or not about ingress
    else:
        rules = _siblings(subject, stack)
    for rule in rules:
        for key in LIST_KEYS:
            known = Truth.UNSURE if rule.at(key).is_given else Truth.YES
            yield claim(known, "who is in a prefix list is not known here")
    found = _networks(rules)
    allowed = stack.settings.ingress_cidrs
    yield claim(covers(allowed, found), f"its rules together let in {', '.join(found)}")


def _networks(rules: list[Value]) -> list[str]:
    try:
        return [str(network) for network in public(_cidrs(rules))]
    except ValueError:
        raise Undetermined("a network, which is none") from None


def _egress(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if subject.kind == VPC:
        # AWS makes the default group with the VPC, open to itself, and nobody can delete it: it has to be emptied.
        closed = stack.companions(subject, DEFAULT_SECURITY_GROUP, "vpcId")
        unresolved = stack.unresolved(DEFAULT_SECURITY_GROUP, "vpcId")
        yield claim(exists(closed, unresolved), "no DefaultSecurityGroup closes it")
    elif subject.kind == DEFAULT_SECURITY_GROUP:
        for direction in ("ingress", "egress"):
            yield claim(not _rules_of(subject, stack, direction), f"`{direction}` is not empty")
    else:
        for rule in _rules_of(subject, stack, "egress"):
            everything = _is_every_port(rule)
            networks = _networks([rule]) if everything is not Truth.NO else []
            yield claim(~everything | (not networks), "it lets every port out to the internet")


def _is_every_port(rule: Value) -> Truth:
    every_protocol = rule.at("protocol").equals("-1") | rule.at("ipProtocol").equals("-1")
    return every_protocol | all_of((rule.at("fromPort").equals(0), rule.at("toPort").equals(65535)))


def _private_subnets(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if subject.kind == SUBNET:
        yield claim(~subject.at("mapPublicIpOnLaunch").equals(True), "`mapPublicIpOnLaunch` is true")
    elif subject.kind == EC2_NODE_CLASS:
        gives = subject.at("spec.associatePublicIPAddress").equals(True)
        yield claim(~gives, "`spec.associatePublicIPAddress` is true")
    elif subject.kind == LAUNCH_TEMPLATE:
        for interface in subject.at("networkInterfaces").items():
            gives = interface.at("associatePublicIpAddress").equals(True)
            yield claim(~gives, f"`{interface.path}.associatePublicIpAddress` is true")
    else:
        key = "vpcConfig" if subject.kind == EKS_CLUSTER else "subnetIds"
        subnets = stack.targets(subject, key, SUBNET)
        # Subnets that were made elsewhere are given by id: how they route is in no plan of ours.
        yield claim(Truth.YES if subnets else Truth.UNSURE, "its subnets are not of this stack")
        for subnet in subnets:
            public = _reaches_internet(subnet, stack)
            yield claim(not public, f"subnet {subnet.name} routes to an internet gateway")


def _reaches_internet(subnet: Resource, stack: JudgedStack) -> bool:
    """Whether a route table of the subnet sends anything to an internet gateway, by reference."""
    tables: list[Resource] = []
    for association in stack.companions(subnet, ROUTE_TABLE_ASSOCIATION, "subnetId"):
        tables += stack.targets(association, "routeTableId")
    routes: list[Resource] = []
    for table in tables:
        routes += stack.companions(table, ROUTE, "routeTableId")
    return any(stack.targets(route, "gatewayId", INTERNET_GATEWAY) for route in routes)


def _flow_logs(vpc: Resource, stack: JudgedStack) -> Iterator[Claim]:
    logs = stack.companions(vpc, FLOW_LOG, "vpcId")
    yield claim(exists(logs, stack.unresolved(FLOW_LOG, "vpcId")), "no FlowLog refers to it")
    if logs:
        everything = any_of(log.at("trafficType").equals("ALL") for log in logs)
        yield claim(everything, "no flow log of it records `ALL` traffic")


RULES = (
    Rule(
        id="NW-01",
        name="no-world-ingress",
        title="No security group lets in the internet",
        why="A scanner finds an open port within minutes; `0.0.0.0/1` and `128.0.0.0/1` are the world as well.",
        fix="Name private networks or other groups, or declare the network in `settings.ingress_cidrs`.",
        severity=Severity.CRITICAL,
        enforcement=EVERYWHERE,
        owner="security",
        controls=(
            "CKV_AWS_24",
            "CKV_AWS_25",
            "CKV_AWS_260",
            "CKV_AWS_277",
            "FSBP EC2.13",
            "FSBP EC2.18",
            "CIS AWS 6.3",
        ),
        scope="stack",
        kinds=(SECURITY_GROUP, DEFAULT_SECURITY_GROUP, SECURITY_GROUP_RULE, INGRESS_RULE),
        check=_world_ingress,
    ),
    Rule(
        id="NW-02",
        name="egress-and-default-group",
        title="A VPC's default group is closed, and no group lets everything out",
        why="What is started without a group gets the default one; what may send anywhere can send data anywhere.",
        fix="Add an empty DefaultSecurityGroup to the VPC; name ports or networks in egress rules.",
        severity=Severity.HIGH,
        enforcement=EVERYWHERE,
        owner="security",
        controls=("CKV_AWS_382", "CKV2_AWS_12", "FSBP EC2.2", "CIS AWS 6.5"),
        scope="stack",
        kinds=(VPC, DEFAULT_SECURITY_GROUP, SECURITY_GROUP),
        check=_egress,
    ),
    Rule(
        id="NW-04",
        name="private-subnets",
        title="Nodes have no public address and live in private subnets",
        why="A node that the internet reaches needs one open port to be taken over.",
        fix="Leave public addresses off, and place nodes in subnets that reach the internet through NAT.",
        cluster="only the plan: nodes are what node classes say, of which a team writes none",
        severity=Severity.HIGH,
        enforcement=EVERYWHERE,
        owner="security",
        controls=("CKV_AWS_130", "CKV_AWS_88", "FSBP EC2.15", "FSBP EC2.25"),
        scope="stack",
        kinds=(SUBNET, EC2_NODE_CLASS, LAUNCH_TEMPLATE, EKS_NODE_GROUP, EKS_CLUSTER),
        check=_private_subnets,
    ),
    Rule(
        id="NW-05",
        name="flow-logs",
        title="Every VPC records its connections",
        why="After an incident the flow log says who talked to whom.",
        fix="Add a FlowLog with `trafficType: ALL` to the VPC.",
        severity=Severity.MEDIUM,
        enforcement=EVERYWHERE,
        owner="security",
        controls=("CKV2_AWS_11", "FSBP EC2.6", "CIS AWS 4.7"),
        scope="stack",
        kinds=(VPC,),
        check=_flow_logs,
    ),
)
