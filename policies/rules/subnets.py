"""A rule of where nodes are: without a public address, in subnets that no internet gateway reaches."""

from collections.abc import Iterator

from policies.resources import JudgedStack, Resource
from policies.routes import reaches_internet
from policies.rule import EVERYWHERE, Claim, Rule, Severity, claim
from policies.values import Truth, Undetermined, any_of
from reference.vocabulary import (
    DISCOVERY_TAG,
    EC2_NODE_CLASS,
    EC2_TAG,
    EKS_CLUSTER,
    EKS_NODE_GROUP,
    LAUNCH_TEMPLATE,
    LUSTRE_FILE_SYSTEM,
    SUBNET,
    VPC_ENDPOINT,
)

INTERNAL_TAG = "kubernetes.io/role/internal-elb"
OF_NODES = (DISCOVERY_TAG, INTERNAL_TAG)
"""Tags of subnets by which Karpenter starts nodes in them, and load balancers are internal."""
IPV6 = ("ipv6AddressCount", "ipv6Addresses", "ipv6PrefixCount", "ipv6Prefixes")
"""Properties of an interface that give it addresses of IPv6, each of which is public."""
USERS = {EKS_CLUSTER: "vpcConfig", EKS_NODE_GROUP: "subnetIds", VPC_ENDPOINT: "subnetIds"}
"""Kinds that lie in subnets, and the property that names them."""
PLACED = {
    LUSTRE_FILE_SYSTEM: "subnetIds",
    "aws:ec2/instance:Instance": "subnetId",
    "aws:ec2/networkInterface:NetworkInterface": "subnetId",
    "aws:efs/mountTarget:MountTarget": "subnetId",
    "aws:eks/fargateProfile:FargateProfile": "subnetIds",
    "aws:rds/subnetGroup:SubnetGroup": "subnetIds",
}
"""Other kinds that lie in subnets, most often of another stack's, of which nothing is known here."""
SELECTORS = ("subnetSelectorTerms", "securityGroupSelectorTerms")


def _private_subnets(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if subject.kind == SUBNET:
        yield from _subnet(subject, stack)
    elif subject.kind == EC2_NODE_CLASS:
        gives = subject.at("spec.associatePublicIPAddress").equals(True)
        yield claim(~gives, "`spec.associatePublicIPAddress` is true")
        for key in SELECTORS:
            yield from _selected(subject, f"spec.{key}")
    elif subject.kind == LAUNCH_TEMPLATE:
        for interface in subject.at("networkInterfaces").items():
            gives = interface.at("associatePublicIpAddress").equals(True)
            yield claim(~gives, f"`{interface.path}.associatePublicIpAddress` is true")
            for key in IPV6:
                yield claim(interface.at(key).is_absent, f"`{interface.path}.{key}` gives a public address")
    elif subject.kind in PLACED:
        yield from _in_private(subject, PLACED[subject.kind], stack)
    else:
        yield from _user(subject, stack)


def _subnet(subnet: Resource, stack: JudgedStack) -> Iterator[Claim]:
    yield claim(~subnet.at("mapPublicIpOnLaunch").equals(True), "`mapPublicIpOnLaunch` is true")
    # An address of IPv6 is public by itself.
    yield claim(
        ~subnet.at("assignIpv6AddressOnCreation").equals(True), "`assignIpv6AddressOnCreation` is true"
    )
    for_nodes = any_of([_has_tag(subnet, tag, stack) for tag in OF_NODES])
    public = reaches_internet(subnet, stack)
    yield claim(~(for_nodes & public), "its tags place nodes in it, and it routes to an internet gateway")


def _has_tag(subnet: Resource, tag: str, stack: JudgedStack) -> Truth:
    try:
        own = stack.tags(subnet)
    except Undetermined:
        return Truth.UNSURE
    added = [each for each in stack.companions(subnet, EC2_TAG, "resourceId") if each.at("key").equals(tag)]
    return Truth.of(tag in own or bool(added))


def _selected(node_class: Resource, path: str) -> Iterator[Claim]:
    for term in node_class.at(path).items():
        # Terms add up: one that is wider starts nodes in whatever subnet, or group, it takes in.
        named = term.at("tags").key(DISCOVERY_TAG).test(lambda raw: str(raw).strip("* ") != "")
        yield claim(named, f"`{term.path}` does not select by the tag `{DISCOVERY_TAG}` of a cluster")


def _user(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    key = USERS[subject.kind]
    if subject.kind == EKS_NODE_GROUP:
        # With a key and without groups EKS opens port 22 of every node to the internet.
        yield claim(subject.at("remoteAccess").is_absent, "`remoteAccess` opens SSH to nodes")
    if subject.kind == VPC_ENDPOINT and subject.at(key).is_absent is Truth.YES:
        return  # a gateway, which lies in no subnet
    subnets = stack.targets(subject, key, SUBNET)
    # Subnets that were made elsewhere are given by id: how they route is in no plan of ours.
    given = len(subject.at("vpcConfig.subnetIds" if subject.kind == EKS_CLUSTER else key).items())
    yield claim(Truth.YES if subnets else Truth.UNSURE, "its subnets are not of this stack")
    yield claim(
        Truth.YES if len(subnets) >= given else Truth.UNSURE, "some of its subnets are not of this stack"
    )
    yield from _in_private(subject, key, stack)


def _in_private(subject: Resource, key: str, stack: JudgedStack) -> Iterator[Claim]:
    for subnet in stack.targets(subject, key, SUBNET):
        public = reaches_internet(subnet, stack)
        yield claim(~public, f"subnet {subnet.name} routes to an internet gateway")


RULES = (
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
        kinds=(SUBNET, EC2_NODE_CLASS, LAUNCH_TEMPLATE, *USERS, *PLACED),
        check=_private_subnets,
    ),
)
