"""The AWS side of Karpenter: whom its nodes are, what its controller may do, and what warns it."""

from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import ComponentResource, Input, Output, ResourceOptions

from components.account import Account
from components.cluster.interruptions import Interruptions, InterruptionsArgs
from components.cluster.node_role import NODE_POLICIES
from components.cluster.provisioner_policies import provisioner_policies
from components.identity.pod_identity import PodIdentity, PodIdentityArgs
from components.identity.service_role import ServiceRole, ServiceRoleArgs
from components.identity.trust import service_trust
from reference.names import physical_name
from reference.vocabulary import DISCOVERY_TAG


@dataclass(frozen=True, kw_only=True)
class NodeProvisioningArgs:
    """The cluster to start nodes for. Physical names derive from `stack`."""

    account: Account
    stack: str
    cluster_name: str
    cluster: Input[str]  # the same name, known once the cluster exists
    security_group_id: Input[str]


class NodeProvisioning(ComponentResource):
    """Node role and its way into the cluster, controller identity, interruption queue, discovery tag."""

    def __init__(self, name: str, args: NodeProvisioningArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:cluster:NodeProvisioning", name, {}, opts)
        self._name, self._args = name, args
        self.node_role_name: Output[str] = self._make_node_role()
        self.controller_role_name: Output[str] = self._make_controller()
        interruptions = Interruptions(
            f"{name}-interruptions",
            InterruptionsArgs(account=args.account, stack=args.stack, queue_name=queue_name(args.stack)),
            ResourceOptions(parent=self),
        )
        aws.ec2.Tag(
            f"{name}-discovery",
            resource_id=args.security_group_id,
            key=DISCOVERY_TAG,
            value=args.cluster_name,
            opts=ResourceOptions(parent=self),
        )
        self.queue_name: Output[str] = interruptions.queue_name
        self.register_outputs({"node_role_name": self.node_role_name, "queue_name": self.queue_name})

    def _make_node_role(self) -> Output[str]:
        args = self._args
        role = ServiceRole(
            f"{self._name}-nodes",
            ServiceRoleArgs(
                role_name=node_role_name(args.stack),
                description=f"Nodes that Karpenter starts for {args.cluster_name}",
                trust=service_trust("ec2.amazonaws.com"),
                managed={
                    key: args.account.managed_policy_arn(policy) for key, policy in NODE_POLICIES.items()
                },
            ),
            ResourceOptions(parent=self),
        )
        # Managed node groups get their entry from EKS; nodes that Karpenter starts do not.
        aws.eks.AccessEntry(
            f"{self._name}-nodes",
            cluster_name=args.cluster,
            principal_arn=role.role_arn,
            type="EC2_LINUX",
            opts=ResourceOptions(parent=self),
        )
        return role.role_name

    def _make_controller(self) -> Output[str]:
        args = self._args
        identity = PodIdentity(
            f"{self._name}-controller",
            PodIdentityArgs(
                cluster_name=args.cluster,
                cluster_arn=args.account.cluster_arn(args.cluster_name),
                namespace="kube-system",
                service_account="karpenter",
                role_name=controller_role_name(args.stack),
                description=f"Karpenter controller of {args.cluster_name}",
                inline=provisioner_policies(
                    args.account,
                    args.cluster_name,
                    node_role=node_role_name(args.stack),
                    queue_name=queue_name(args.stack),
                ),
            ),
            ResourceOptions(parent=self),
        )
        return identity.role_name


def node_role_name(stack: str) -> str:
    """The role of the nodes that Karpenter starts."""
    return physical_name(stack, "karpenter-node", limit=64)


def controller_role_name(stack: str) -> str:
    """The role of Karpenter's controller, which starts every node."""
    return physical_name(stack, "karpenter", limit=64)


def queue_name(stack: str) -> str:
    """The interruption queue."""
    return physical_name(stack, "interruptions", limit=80)
