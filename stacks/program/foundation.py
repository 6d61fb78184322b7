"""A foundation: one account's network, keys, cluster, node provisioning and cost guardrails."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from components.account import ClusterScope
from components.charts import MONITORING_NAMESPACE
from components.cluster.access import Access, AccessArgs, access_levels
from components.cluster.addons import Addons, AddonsArgs, after_nodes, before_nodes
from components.cluster.cluster import Cluster, ClusterArgs, log_group
from components.cluster.controller_identities import ControllerIdentities
from components.cluster.kubeconfig import kubeconfig
from components.cluster.node_provisioning import NodeProvisioning, NodeProvisioningArgs
from components.cluster.system_nodes import SystemNodes, SystemNodesArgs
from components.monitoring.notifications import Notifications, NotificationsArgs
from components.network.endpoints import EndpointOptions
from components.network.flow_logs import FlowLogsArgs
from components.network.network import Network, NetworkArgs
from components.security.encryption_key import EncryptionKey, EncryptionKeyArgs, deletion_window_days
from components.security.key_policies import (
    closed_to_other_pods,
    key_policy,
    used_by_logs,
    used_through,
)
from reference.names import physical_name
from reference.vocabulary import DISCOVERY_TAG
from stacks.program.detection import agent_addons, agent_endpoints, build_detection
from stacks.program.finding_alerts import alert_statements, build_finding_alerts, publishing_rules
from stacks.program.foundation_context import FoundationContext, foundation_context
from stacks.program.guardrails import build_guardrails
from stacks.program.identity import build_identity
from stacks.program.recovery import build_recovery
from stacks.program.scanning import build_scanning
from stacks.program.signatures import build_signing
from stacks.program.stack_references import contract
from stacks.program.storage import build_storage, driver_addons
from stacks.schema import Foundation
from stacks.schema.security_level import has_private_mlflow


def build_foundation(name: str, stack: Foundation) -> Mapping[str, Any]:
    """Declare the foundation called `name`. Returns what its platform, CI and finance read."""
    context = foundation_context(name, stack)
    keys = build_keys(context)
    network = build_network(context, keys["logs"])
    cluster = build_cluster(context, network, keys)
    access = build_access(context, cluster)
    scope = context.cluster_scope(cluster.cluster_name)
    build_nodes(context, network, scope, keys["volumes"])
    provisioning = build_controllers(context, cluster, scope)
    build_guardrails(context)
    build_detection(context)
    build_recovery(context)
    storage = build_storage(context, network, cluster)
    topic = build_notifications(context, keys["alerts"])
    signing = build_signing(context, scope)
    build_finding_alerts(context, topic)
    build_scanning(context)
    outputs = foundation_outputs(
        context,
        network=network,
        cluster=cluster,
        access=access,
        provisioning=provisioning,
        volumes_key=keys["volumes"],
        topic=topic,
    )
    registry = {"registry": {**outputs["registry"], **signing}}
    return {**outputs, **storage, **registry, **build_identity(context)}


def foundation_outputs(
    context: FoundationContext,
    *,
    network: Network,
    cluster: Cluster,
    access: Access,
    provisioning: NodeProvisioning,
    volumes_key: EncryptionKey,
    topic: Notifications,
) -> dict[str, Any]:
    """What a platform, CI and finance read of a foundation."""
    stack, where = context.stack, context.account
    return {
        "contract": contract("foundation"),
        "environment": stack.environment,
        "release": stack.release,
        "owner": stack.owner.model_dump(mode="json"),
        "account": {"id": where.id, "region": where.region, "partition": where.partition},
        "network": network_outputs(context, network),
        "cluster": {
            "name": context.cluster_name,
            "kubernetes_version": context.release.kubernetes,
            "endpoint": cluster.endpoint,
            "certificate_authority": cluster.certificate_authority,
            "security_group_id": cluster.security_group_id,
            "node_role_name": provisioning.node_role_name,
            "provisioner_role_name": provisioning.controller_role_name,
            "interruption_queue_name": provisioning.queue_name,
            "volumes_key_arn": volumes_key.alias_arn,
        },
        "kubeconfig": kubeconfig(
            cluster_name=context.cluster_name,
            region=where.region,
            endpoint=cluster.endpoint,
            certificate_authority=cluster.certificate_authority,
            access_entry=access.grants[stack.cluster.deploy_role],
        ),
        "alerts": {"topic_arn": topic.topic_arn},
        "registry": {"host": where.ecr_host},
    }


def network_outputs(context: FoundationContext, network: Network) -> dict[str, Any]:
    """Where a platform's load balancers and nodes go."""
    section = context.stack.network
    return {
        "vpc_id": network.vpc_id,
        "vpc_cidr": section.cidr,
        "private_subnet_ids": list(network.private_subnet_ids.values()),
        "private_subnets": dict(network.private_subnet_ids),
        "zones": list(section.zones),
    }


