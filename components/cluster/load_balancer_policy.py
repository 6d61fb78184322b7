"""Policies of the AWS load balancer controller: it makes internal ones, with its cluster's tag, and reads the others.

Follows the controller's own policy, held to one region and one cluster, without WAF, Shield and Cognito. That
policy leaves listeners open; the controller tags them as it makes them, so that they too are told by their tag.
"""

from collections.abc import Iterator
from typing import Literal

from components.account import Account
from components.identity.document import Conditions, Statement, allow, policy_document

CLUSTER_TAG = "elbv2.k8s.aws/cluster"

BALANCERS = ("loadbalancer/app/*/*", "loadbalancer/net/*/*", "targetgroup/*/*")
LISTENERS = ("listener/app/*", "listener/net/*", "listener-rule/app/*", "listener-rule/net/*")

EC2_READS = (
    "DescribeAccountAttributes",
    "DescribeAddresses",
    "DescribeAvailabilityZones",
    "DescribeCoipPools",
    "DescribeInstances",
    "DescribeInternetGateways",
    "DescribeIpamPools",
    "DescribeNetworkInterfaces",
    "DescribeRouteTables",
    "DescribeSecurityGroups",
    "DescribeSubnets",
    "DescribeTags",
    "DescribeVpcPeeringConnections",
    "DescribeVpcs",
    "GetCoipPoolUsage",
    "GetSecurityGroupsForVpc",
)
BALANCER_READS = (
    "DescribeCapacityReservation",
    "DescribeListenerAttributes",
    "DescribeListenerCertificates",
    "DescribeListeners",
    "DescribeLoadBalancerAttributes",
    "DescribeLoadBalancers",
    "DescribeRules",
    "DescribeSSLPolicies",
    "DescribeTags",
    "DescribeTargetGroupAttributes",
    "DescribeTargetGroups",
    "DescribeTargetHealth",
    "DescribeTrustStores",
)
BALANCER_CHANGES = (
    "CreateListener",
    "DeleteLoadBalancer",
    "DeleteTargetGroup",
    "DeregisterTargets",
    "ModifyCapacityReservation",
    "ModifyIpPools",
    "ModifyLoadBalancerAttributes",
    "ModifyTargetGroup",
    "ModifyTargetGroupAttributes",
    "RegisterTargets",
    "SetIpAddressType",
    "SetSecurityGroups",
    "SetSubnets",
)
LISTENER_CHANGES = (
    "AddListenerCertificates",
    "CreateRule",
    "DeleteListener",
    "DeleteRule",
    "ModifyListener",
    "ModifyListenerAttributes",
    "ModifyRule",
    "RemoveListenerCertificates",
    "SetRulePriorities",
)


def load_balancer_policies(account: Account, cluster_name: str) -> dict[str, str]:
    """The controller's inline policies by id."""
    return {
        "discovery": policy_document(*_discovery(account)),
        "load-balancers": policy_document(*_load_balancers(account, cluster_name)),
        "security-groups": policy_document(*_security_groups(account, cluster_name)),
    }


def _discovery(account: Account) -> Iterator[Statement]:
    region: Conditions = {"StringEquals": {"aws:RequestedRegion": account.region}}
    role = "aws-service-role/elasticloadbalancing.amazonaws.com/AWSServiceRoleForElasticLoadBalancing"
    reads = ["acm:ListCertificates"]
    reads += [f"ec2:{action}" for action in EC2_READS]
    reads += [f"elasticloadbalancing:{action}" for action in BALANCER_READS]
    yield allow("SeeRegion", reads, ["*"], conditions=region)  # none of these takes a narrower resource
    yield allow("SeeCertificates", ["acm:DescribeCertificate"], [account.arn("acm", "certificate/*")])
    yield allow(
        "MakeServiceLinkedRole",
        ["iam:CreateServiceLinkedRole"],
        [account.role_arn(role)],
        conditions={"StringEquals": {"iam:AWSServiceName": "elasticloadbalancing.amazonaws.com"}},
    )


def _security_groups(account: Account, cluster_name: str) -> Iterator[Statement]:
    groups = [account.arn("ec2", "security-group/*")]
    rule_changes = ["ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress"]
    own = _tagged("Resource", CLUSTER_TAG, cluster_name)
    new = _tagged("Request", CLUSTER_TAG, cluster_name)
    yield allow("MakeGroupsIn", ["ec2:CreateSecurityGroup"], [account.arn("ec2", "vpc/*")])
    yield allow("MakeGroups", ["ec2:CreateSecurityGroup"], groups, conditions=new)
    yield allow(
        "TagNewGroups",
        ["ec2:CreateTags"],
        groups,
        conditions={"StringEquals": {**new["StringEquals"], "ec2:CreateAction": "CreateSecurityGroup"}},
    )
    yield allow(
        "TagOwnGroups",
        ["ec2:CreateTags", "ec2:DeleteTags"],
        groups,
        conditions={**own, "Null": {f"aws:RequestTag/{CLUSTER_TAG}": "true"}},
    )
    yield allow(
        "ChangeOwnGroups",
        [*rule_changes, "ec2:DeleteSecurityGroup"],
        groups,
        conditions=own,
    )
    yield allow(
        "OpenClusterGroup",
        rule_changes,
        groups,
        conditions=_tagged("Resource", f"kubernetes.io/cluster/{cluster_name}", "owned"),
    )


def _load_balancers(account: Account, cluster_name: str) -> Iterator[Statement]:
    service = "elasticloadbalancing"
    balancers = [account.arn(service, resource) for resource in BALANCERS]
    everything = balancers + [account.arn(service, resource) for resource in LISTENERS]
    own = _tagged("Resource", CLUSTER_TAG, cluster_name)
    new = _tagged("Request", CLUSTER_TAG, cluster_name)
    created_by = ["CreateListener", "CreateLoadBalancer", "CreateRule", "CreateTargetGroup"]
    # A request that says nothing of its scheme makes one that faces the internet: no IfExists.
    internal: Conditions = {"StringEquals": {**new["StringEquals"], f"{service}:Scheme": "internal"}}
    yield allow("MakeInternal", [f"{service}:CreateLoadBalancer"], balancers, conditions=internal)
    yield allow("MakeTargets", [f"{service}:CreateTargetGroup"], balancers, conditions=new)
    yield allow(
        "TagNew",
        [f"{service}:AddTags"],
        everything,
        conditions={"StringEquals": {**new["StringEquals"], f"{service}:CreateAction": created_by}},
    )
    yield allow(
        "TagOwn",
        [f"{service}:AddTags", f"{service}:RemoveTags"],
        everything,
        conditions={**own, "Null": {f"aws:RequestTag/{CLUSTER_TAG}": "true"}},
    )
    changes = [f"{service}:{action}" for action in BALANCER_CHANGES + LISTENER_CHANGES]
    yield allow("ChangeOwn", changes, everything, conditions=own)


def _tagged(side: Literal["Request", "Resource"], key: str, value: str) -> Conditions:
    return {"StringEquals": {f"aws:{side}Tag/{key}": value}}
