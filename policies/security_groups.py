"""Rules of security groups, whichever of three ways they are written in: the networks, peers and ports they open."""

from collections.abc import Iterable
from dataclasses import dataclass

from policies.addresses import public
from policies.ports import EVERY_PORT, LAST, TRANSPORTS, PortRange
from policies.resources import SECURITY_GROUP_RULE, JudgedStack, Resource
from policies.values import Truth, Undetermined, Value
from reference.vocabulary import EGRESS_RULE, INGRESS_RULE, SECURITY_GROUP

CIDR_KEYS = ("cidrBlocks", "ipv6CidrBlocks", "cidrIpv4", "cidrIpv6")
LIST_KEYS = ("prefixListIds", "prefixListId")
PEER_KEYS = ("securityGroups", "sourceSecurityGroupId", "referencedSecurityGroupId")
PREFIX_LIST = "aws:ec2/managedPrefixList:ManagedPrefixList"
PREFIX_LIST_ENTRY = "aws:ec2/managedPrefixListEntry:ManagedPrefixListEntry"
NUMBERS = {"6": "tcp", "17": "udp", "132": "sctp"}
WITHOUT_PORTS = ("icmp", "icmpv6", "1", "58")


@dataclass(frozen=True)
class GroupRule:
    """One rule of a group, and the resource that says it: the group itself, or one beside it."""

    resource: Resource
    value: Value


def rules_of(group: Resource, stack: JudgedStack, direction: str) -> list[GroupRule]:
    """The rules of a security group in one direction."""
    found = [GroupRule(group, value) for value in group.at(direction).items()]
    kind = INGRESS_RULE if direction == "ingress" else EGRESS_RULE
    for rule in stack.companions(group, kind, "securityGroupId"):
        found.append(GroupRule(rule, rule.value))
    for rule in stack.companions(group, SECURITY_GROUP_RULE, "securityGroupId"):
        if rule.at("type").text() == direction:
            found.append(GroupRule(rule, rule.value))
    return found


def is_apart(rule: Resource, stack: JudgedStack, direction: str) -> bool:
    """Whether a rule of a direction is of a group that the stack does not make; else it is judged with its group."""
    if rule.kind == SECURITY_GROUP_RULE and not rule.at("type").equals(direction):
        return False
    return not stack.targets(rule, "securityGroupId", SECURITY_GROUP)


def siblings(rule: Resource, stack: JudgedStack, direction: str) -> list[GroupRule]:
    """The rules of a direction of a group that this stack does not make, and that `rule` is one of."""
    kind = INGRESS_RULE if direction == "ingress" else EGRESS_RULE
    found: list[GroupRule] = []
    for each in stack.of(kind, SECURITY_GROUP_RULE):
        is_meant = each.kind == kind or each.at("type").equals(direction)
        if _group_of(each) == _group_of(rule) and is_meant:
            found.append(GroupRule(each, each.value))
    return found


def _group_of(rule: Resource) -> tuple[object, object]:
    key = "securityGroupId"
    return rule.property_dependencies.get(key, ()), rule.properties.get(key)


def public_networks(rules: Iterable[GroupRule], stack: JudgedStack) -> list[str]:
    """The public networks that rules open together. Raises Undetermined for one that is not known, or is none."""
    cidrs: list[str] = []
    for rule in rules:
        for key in CIDR_KEYS:
            cidrs += _texts(rule.value.at(key).items())
        for each in prefix_lists(rule, stack):
            cidrs += _texts(entry.at("cidr") for entry in each.at("entries").items())
            entries = stack.companions(each, PREFIX_LIST_ENTRY, "prefixListId")
            cidrs += _texts(entry.at("cidr") for entry in entries)
    try:
        return [str(network) for network in public(cidrs)]
    except ValueError:
        raise Undetermined("a network, which is none") from None


def _texts(values: Iterable[Value]) -> list[str]:
    return [value.text() for value in values if value.raw is not None]


def prefix_lists(rule: GroupRule, stack: JudgedStack) -> list[Resource]:
    """The prefix lists of a rule that the stack itself makes."""
    found: list[Resource] = []
    for key in LIST_KEYS:
        value = rule.value.at(key)
        if value.is_given is not Truth.NO:
            found += stack.targets(rule.resource, value.root, PREFIX_LIST)
    return found


def names_strange_list(rule: GroupRule, stack: JudgedStack) -> bool:
    """Whether a rule names a prefix list of which it is not known here what is in it."""
    given = [value for key in LIST_KEYS for value in rule.value.at(key).items()]
    return len(given) > len(prefix_lists(rule, stack))


def strange_accounts(rule: GroupRule, account: str | None) -> list[str]:
    """The accounts, beside the stack's own, of the groups that a rule names."""
    found: list[str] = []
    for key in PEER_KEYS:
        for peer in rule.value.at(key).items():
            # A group of another account, over a peering, is written as `111122223333/sg-…`.
            owner, slash, _ = str(peer.raw if peer.is_known else "").partition("/")
            found += [owner] if slash and owner != account else []
    return found


def ports_of(rule: GroupRule) -> tuple[PortRange, ...]:
    """The ports that a rule opens. Raises Undetermined."""
    value = rule.value
    written = (value.at("protocol").text() or value.at("ipProtocol").text()).lower()
    protocol = NUMBERS.get(written, written)
    if protocol in WITHOUT_PORTS:
        return ()
    if protocol not in TRANSPORTS:
        return EVERY_PORT  # `-1`, and protocols that carry others within
    first, last = _port(value.at("fromPort"), 0), _port(value.at("toPort"), LAST)
    if first == -1 or last == -1:
        return (PortRange(protocol, 0, LAST),)
    return (PortRange(protocol, first, last),)


def _port(value: Value, default: int) -> int:
    raw = value.plain(default)
    try:
        return int(raw)
    except (TypeError, ValueError):
        raise Undetermined(f"{value.path}, which is no port") from None
