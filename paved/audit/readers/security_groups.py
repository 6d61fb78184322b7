"""Security groups, and each of their rules."""

from collections.abc import Mapping
from typing import Any

from paved.aws.reading.audited_types import PROVIDER, reads
from paved.aws.reading.facts import Content, Found
from paved.aws.reading.lookup import Lookup, first, tag_map

LISTED = "each rule of a group is looked at: one that is in no plan is extra"
SOURCES = ("cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId")


@reads(
    "aws:ec2/securityGroup:SecurityGroup",
    "network",
    ("name", "vpcId"),
    concerns={"description": "settings"},
    left_out={"revokeRulesOnDelete": PROVIDER},
    tagged=True,
)
def security_group(sought: Lookup) -> Found:
    return _group(sought, sought.name("name"))


@reads(
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
    "network",
    ("vpcId",),
    left_out={
        "revokeRulesOnDelete": PROVIDER,
        "egress": LISTED,
        "ingress": LISTED,
    },
    tagged=True,
)
def default_security_group(sought: Lookup) -> Found:
    return _group(sought, "default")


@reads(
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    "network",
    ("securityGroupId", "fromPort", "toPort", "ipProtocol", *SOURCES),
    concerns={"description": "settings"},
    tagged=True,
)
def ingress_rule(sought: Lookup) -> Found:
    return _rule(sought, is_egress=False)


@reads(
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
    "network",
    ("securityGroupId", "fromPort", "toPort", "ipProtocol", *SOURCES),
    concerns={"description": "settings"},
    tagged=True,
)
def egress_rule(sought: Lookup) -> Found:
    return _rule(sought, is_egress=True)


def _group(sought: Lookup, name: str) -> Found:
    only: Any = [
        {"Name": "vpc-id", "Values": [sought.name("vpcId")]},
        {"Name": "group-name", "Values": [name]},
    ]
    made = sought.one("ec2.DescribeSecurityGroups", "SecurityGroups", Filters=only)
    id = made["GroupId"]
    return Found(
        names=(id, sought.arn("ec2", f"security-group/{id}")),
        properties={"description": made.get("Description")},
        tags=lambda: tag_map(made.get("Tags")),
        contents=lambda: tuple(_content(rule) for rule in _rules(sought, id)),
    )


def _rule(sought: Lookup, *, is_egress: bool) -> Found:
    """A rule is found by all that it allows: one that allows more is another one, and extra."""
    group = sought.group("securityGroupId")
    wanted = [
        is_egress,
        sought.inputs["ipProtocol"],
        sought.inputs.get("fromPort", -1),
        sought.inputs.get("toPort", -1),
        *(sought.group(key) if key in sought.inputs else None for key in SOURCES),
    ]
    made = first([rule for rule in _rules(sought, group) if _allowed(rule) == wanted])
    id = made["SecurityGroupRuleId"]
    return Found(
        names=(id, sought.arn("ec2", f"security-group-rule/{id}")),
        properties={"description": made.get("Description")},
        tags=lambda: tag_map(made.get("Tags")),
    )


def _rules(sought: Lookup, group: str) -> list[Mapping[str, Any]]:
    only: Any = [{"Name": "group-id", "Values": [group]}]
    return sought.pages("ec2.DescribeSecurityGroupRules", "SecurityGroupRules", Filters=only)


def _allowed(rule: Mapping[str, Any]) -> list[Any]:
    return [
        rule["IsEgress"],
        rule["IpProtocol"],
        rule.get("FromPort", -1),
        rule.get("ToPort", -1),
        rule.get("CidrIpv4"),
        rule.get("CidrIpv6"),
        rule.get("PrefixListId"),
        rule.get("ReferencedGroupInfo", {}).get("GroupId"),
    ]


def _content(rule: Mapping[str, Any]) -> Content:
    is_egress, protocol, low, high, *sources = _allowed(rule)
    other = next((source for source in sources if source), "nothing")
    label = f"{protocol} {low}-{high} {'to' if is_egress else 'from'} {other}"
    kind = "egress rule" if is_egress else "ingress rule"
    return Content(kind=kind, name=rule["SecurityGroupRuleId"], label=label, concern="network")
