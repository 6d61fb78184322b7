"""Policies of the node provisioner (Karpenter): it starts, tags and ends this cluster's nodes, and nothing else."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from components.account import Account
from components.identity.document import Conditions, Statement, allow, policy_document

LAUNCH = ("ec2:CreateFleet", "ec2:RunInstances")
LAUNCHED = (
    "fleet",
    "instance",
    "launch-template",
    "network-interface",
    "spot-instances-request",
    "volume",
)

NODEPOOL = "karpenter.sh/nodepool"
NODECLASS = "karpenter.k8s.aws/ec2nodeclass"
CLUSTER_NAME = "eks:eks-cluster-name"
REGION = "topology.kubernetes.io/region"


def provisioner_policies(
    account: Account, cluster_name: str, *, node_roles: Sequence[str], queue_name: str
) -> Mapping[str, str]:
    """The controller's inline policies by id."""
    return {
        "discovery": discovery_policy(account, cluster_name),
        "instance-profiles": instance_profile_policy(account, cluster_name, node_roles),
        "interruptions": interruption_policy(account, queue_name),
        "nodes": node_policy(account, cluster_name),
    }


def node_policy(account: Account, cluster_name: str) -> str:
    """Start nodes only with the tags of this cluster and of a NodePool, and end only such nodes."""
    return policy_document(*_launch(account, cluster_name), *_manage(account, cluster_name))


def _launch(account: Account, cluster_name: str) -> Iterator[Statement]:
    launched = [account.arn("ec2", f"{kind}/*") for kind in LAUNCHED]
    own = _tagged("Resource", {_owned(cluster_name): "owned"}, NODEPOOL)
    tags = {_owned(cluster_name): "owned", CLUSTER_NAME: cluster_name}
    new = _tagged("Request", tags, NODEPOOL)
    created_by = ["CreateFleet", "CreateLaunchTemplate", "RunInstances"]
    yield allow("LaunchFrom", LAUNCH, launch_sources(account))
    yield allow("LaunchFromOwnTemplates", LAUNCH, [account.arn("ec2", "launch-template/*")], conditions=own)
    yield allow("LaunchTagged", [*LAUNCH, "ec2:CreateLaunchTemplate"], launched, conditions=new)
    yield allow(
        "TagAtLaunch",
        ["ec2:CreateTags"],
        launched,
        conditions={**new, "StringEquals": {**new["StringEquals"], "ec2:CreateAction": created_by}},
    )


def _manage(account: Account, cluster_name: str) -> Iterator[Statement]:
    instances, templates = account.arn("ec2", "instance/*"), account.arn("ec2", "launch-template/*")
    own = _tagged("Resource", {_owned(cluster_name): "owned"}, NODEPOOL)
    yield allow(
        "TagOwnNodes",
        ["ec2:CreateTags"],
        [instances],
        conditions={
            **own,
            "StringEqualsIfExists": {f"aws:RequestTag/{CLUSTER_NAME}": cluster_name},
            "ForAllValues:StringEquals": {"aws:TagKeys": [CLUSTER_NAME, "Name", "karpenter.sh/nodeclaim"]},
        },
    )
    yield allow(
        "EndOwnNodes",
        ["ec2:DeleteLaunchTemplate", "ec2:TerminateInstances"],
        [instances, templates],
        conditions=own,
    )
    # EC2 makes the role at an account's first spot request, in the name of the caller.
    yield allow(
        "MakeSpotRole",
        ["iam:CreateServiceLinkedRole"],
        [account.role_arn("aws-service-role/spot.amazonaws.com/AWSServiceRoleForEC2Spot")],
        conditions={"StringEquals": {"iam:AWSServiceName": "spot.amazonaws.com"}},
    )


