"""The AWS side of Karpenter: the role of its nodes, the identity of its controller, and the queue of warnings."""

from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import ComponentResource, Input, Output, ResourceOptions

from components.account import ClusterScope
from components.charts import KARPENTER
from components.cluster.interruptions import Interruptions, InterruptionsArgs
from components.cluster.provisioner_policies import provisioner_policies
from components.cluster.system_nodes import EC2_SERVICE, node_role
from components.identity.pod_identity import PodIdentity, PodIdentityArgs
from components.identity.service_role import RoleArgs, ServiceRole
from components.identity.trust import service_trust
from reference.names import physical_name
from reference.vocabulary import DISCOVERY_TAG


@dataclass(frozen=True, kw_only=True)
class NodeProvisioningArgs:
    """The cluster to start nodes for, and the security group that they bear."""

    scope: ClusterScope
    security_group_id: Input[str]


class NodeProvisioning(ComponentResource):
    """Node role and its way into the cluster, controller identity, interruption queue, discovery tag."""

    def __init__(self, name: str, args: NodeProvisioningArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:cluster:NodeProvisioning", name, {}, opts)
        self._name, self._scope = name, args.scope
        scope = args.scope
        self.node_role_name: Output[str] = self._make_node_role()
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

    def _make_node_role(self) -> Output[str]:
        scope = self._scope
        description = f"Nodes that Karpenter starts for {scope.cluster_name}"
        role = ServiceRole(
            f"{self._name}-nodes",
            node_role(scope.account, node_role_name(scope.stack), description),
            service_trust(EC2_SERVICE),
            ResourceOptions(parent=self),
        )
        # Managed node groups get their entry from EKS; nodes that Karpenter starts do not.
        aws.eks.AccessEntry(
            f"{self._name}-nodes",
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
                node_role=node_role_name(scope.stack),
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


def node_role_name(stack: str) -> str:
    """The physical name of the role of the nodes that Karpenter starts."""
    return physical_name(stack, "karpenter-node", limit=64)


def controller_role_name(stack: str) -> str:
    """The physical name of the role of Karpenter's controller, which starts every node."""
    return physical_name(stack, "karpenter", limit=64)


def queue_name(stack: str) -> str:
    """The physical name of the interruption queue."""
    return physical_name(stack, "interruptions", limit=80)
