"""Security groups: no rule but those that were asked for."""

import pytest

GROUP = "aws:ec2/securityGroup:SecurityGroup"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"


@pytest.fixture
def group(account):
    inputs = {"name": "web", "description": "Web", "vpcId": account.vpc(), "tags": {"Name": "web"}}
    return account.create(GROUP, inputs)[0]


def found(account, group_id):
    return account.client("ec2").describe_security_groups(GroupIds=[group_id])["SecurityGroups"][0]


def test_a_new_group_lets_nothing_in_or_out(account, group):
    made = found(account, group)
    assert (made["GroupName"], made["Description"]) == ("web", "Web")
    assert {tag["Key"]: tag["Value"] for tag in made["Tags"]}["team"] == "vision"
    assert (made["IpPermissions"], made["IpPermissionsEgress"]) == ([], [])


def test_inline_rules_are_authorized(account):
    rules = {
        "ingress": [
            {"protocol": "tcp", "fromPort": 443, "toPort": 443, "cidrBlocks": ["10.0.0.0/8"], "self": True}
        ],
        "egress": [
            {"protocol": "-1", "fromPort": 0, "toPort": 0, "cidrBlocks": ["0.0.0.0/0"], "description": "out"}
        ],
    }
    inputs = {"name": "web", "description": "Web", "vpcId": account.vpc(), **rules}
    id, _ = account.create(GROUP, inputs)
    (ingress,), (egress,) = found(account, id)["IpPermissions"], found(account, id)["IpPermissionsEgress"]
    assert (ingress["FromPort"], ingress["ToPort"], ingress["IpProtocol"]) == (443, 443, "tcp")
    assert ingress["IpRanges"] == [{"CidrIp": "10.0.0.0/8"}]
    assert [pair["GroupId"] for pair in ingress["UserIdGroupPairs"]] == [id]
    assert egress["IpRanges"] == [{"CidrIp": "0.0.0.0/0", "Description": "out"}]


def test_a_rule_of_its_own_lets_in_what_it_says(account, group):
    inputs = {
        "securityGroupId": group,
        "cidrIpv4": "10.16.0.0/16",
        "ipProtocol": "tcp",
        "fromPort": 443,
        "toPort": 443,
        "description": "HTTPS from the VPC",
    }
    id, outputs = account.create(INGRESS, inputs)
    (permission,) = found(account, group)["IpPermissions"]
    assert permission["IpRanges"] == [{"CidrIp": "10.16.0.0/16", "Description": "HTTPS from the VPC"}]
    (rule,) = account.client("ec2").describe_security_group_rules(SecurityGroupRuleIds=[id])[
        "SecurityGroupRules"
    ]
    assert (rule["FromPort"], rule["IsEgress"]) == (443, False)
    assert outputs["arn"].endswith(f":security-group-rule/{id}")


def test_a_rule_may_name_another_group(account, group):
    inputs = {"securityGroupId": group, "referencedSecurityGroupId": group, "ipProtocol": "-1"}
    account.create(EGRESS, inputs)
    (permission,) = found(account, group)["IpPermissionsEgress"]
    assert [pair["GroupId"] for pair in permission["UserIdGroupPairs"]] == [group]


def test_the_default_group_is_emptied_and_tagged(account):
    vpc = account.vpc()
    inputs = {"vpcId": vpc, "ingress": [], "egress": [], "tags": {"Name": "closed"}}
    id, outputs = account.create("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", inputs)
    made = found(account, id)
    assert (made["GroupName"], made["VpcId"]) == ("default", vpc)
    assert (made["IpPermissions"], made["IpPermissionsEgress"]) == ([], [])
    assert {tag["Key"]: tag["Value"] for tag in made["Tags"]}["Name"] == "closed"
    assert outputs["name"] == "default"


def test_ports_are_held_to_their_type(account, group):
    inputs = {
        "securityGroupId": group,
        "cidrIpv4": "10.0.0.0/8",
        "ipProtocol": "tcp",
        "fromPort": "https",
        "toPort": 443,
    }
    assert account.rejections(INGRESS, inputs) == [
        "ec2.AuthorizeSecurityGroupIngress `IpPermissions[0].FromPort`: must be of type integer, got 'https'"
    ]


@pytest.mark.parametrize(("low", "high"), [(443, 80), (0, 70_000), (-2, 80)])
def test_a_range_of_ports_must_be_one(account, group, low, high):
    inputs = {
        "securityGroupId": group,
        "cidrIpv4": "10.0.0.0/8",
        "ipProtocol": "tcp",
        "fromPort": low,
        "toPort": high,
    }
    (said,) = account.rejections(INGRESS, inputs)
    assert "must be a range of ports" in said
