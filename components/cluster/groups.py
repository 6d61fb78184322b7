"""IAM roles in groups of the cluster's RBAC: one access entry for each role, without any right of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import ComponentResource, Input, Resource, ResourceOptions

from components.account import Account


@dataclass(frozen=True, kw_only=True)
class GroupEntriesArgs:
    """The cluster, and the names of the IAM roles in each group."""

    account: Account
    cluster_name: Input[str]
    groups: Mapping[str, Sequence[str]]
    after: Sequence[
        Resource
    ] = ()  # roles that the stack makes: EKS refuses an entry of one that is not there


class GroupEntries(ComponentResource):
    """Access entries of roles that are in groups. What a group may do is said by RoleBindings."""

    def __init__(self, name: str, args: GroupEntriesArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:cluster:GroupEntries", name, {}, opts)
        for role, groups in groups_of(args.groups).items():
            aws.eks.AccessEntry(
                f"{name}-{role}",
                cluster_name=args.cluster_name,
                principal_arn=args.account.role_arn(role),
                kubernetes_groups=groups,
                type="STANDARD",
                opts=ResourceOptions(parent=self, depends_on=args.after),
            )
        self.register_outputs({})


def groups_of(members: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """The groups of each role: a cluster has one entry for a role, whatever groups it is in."""
    found: dict[str, list[str]] = {}
    for group, roles in members.items():
        for role in roles:
            found.setdefault(role, []).append(group)
    return found
