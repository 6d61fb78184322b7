"""Security groups and their rules."""

from collections.abc import Mapping
from typing import Any

from paved.aws.creating.api import Api
from paved.aws.creating.inputs import Inputs
from paved.aws.creating.registry import Created, creates
from paved.aws.creating.rejections import refused
from paved.aws.creating.request import pairs
from paved.aws.ec2 import found_in_ec2, tag_specifications
from paved.aws.reading.audited_types import PROVIDER, reads
from paved.aws.reading.facts import Content, Found
from paved.aws.reading.lookup import Lookup, first, tag_map
from paved.aws.services import SimulatorGap, iam_actions
from reference.vocabulary import DEFAULT_SECURITY_GROUP, EGRESS_RULE, INGRESS_RULE, SECURITY_GROUP

IAM_ACTIONS = iam_actions("ec2", "DescribeSecurityGroupRules", "DescribeSecurityGroups")
DROPPED = "moto drops it where the rule names a security group"
SIMULATOR_GAPS = (
    SimulatorGap(type=EGRESS_RULE, property="description", reason=DROPPED),
    SimulatorGap(type=INGRESS_RULE, property="description", reason=DROPPED),
)

HIGHEST_PORT = 65_535

_SOURCE_MEMBERS = {
    "cidrIpv4": ("IpRanges", "CidrIp"),
    "cidrIpv6": ("Ipv6Ranges", "CidrIpv6"),
    "prefixListId": ("PrefixListIds", "PrefixListId"),
    "referencedSecurityGroupId": ("UserIdGroupPairs", "GroupId"),
}


@creates(SECURITY_GROUP)
def create_security_group(inputs: Inputs, api: Api) -> Created:
    tags = tag_specifications("security-group", api.tags(inputs))
    inputs.leave_to_provider("revokeRulesOnDelete")
    request = {
        "Description": "Managed by Pulumi",  # the provider's default; EC2 demands one
        **api.request("ec2", "CreateSecurityGroup", inputs, {"name": "GroupName"}),
        "TagSpecifications": tags,
    }
    id = api.call("ec2", "CreateSecurityGroup", request)["GroupId"]
    _revoke_rules(api, id)
    _authorize_inline_rules(inputs, api, id)
    arn = api.arn("ec2", f"security-group/{id}")
    return Created(id=id, outputs={"arn": arn, "ownerId": api.scope.account})


@creates(DEFAULT_SECURITY_GROUP)
def create_default_security_group(inputs: Inputs, api: Api) -> Created:
    """Adopts the group that came with the VPC: its rules go, those of the inputs come."""
    vpc_id = inputs.take("vpcId")
    filters = [{"Name": "vpc-id", "Values": [vpc_id]}, {"Name": "group-name", "Values": ["default"]}]
    group = api.internal_call("ec2", "DescribeSecurityGroups", {"Filters": filters})["SecurityGroups"][0]
    id = group["GroupId"]
    inputs.leave_to_provider("revokeRulesOnDelete")
    if tags := api.tags(inputs):
        api.call("ec2", "CreateTags", {"Resources": [id], "Tags": pairs(tags)})
    _revoke_rules(api, id)
    _authorize_inline_rules(inputs, api, id)
    return Created(
        id=id,
        outputs={
            "arn": api.arn("ec2", f"security-group/{id}"),
            "ownerId": api.scope.account,
            "name": group["GroupName"],
            "description": group["Description"],
        },
    )


@creates(INGRESS_RULE)
def create_ingress_rule(inputs: Inputs, api: Api) -> Created:
    return _create_rule(inputs, api, "AuthorizeSecurityGroupIngress")


@creates(EGRESS_RULE)
def create_egress_rule(inputs: Inputs, api: Api) -> Created:
    return _create_rule(inputs, api, "AuthorizeSecurityGroupEgress")


def _create_rule(inputs: Inputs, api: Api, operation: str) -> Created:
    tags = tag_specifications("security-group-rule", api.tags(inputs))
    description = inputs.take("description")
    permission: dict[str, Any] = {
        "IpProtocol": inputs.take("ipProtocol"),
        "FromPort": inputs.take("fromPort"),
        "ToPort": inputs.take("toPort"),
    }
    for key, (member, name) in _SOURCE_MEMBERS.items():
        if key in inputs:
            permission[member] = [_given({name: inputs.take(key), "Description": description})]
    request = {
        "GroupId": inputs.take("securityGroupId"),
        "IpPermissions": [_given(permission)],
        "TagSpecifications": tags,
    }
    _check_ports(f"ec2.{operation}", permission)
    rule = api.call("ec2", operation, request)["SecurityGroupRules"][0]
    id = rule["SecurityGroupRuleId"]
    return Created(
        id=id,
        outputs={"arn": api.arn("ec2", f"security-group-rule/{id}"), "securityGroupRuleId": id},
    )


def _given(members: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in members.items() if value is not None}


def _check_ports(call: str, permission: dict[str, Any]) -> None:
    """EC2's rule for TCP and UDP, which neither the API model nor the simulator holds."""
    low, high = permission["FromPort"], permission["ToPort"]
    if permission["IpProtocol"] not in ("tcp", "udp", "6", "17") or not (type(low) is type(high) is int):
        return
    if not 0 <= low <= high <= HIGHEST_PORT:
        raise refused(call, "IpPermissions[0]", "must be a range of ports", f"{low} to {high}")


