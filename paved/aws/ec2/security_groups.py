"""Security groups and their rules."""

from typing import Any

from paved.aws.creating.api import Api
from paved.aws.creating.existence import refused
from paved.aws.creating.fitting import pairs
from paved.aws.creating.inputs import Inputs
from paved.aws.creating.registry import Created, creates
from paved.aws.ec2 import tag_specifications

HIGHEST_PORT = 65_535

_SOURCES = {
    "cidrIpv4": ("IpRanges", "CidrIp"),
    "cidrIpv6": ("Ipv6Ranges", "CidrIpv6"),
    "prefixListId": ("PrefixListIds", "PrefixListId"),
    "referencedSecurityGroupId": ("UserIdGroupPairs", "GroupId"),
}


@creates("aws:ec2/securityGroup:SecurityGroup")
def security_group(inputs: Inputs, api: Api) -> Created:
    tags = tag_specifications("security-group", api.tags(inputs))
    inputs.leave_to_provider("revokeRulesOnDelete")
    request = {
        "Description": "Managed by Pulumi",  # the provider's default; EC2 demands one
        **api.fit("ec2", "CreateSecurityGroup", inputs, {"name": "GroupName"}),
        "TagSpecifications": tags,
    }
    id = api.call("ec2", "CreateSecurityGroup", request)["GroupId"]
    _revoke_rules(api, id)
    _authorize_inline_rules(inputs, api, id)
    return Created(
        id=id, outputs={"arn": api.arn("ec2", f"security-group/{id}"), "ownerId": api.place.account}
    )


@creates("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup")
def default_security_group(inputs: Inputs, api: Api) -> Created:
    """Adopts the group that came with the VPC: its rules go, those of the inputs come."""
    vpc_id = inputs.take("vpcId")
    filters = [{"Name": "vpc-id", "Values": [vpc_id]}, {"Name": "group-name", "Values": ["default"]}]
    group = api.inside("ec2", "DescribeSecurityGroups", {"Filters": filters})["SecurityGroups"][0]
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
            "ownerId": api.place.account,
            "name": group["GroupName"],
            "description": group["Description"],
        },
    )


@creates("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
def ingress_rule(inputs: Inputs, api: Api) -> Created:
    return _rule(inputs, api, "AuthorizeSecurityGroupIngress")


@creates("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule")
def egress_rule(inputs: Inputs, api: Api) -> Created:
    return _rule(inputs, api, "AuthorizeSecurityGroupEgress")


def _rule(inputs: Inputs, api: Api, operation: str) -> Created:
    tags = tag_specifications("security-group-rule", api.tags(inputs))
    description = inputs.take("description")
    permission: dict[str, Any] = {
        "IpProtocol": inputs.take("ipProtocol"),
        "FromPort": inputs.take("fromPort"),
        "ToPort": inputs.take("toPort"),
    }
    for key, (member, name) in _SOURCES.items():
        if key in inputs:
            source = {name: inputs.take(key), "Description": description}
            permission[member] = [{k: v for k, v in source.items() if v is not None}]
    request = {
        "GroupId": inputs.take("securityGroupId"),
        "IpPermissions": [{key: value for key, value in permission.items() if value is not None}],
        "TagSpecifications": tags,
    }
    _check_ports(f"ec2.{operation}", permission)
    made = api.call("ec2", operation, request)["SecurityGroupRules"][0]
    id = made["SecurityGroupRuleId"]
    return Created(
        id=id,
        outputs={"arn": api.arn("ec2", f"security-group-rule/{id}"), "securityGroupRuleId": id},
    )


def _check_ports(call: str, permission: dict[str, Any]) -> None:
    """EC2's rule for TCP and UDP, which neither the API model nor the simulator holds."""
    low, high = permission["FromPort"], permission["ToPort"]
    if permission["IpProtocol"] not in ("tcp", "udp", "6", "17") or not (type(low) is type(high) is int):
        return
    if not 0 <= low <= high <= HIGHEST_PORT:
        raise refused(call, "IpPermissions[0]", "must be a range of ports", f"{low} to {high}")


def _revoke_rules(api: Api, group_id: str) -> None:
    """The provider takes away what EC2 put in: a rule that nobody wrote must not exist."""
    group = api.inside("ec2", "DescribeSecurityGroups", {"GroupIds": [group_id]})["SecurityGroups"][0]
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
    groups = [*block.take("securityGroups", []), *([group_id] if block.take("self") else [])]
    permission = {
        "IpProtocol": block.take("protocol"),
        "FromPort": block.take("fromPort"),
        "ToPort": block.take("toPort"),
        "IpRanges": [{"CidrIp": cidr, **described} for cidr in block.take("cidrBlocks", [])],
        "Ipv6Ranges": [{"CidrIpv6": cidr, **described} for cidr in block.take("ipv6CidrBlocks", [])],
        "PrefixListIds": [{"PrefixListId": id, **described} for id in block.take("prefixListIds", [])],
        "UserIdGroupPairs": [{"GroupId": id, **described} for id in groups],
    }
    return {key: value for key, value in permission.items() if value not in (None, [])}