def build_keys(context: FoundationContext) -> dict[str, EncryptionKey]:
    """The foundation's keys by purpose, each usable only for it."""
    where = context.account
    policies = {
        "alerts": key_policy(where, closed_to_other_pods([MONITORING_NAMESPACE]), *alert_statements(context)),
        "logs": key_policy(
            where, used_by_logs(where, log_group(context.cluster_name), context.flow_log_group)
        ),
        "secrets": key_policy(where),  # EKS uses it by a grant that the deploy role makes
        "volumes": key_policy(where, used_through(where, "ec2")),
    }
    return {
        purpose: EncryptionKey(
            f"{context.name}-{purpose}",
            EncryptionKeyArgs(
                account=where,
                alias=physical_name(context.name, purpose, limit=250),
                description=f"{purpose.capitalize()} of {context.name}",
                policy=policy,
                deletion_window_days=deletion_window_days(context.stack.environment),
                protect=context.protect,
            ),
            context.options(),
        )
        for purpose, policy in policies.items()
    }


def build_network(context: FoundationContext, logs_key: EncryptionKey) -> Network:
    """The VPC, with its private subnets marked for the node provisioner."""
    section = context.stack.network
    return Network(
        context.name,
        NetworkArgs(
            account=context.account,
            name=physical_name(context.name, limit=200),
            cidr=section.cidr,
            zones=section.zones,
            nat=section.nat,
            private_tags={DISCOVERY_TAG: context.cluster_name, "kubernetes.io/role/internal-elb": "1"},
            endpoints=EndpointOptions(
                private_mlflow=has_private_mlflow(context.stack),
                public_buckets=section.public_buckets,
                extra_services=agent_endpoints(context.stack),
            ),
            flow_logs=FlowLogsArgs(
                account=context.account,
                log_group=context.flow_log_group,
                retention_days=section.flow_log_days,
                role_name=context.role("flow-logs"),
                key_arn=logs_key.key_arn,
                protect=context.protect,
            ),
            protect=context.protect,
        ),
        context.options(),
    )


def build_cluster(context: FoundationContext, network: Network, keys: Mapping[str, EncryptionKey]) -> Cluster:
    """The control plane."""
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
    """The roles that may use the cluster, and where from."""
    section = context.stack.cluster
    return Access(
        context.name,
        AccessArgs(
            account=context.account,
            cluster_name=cluster.cluster_name,
            security_group_id=cluster.security_group_id,
            vpc_cidr=context.stack.network.cidr,
            levels=access_levels(section.deploy_role, {entry.role: entry.policy for entry in section.access}),
        ),
        context.options(),
    )


def build_nodes(
    context: FoundationContext, network: Network, scope: ClusterScope, volumes_key: EncryptionKey
) -> None:
    """The add-ons that nodes wait for, the system nodes, and the add-ons that wait for nodes."""
    section = context.stack.cluster.system_nodes
    addons = AddonsArgs(scope=scope, addons=before_nodes(context.release.addons))
    base = Addons(f"{context.name}-base", addons, context.options())
    nodes = SystemNodes(
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
            after=[base, *network.egress],
        ),
        context.options(),
    )
    Addons(
        f"{context.name}-workload",
        replace(
            addons,
            addons=after_nodes(
                (*context.release.addons, *driver_addons(context), *agent_addons(context.stack))
            ),
            after=[nodes.group],
        ),
        context.options(),
    )


def build_controllers(context: FoundationContext, cluster: Cluster, scope: ClusterScope) -> NodeProvisioning:
    """What the platform's controllers need in AWS before they are installed."""
    ControllerIdentities(context.name, scope, context.options())
    return NodeProvisioning(
        context.name,
        NodeProvisioningArgs(scope=scope, security_group_id=cluster.security_group_id),
        context.options(),
    )


def build_notifications(context: FoundationContext, key: EncryptionKey) -> Notifications:
    """The topic of the cluster's own alerts, which the platform's owner reads."""
    return Notifications(
        context.name,
        NotificationsArgs(
            account=context.account,
            stack=context.name,
            key=key,
            notify=(context.stack.owner.email,),
            rules=publishing_rules(context),
        ),
        context.options(),
    )