def _revoke_rules(api: Api, group_id: str) -> None:
    """The provider revokes the rules that EC2 adds to a new group: a rule that nobody wrote must not exist."""
    described = api.internal_call("ec2", "DescribeSecurityGroups", {"GroupIds": [group_id]})
    group = described["SecurityGroups"][0]
    for key, operation in (
        ("IpPermissions", "RevokeSecurityGroupIngress"),
        ("IpPermissionsEgress", "RevokeSecurityGroupEgress"),
    ):
        if group[key]:
            api.call("ec2", operation, {"GroupId": group_id, "IpPermissions": group[key]})


def _authorize_inline_rules(inputs: Inputs, api: Api, group_id: str) -> None:
    for key, operation in (
        ("ingress", "AuthorizeSecurityGroupIngress"),
        ("egress", "AuthorizeSecurityGroupEgress"),
    ):
        if permissions := [_inline_permission(block, group_id) for block in inputs.blocks(key)]:
            api.call("ec2", operation, {"GroupId": group_id, "IpPermissions": permissions})


def _inline_permission(block: Inputs, group_id: str) -> dict[str, Any]:
    text = block.take("description")
    described = {} if text is None else {"Description": text}

    def sources(member: str, values: list[str]) -> list[dict[str, str]]:
        return [{member: value, **described} for value in values]

    permission = {
        "IpProtocol": block.take("protocol"),
        "FromPort": block.take("fromPort"),
        "ToPort": block.take("toPort"),
        "IpRanges": sources("CidrIp", block.take("cidrBlocks", [])),
        "Ipv6Ranges": sources("CidrIpv6", block.take("ipv6CidrBlocks", [])),
        "PrefixListIds": sources("PrefixListId", block.take("prefixListIds", [])),
        "UserIdGroupPairs": sources("GroupId", block.take("securityGroups", [])),
    }
    if block.take("self"):
        permission["UserIdGroupPairs"] += sources("GroupId", [group_id])
    return {key: value for key, value in permission.items() if value not in (None, [])}


LISTED = "each rule of a group is looked at: one that is in no plan is extra"
SOURCE_INPUTS = ("cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId")
RULE_KEY = ("securityGroupId", "fromPort", "toPort", "ipProtocol", *SOURCE_INPUTS)


@reads(
    SECURITY_GROUP,
    "network",
    ("name", "vpcId"),
    concerns={"description": "settings"},
    left_out={"revokeRulesOnDelete": PROVIDER},
    tagged=True,
)
def read_security_group(lookup: Lookup) -> Found:
    return _group(lookup, lookup.name("name"))


@reads(
    DEFAULT_SECURITY_GROUP,
    "network",
    ("vpcId",),
    left_out={"revokeRulesOnDelete": PROVIDER, "egress": LISTED, "ingress": LISTED},
    tagged=True,
)
def read_default_security_group(lookup: Lookup) -> Found:
    return _group(lookup, "default")


@reads(INGRESS_RULE, "network", RULE_KEY, concerns={"description": "settings"}, tagged=True)
def read_ingress_rule(lookup: Lookup) -> Found:
    return _rule(lookup, is_egress=False)


@reads(EGRESS_RULE, "network", RULE_KEY, concerns={"description": "settings"}, tagged=True)
def read_egress_rule(lookup: Lookup) -> Found:
    return _rule(lookup, is_egress=True)


def _group(lookup: Lookup, name: str) -> Found:
    filters: Any = [
        {"Name": "vpc-id", "Values": [lookup.name("vpcId")]},
        {"Name": "group-name", "Values": [name]},
    ]
    group = lookup.one("ec2.DescribeSecurityGroups", "SecurityGroups", Filters=filters)
    id = group["GroupId"]
    return Found(
        names=(id, lookup.arn("ec2", f"security-group/{id}")),
        properties={"description": group.get("Description")},
        tags=lambda: tag_map(group.get("Tags")),
        contents={"rule": lambda: [_content(rule) for rule in _rules(lookup, id)]},
    )


def _rule(lookup: Lookup, *, is_egress: bool) -> Found:
    """A rule is found by all that it allows: one that allows more is another one, and extra."""
    group = lookup.security_group("securityGroupId")
    # A rule may name the group of a cluster, which EKS creates and no plan has.
    sources = [lookup.security_group(key) if key in lookup.inputs else None for key in SOURCE_INPUTS]
    ports = [lookup.inputs.get("fromPort", -1), lookup.inputs.get("toPort", -1)]
    planned = [is_egress, lookup.inputs["ipProtocol"], *ports, *sources]
    rule = first([each for each in _rules(lookup, group) if _allowed(each) == planned])
    properties = {"description": rule.get("Description")}
    return found_in_ec2(lookup, rule, rule["SecurityGroupRuleId"], "security-group-rule", properties)


def _rules(lookup: Lookup, group: str) -> list[Mapping[str, Any]]:
    by_group: Any = [{"Name": "group-id", "Values": [group]}]
    return lookup.pages("ec2.DescribeSecurityGroupRules", "SecurityGroupRules", Filters=by_group)


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
