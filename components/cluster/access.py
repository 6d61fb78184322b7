"""Access to the cluster's API: one access entry per IAM role, from inside the VPC, and nobody else."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import pulumi_aws as aws
from pulumi import ComponentResource, Input, Resource, ResourceOptions

from components.account import Account

AccessLevel = Literal["admin", "view", "workloads"]
POLICIES: Mapping[AccessLevel, str] = {
    "admin": "AmazonEKSClusterAdminPolicy",
    "view": "AmazonEKSAdminViewPolicy",  # everything, Secrets and custom resources too
    "workloads": "AmazonEKSViewPolicy",  # the built-in kinds of namespaces, no Secrets
}


@dataclass(frozen=True, kw_only=True)
class AccessArgs:
    """The roles that may use the cluster, each with its level, and the network that its API admits."""

    account: Account
    cluster_name: Input[str]
    security_group_id: Input[str]  # the cluster's own
    vpc_cidr: str
    levels: Mapping[str, AccessLevel]  # IAM role name -> level


class Access(ComponentResource):
    """Access entries. A resource that is made as one of these roles depends on its entry in `grants`."""

    def __init__(self, name: str, args: AccessArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:cluster:Access", name, {}, opts)
        # EKS admits only clients that bear this group, as nodes do: a deploying runner in the VPC bears its own.
        aws.vpc.SecurityGroupIngressRule(
            f"{name}-api",
            security_group_id=args.security_group_id,
            description="The cluster's API from the VPC",
            cidr_ipv4=args.vpc_cidr,
            ip_protocol="tcp",
            from_port=443,
            to_port=443,
            opts=ResourceOptions(parent=self),
        )
        self.grants: dict[str, Resource] = {
            role: self._grant(f"{name}-{role}", args, role, level) for role, level in args.levels.items()
        }
        self.register_outputs({})

    def _grant(self, name: str, args: AccessArgs, role: str, level: AccessLevel) -> Resource:
        entry = aws.eks.AccessEntry(
            name,
            cluster_name=args.cluster_name,
            principal_arn=args.account.role_arn(role),
            type="STANDARD",
            opts=ResourceOptions(parent=self),
        )
        return aws.eks.AccessPolicyAssociation(
            name,
            cluster_name=args.cluster_name,
            principal_arn=entry.principal_arn,
            policy_arn=access_policy_arn(args.account, level),
            access_scope=aws.eks.AccessPolicyAssociationAccessScopeArgs(type="cluster"),
            opts=ResourceOptions(parent=self),
        )


def access_policy_arn(account: Account, level: AccessLevel) -> str:
    """The ARN of the EKS access policy of a level. These belong to AWS, not to an account."""
    return f"arn:{account.partition}:eks::aws:cluster-access-policy/{POLICIES[level]}"


def access_levels(deploy_role: str, others: Mapping[str, AccessLevel]) -> dict[str, AccessLevel]:
    """Every role's level, the deploy role's first: it is admin.

    Raises ValueError when `others` names the deploy role again.
    """
    if deploy_role in others:
        raise ValueError(f"`cluster.access` must not name the deploy role {deploy_role}: it is admin already")
    return {deploy_role: "admin", **others}
