"""Rules of VPCs and security groups. The rules of a group are judged by what they open together."""

from collections.abc import Iterator

from policies.addresses import covers
from policies.ports import PortRange, most_of_one_protocol
from policies.resources import SECURITY_GROUP_RULE, JudgedStack, Resource, exists
from policies.rule import EVERYWHERE, Claim, Rule, Severity, claim, few
from policies.security_groups import (
    GroupRule,
    is_apart,
    names_strange_list,
    ports_of,
    public_networks,
    rules_of,
    siblings,
    strange_accounts,
)
from policies.values import Truth, all_of, any_of
from reference.vocabulary import (
    DEFAULT_SECURITY_GROUP,
    EGRESS_RULE,
    FLOW_LOG,
    INGRESS_RULE,
    SECURITY_GROUP,
    VPC,
)

MANY_PORTS = 1024
"""More ports than this of one protocol are every port, in however many rules."""
FIELDS = (("srcaddr", "pkt-srcaddr"), ("dstaddr", "pkt-dstaddr"), ("dstport",), ("action",), ("start",))
"""Fields, each or its like, without which a flow log does not say who talked to whom."""


def _world_ingress(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if subject.kind in (SECURITY_GROUP, DEFAULT_SECURITY_GROUP):
        rules = rules_of(subject, stack, "ingress")
    elif is_apart(subject, stack, "ingress"):
        rules = siblings(subject, stack, "ingress")
    else:
        return  # judged with its group, where rules add up, or not about ingress
    for rule in rules:
        known = Truth.UNSURE if names_strange_list(rule, stack) else Truth.YES
        yield claim(known, "who is in a prefix list is not known here")
        yield from _own_peers(rule, stack)
    found = public_networks(rules, stack)
    allowed = stack.settings.ingress_cidrs
    yield claim(covers(allowed, found), f"its rules together let in {few(found)}")


def _own_peers(rule: GroupRule, stack: JudgedStack) -> Iterator[Claim]:
    strange = strange_accounts(rule, stack.context.account)
    yield claim(not strange, f"a rule names a group of account {', '.join(strange)}")


def _egress(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if subject.kind == VPC:
        # AWS makes the default group with the VPC, open to itself, and nobody can delete it: it has to be emptied.
        closed = stack.companions(subject, DEFAULT_SECURITY_GROUP, "vpcId")
        unresolved = stack.unresolved(DEFAULT_SECURITY_GROUP, "vpcId")
        yield claim(exists(closed, unresolved), "no DefaultSecurityGroup closes it")
    elif subject.kind == DEFAULT_SECURITY_GROUP:
        for direction in ("ingress", "egress"):
            yield claim(not rules_of(subject, stack, direction), f"`{direction}` is not empty")
    elif subject.kind == SECURITY_GROUP:
        yield from _let_out(rules_of(subject, stack, "egress"), stack)
    elif is_apart(subject, stack, "egress"):
        yield from _let_out(siblings(subject, stack, "egress"), stack)


def _let_out(rules: list[GroupRule], stack: JudgedStack) -> Iterator[Claim]:
    ports: list[PortRange] = []
    listed: list[PortRange] = []
    for rule in rules:
        yield from _own_peers(rule, stack)
        if names_strange_list(rule, stack):
            listed += ports_of(rule)
        opened = ports_of(rule)
        # Networks are of interest only where there are ports; a network that is not known may be public.
        if opened and public_networks([rule], stack):
            ports += opened
    count = most_of_one_protocol(ports)
    yield claim(count <= MANY_PORTS, f"its rules together let {count} ports out to the internet")
    known = most_of_one_protocol(listed) <= MANY_PORTS
    yield claim(Truth.YES if known else Truth.UNSURE, "who is in a prefix list is not known here")


def _flow_logs(vpc: Resource, stack: JudgedStack) -> Iterator[Claim]:
    logs = stack.companions(vpc, FLOW_LOG, "vpcId")
    yield claim(exists(logs, stack.unresolved(FLOW_LOG, "vpcId")), "no FlowLog refers to it")
    if logs:
        everything = any_of(log.at("trafficType").equals("ALL") & _says_who(log) for log in logs)
        yield claim(everything, "no flow log of it records `ALL` traffic, with who talked to whom")


def _says_who(log: Resource) -> Truth:
    # Left out, the format is AWS's own, which has them all.
    def has(field: tuple[str, ...]) -> Truth:
        names = [f"${{{name}}}" for name in field]
        return log.at("logFormat").test(lambda raw: any(name in str(raw) for name in names), missing=True)

    return all_of(has(field) for field in FIELDS)


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
        kinds=(VPC, DEFAULT_SECURITY_GROUP, SECURITY_GROUP, SECURITY_GROUP_RULE, EGRESS_RULE),
        check=_egress,
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
