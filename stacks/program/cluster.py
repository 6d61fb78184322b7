"""A foundation's cluster, built: control plane, access, nodes, controllers and the boundary of teams' roles."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from components.account import ClusterScope
from components.cluster.access import Access, AccessArgs, access_levels
from components.cluster.addons import Addons, AddonsArgs, after_nodes, before_nodes
from components.cluster.cluster import Cluster, ClusterArgs
from components.cluster.controller_identities import ControllerIdentities
from components.cluster.kubeconfig import kubeconfig
from components.cluster.node_provisioning import (
    NodeProvisioning,
    NodeProvisioningArgs,
    controller_role_name,
)
from components.cluster.system_nodes import SystemNodes, SystemNodesArgs
from components.network.network import Network
from components.security.encryption_key import EncryptionKey
from components.security.team_boundary import TeamBoundary, TeamBoundaryArgs
from reference.names import physical_name
from stacks.program.context import FoundationContext
from stacks.program.detection import agent_addons
from stacks.program.storage import driver_addons


def build_cluster(context: FoundationContext, network: Network, keys: Mapping[str, EncryptionKey]) -> Cluster:
    """Declare the control plane."""
    section = context.stack.cluster
    return Cluster(
        context.name,
        ClusterArgs(
            account=context.account,
            cluster_name=context.cluster_name,
            role_name=context.role("cluster"),
            kubernetes_version=context.release.kubernetes,
            support=section.support,
            subnet_ids=list(network.intra_subnet_ids.values()),
            service_cidr=section.service_cidr,
            secrets_key=keys["secrets"],
            logs_key=keys["logs"],
            log_days=section.log_days,
            protect=context.protect,
        ),
        context.options(),
    )


def build_access(context: FoundationContext, cluster: Cluster) -> Access:
    """Declare the roles that may use the cluster, from inside the VPC."""
    section = context.stack.cluster
    policies = {entry.role: entry.policy for entry in section.access}
    return Access(
        context.name,
        AccessArgs(
            account=context.account,
            cluster_name=cluster.cluster_name,
            security_group_id=cluster.security_group_id,
            vpc_cidr=context.stack.network.cidr,
            levels=access_levels(section.deploy_role, policies),
        ),
        context.options(),
    )


def build_nodes(
    context: FoundationContext, network: Network, scope: ClusterScope, volumes_key: EncryptionKey
) -> None:
    """Declare the add-ons that nodes wait for, the system nodes, and the add-ons that wait for nodes."""
    # Without the network plugin no node becomes ready, and without a node no Deployment of an add-on does.
    before = AddonsArgs(scope=scope, addons=before_nodes(context.release.addons))
    base = Addons(f"{context.name}-base", before, context.options())
    nodes = build_system_nodes(context, network, scope, volumes_key, base)
    further = [*driver_addons(context), *agent_addons(context.stack)]
    waiting = after_nodes([*context.release.addons, *further])
    after = replace(before, addons=waiting, after=[nodes.group])
    Addons(f"{context.name}-workload", after, context.options())


def build_system_nodes(
    context: FoundationContext,
    network: Network,
    scope: ClusterScope,
    volumes_key: EncryptionKey,
    base: Addons,
) -> SystemNodes:
    """Declare the nodes of the platform's own controllers, which reach AWS and their images through NAT."""
    section = context.stack.cluster.system_nodes
    return SystemNodes(
        context.name,
        SystemNodesArgs(
            account=context.account,
            name=physical_name(context.name, "system", limit=63),
            role_name=context.role("system-node"),
            cluster_name=scope.created_name,
            kubernetes_version=context.release.kubernetes,
            subnet_ids=list(network.private_subnet_ids.values()),
            instance_types=section.instance_types,
            min_nodes=section.min,
            max_nodes=section.max,
            disk_gib=section.disk_gib,
            volumes_key=volumes_key,
            tags=context.tags,
            shared_images=context.stack.images.shared,
            # A node needs the internet at its first boot, and the network plugin to become ready.
            after=[base, *network.egress],
        ),
        context.options(),
    )


def build_controllers(context: FoundationContext, cluster: Cluster, scope: ClusterScope) -> NodeProvisioning:
    """Declare the AWS side of the platform's controllers, which is there before they are installed."""
    ControllerIdentities(context.name, scope, context.options(), keda=context.stack.events.keda)
    register = context.stack.organisation
    return NodeProvisioning(
        context.name,
        NodeProvisioningArgs(
            scope=scope,
            environment=context.stack.environment,
            security_group_id=cluster.security_group_id,
            teams=[each.team for each in register.teams] if register else [],
            shared_images=context.stack.images.shared,
        ),
        context.options(),
    )


def build_team_boundary(context: FoundationContext) -> TeamBoundary:
    """Declare the policy that bounds every role of a team stack."""
    return TeamBoundary(
        context.name,
        TeamBoundaryArgs(
            account=context.account,
            foundation=context.name,
            provisioner_role=controller_role_name(context.name),
        ),
        context.options(),
    )


def cluster_outputs(
    context: FoundationContext,
    cluster: Cluster,
    provisioning: NodeProvisioning,
    volumes_key: EncryptionKey,
) -> dict[str, Any]:
    """The output `cluster`, which a platform reads."""
    return {
        "name": context.cluster_name,
        "kubernetes_version": context.release.kubernetes,
        "endpoint": cluster.endpoint,
        "certificate_authority": cluster.certificate_authority,
        "security_group_id": cluster.security_group_id,
        "node_role_name": provisioning.node_role_name,
        "team_node_role_names": provisioning.team_node_role_names,
        "provisioner_role_name": provisioning.controller_role_name,
        "interruption_queue_name": provisioning.queue_name,
        "volumes_key_arn": volumes_key.alias_arn,
    }


def kubeconfig_output(context: FoundationContext, cluster: Cluster, access: Access) -> Any:
    """The output `kubeconfig`, known once the deploy role may enter the cluster."""
    return kubeconfig(
        cluster_name=context.cluster_name,
        region=context.account.region,
        endpoint=cluster.endpoint,
        certificate_authority=cluster.certificate_authority,
        access_entry=access.grants[context.stack.cluster.deploy_role],
    )
