"""The AWS side of Karpenter: the roles of its nodes, the identity of its controller, and the queue of warnings."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import ComponentResource, Input, Output, ResourceOptions

from components.account import ClusterScope
from components.charts import KARPENTER
from components.cluster.interruptions import Interruptions, InterruptionsArgs
from components.cluster.node_roles import (
    node_role,
    shared_repositories,
    team_node_role_name,
    team_node_role_names,
    team_repositories,
)
from components.cluster.provisioner_policies import provisioner_policies
from components.identity.pod_identity import PodIdentity, PodIdentityArgs
from components.identity.service_role import RoleArgs, ServiceRole
from components.identity.trust import service_trust
from reference.names import physical_name, role_name
from reference.vocabulary import DISCOVERY_TAG, EC2_SERVICE


@dataclass(frozen=True, kw_only=True)
class NodeProvisioningArgs:
    """The cluster to start nodes for, and the security group that they bear.

    Each of `teams` has a role of its own for its pools. `shared_images` are prefixes of the account's repositories
    that every node may pull.
    """

    scope: ClusterScope
    environment: str
    security_group_id: Input[str]
    teams: Sequence[str]
    shared_images: Sequence[str]


class NodeProvisioning(ComponentResource):
    """Roles of nodes and their way into the cluster, controller identity, interruption queue, discovery tag."""

    def __init__(self, name: str, args: NodeProvisioningArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:cluster:NodeProvisioning", name, {}, opts)
        self._name, self._args, self._scope = name, args, args.scope
        scope = args.scope
        # General nodes, and those of pools that the platform grants, run pods of every team.
        self.node_role_name: Output[str] = self._make_node_role(
            f"{name}-nodes",
            node_role_name(scope.stack),
            f"Nodes that Karpenter starts for {scope.cluster_name}",
            "*",
        )
        self.team_node_role_names = {team: self._make_team_role(team) for team in args.teams}
        self.controller_role_name: Output[str] = self._make_controller()
        interruptions = Interruptions(
            f"{name}-interruptions",
            InterruptionsArgs(account=scope.account, stack=scope.stack, queue_name=queue_name(scope.stack)),
            ResourceOptions(parent=self),
        )
        aws.ec2.Tag(
            f"{name}-discovery",
            resource_id=args.security_group_id,
            key=DISCOVERY_TAG,
            value=scope.cluster_name,
            opts=ResourceOptions(parent=self),
        )
        self.queue_name: Output[str] = interruptions.queue_name
        self.register_outputs({"node_role_name": self.node_role_name, "queue_name": self.queue_name})

    def _make_team_role(self, team: str) -> Output[str]:
        return self._make_node_role(
            f"{self._name}-nodes-{team}",
            team_node_role_name(self._scope.stack, team),
            f"Nodes of the team {team} that Karpenter starts for {self._scope.cluster_name}",
            team,
        )

    def _make_node_role(self, name: str, role_name: str, description: str, team: str) -> Output[str]:
        scope, args = self._scope, self._args
        repositories = team_repositories(team, args.environment) + shared_repositories(args.shared_images)
        role = ServiceRole(
            name,
            node_role(scope.account, role_name, description, repositories),
            service_trust(EC2_SERVICE),
            ResourceOptions(parent=self),
        )
        # Managed node groups get their entry from EKS; nodes that Karpenter starts do not.
        aws.eks.AccessEntry(
            name,
            cluster_name=scope.created_name,
            principal_arn=role.role_arn,
            type="EC2_LINUX",
            opts=ResourceOptions(parent=self),
        )
        return role.role_name

    def _make_controller(self) -> Output[str]:
        scope = self._scope
        role = RoleArgs(
            name=controller_role_name(scope.stack),
            description=f"Karpenter controller of {scope.cluster_name}",
            inline=provisioner_policies(
                scope.account,
                scope.cluster_name,
                node_roles=self._node_roles(),
                queue_name=queue_name(scope.stack),
            ),
        )
        identity = PodIdentity(
            f"{self._name}-controller",
            PodIdentityArgs(
                cluster=scope.ref,
                namespace=KARPENTER.namespace,
                service_account="karpenter",
                role=role,
            ),
            ResourceOptions(parent=self),
        )
        return identity.role_name

    def _node_roles(self) -> list[str]:
        """The names of the roles that nodes may have. Hundreds of teams would not fit into a policy one by one."""
        stack = self._scope.stack
        return [node_role_name(stack), *([team_node_role_names(stack)] if self._args.teams else [])]


def node_role_name(stack: str) -> str:
    """The physical name of the role of the nodes that Karpenter starts for all teams."""
    return role_name(stack, "karpenter-node")


def controller_role_name(stack: str) -> str:
    """The physical name of the role of Karpenter's controller, which starts every node."""
    return role_name(stack, "karpenter")


def queue_name(stack: str) -> str:
    """The physical name of the interruption queue."""
    return physical_name(stack, "interruptions", limit=80)