def launch_sources(account: Account) -> list[str]:
    """The resources that a node is started from, beside those that the launch itself makes."""
    ec2 = f"arn:{account.partition}:ec2:{account.region}"
    # Images and snapshots belong to no account in an ARN; reservations may be shared by another account.
    sources = [f"{ec2}::{kind}/*" for kind in ("image", "snapshot")]
    sources += [f"{ec2}:*:{kind}/*" for kind in ("capacity-reservation", "placement-group")]
    sources += [f"{ec2}:{account.id}:{kind}/*" for kind in ("security-group", "subnet")]
    return sources


def instance_profile_policy(account: Account, cluster_name: str, node_roles: Sequence[str]) -> str:
    """Manage this cluster's instance profiles, and put nothing but the roles of nodes into them."""
    iam = f"arn:{account.partition}:iam::{account.id}:instance-profile"
    profiles = [f"{iam}/{cluster_name}_*", f"{iam}/karpenter/{account.region}/{cluster_name}/*"]
    tags = {_owned(cluster_name): "owned", REGION: account.region}
    own = _tagged("Resource", tags, NODECLASS)
    new = _tagged("Request", {**tags, CLUSTER_NAME: cluster_name}, NODECLASS)
    both: Conditions = {operator: {**own[operator], **new[operator]} for operator in own}
    changes = ["AddRoleToInstanceProfile", "DeleteInstanceProfile", "RemoveRoleFromInstanceProfile"]
    return policy_document(
        allow(
            "PassNodeRoles",
            ["iam:PassRole"],
            [account.role_arn(name) for name in node_roles],
            conditions={"StringEquals": {"iam:PassedToService": f"ec2.{account.dns_suffix}"}},
        ),
        allow("CreateProfiles", ["iam:CreateInstanceProfile"], profiles, conditions=new),
        allow("TagProfiles", ["iam:TagInstanceProfile"], profiles, conditions=both),
        allow("ChangeProfiles", [f"iam:{action}" for action in changes], profiles, conditions=own),
        allow("ReadProfiles", ["iam:GetInstanceProfile"], profiles),
        allow("ListProfiles", ["iam:ListInstanceProfiles"], ["*"]),  # takes no narrower resource
    )


def interruption_policy(account: Account, queue_name: str) -> str:
    """Read the interruption queue."""
    return policy_document(
        allow(
            "ReadInterruptions",
            ["sqs:DeleteMessage", "sqs:GetQueueUrl", "sqs:ReceiveMessage"],
            [account.arn("sqs", queue_name)],
        )
    )


def discovery_policy(account: Account, cluster_name: str) -> str:
    """Read the instance types, zones and prices of possible launches. Most of these reads take no resource."""
    described = (
        "CapacityReservations",
        "Images",
        "InstanceStatus",
        "InstanceTypeOfferings",
        "InstanceTypes",
        "Instances",
        "LaunchTemplates",
        "PlacementGroups",
        "SecurityGroups",
        "SpotPriceHistory",
        "Subnets",
    )
    return policy_document(
        allow("FindCluster", ["eks:DescribeCluster"], [account.cluster_arn(cluster_name)]),
        allow(
            "DescribeRegion",
            [f"ec2:Describe{kind}" for kind in described],
            ["*"],
            conditions={"StringEquals": {"aws:RequestedRegion": account.region}},
        ),
        allow(
            "ResolveImages",
            ["ssm:GetParameter"],
            [f"arn:{account.partition}:ssm:{account.region}::parameter/aws/service/*"],
        ),
        allow("ReadPrices", ["pricing:GetProducts"], ["*"]),
    )


def _tagged(side: Literal["Request", "Resource"], tags: Mapping[str, str], any_value: str) -> Conditions:
    """The condition that a resource or a request bears these tags, and the tag `any_value` whatever its value."""
    return {
        "StringEquals": {f"aws:{side}Tag/{key}": value for key, value in tags.items()},
        "StringLike": {f"aws:{side}Tag/{any_value}": "*"},
    }


def _owned(cluster_name: str) -> str:
    return f"kubernetes.io/cluster/{cluster_name}"
