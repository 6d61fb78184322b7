"""A foundation: one account's network, keys, cluster, node provisioning and cost guardrails."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from components.charts import MONITORING_NAMESPACE
from components.cluster.access import Access, AccessArgs, access_levels
from components.cluster.addons import Addons, AddonsArgs, after_nodes, before_nodes
from components.cluster.cluster import Cluster, ClusterArgs, cluster_arn, log_group
from components.cluster.controller_identities import ControllerIdentities, ControllerIdentitiesArgs
from components.cluster.kubeconfig import kubeconfig
from components.cluster.node_provisioning import DISCOVERY_TAG, NodeProvisioning, NodeProvisioningArgs
from components.cluster.system_nodes import SystemNodes, SystemNodesArgs
from components.monitoring.notifications import Notifications, NotificationsArgs
from components.network.network import Network, NetworkArgs
from components.security.encryption_key import EncryptionKey, EncryptionKeyArgs, deletion_window_days
from components.security.key_policies import (
    closed_to_other_pods,
    key_policy,
    used_by_logs,
    used_through,
)
from reference.names import physical_name
from stacks.program.detection import agent_addons, agent_endpoints, build_detection
from stacks.program.finding_alerts import alert_statements, build_finding_alerts, publishing_rules
from stacks.program.foundation_context import Ground, foundation_ground
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
    ground = foundation_ground(name, stack)
    keys = build_keys(ground)
    network = build_network(ground, keys["logs"])
    cluster = build_cluster(ground, network, keys)
    access = build_access(ground, cluster)
    build_nodes(ground, network, cluster, keys["volumes"])
    provisioning = build_controllers(ground, cluster)
    build_guardrails(ground)
    build_detection(ground)
    build_recovery(ground)
    storage = build_storage(ground, network, cluster)
    topic = build_notifications(ground, keys["alerts"])
    signing = build_signing(ground, cluster.cluster_name)
    build_finding_alerts(ground, topic)
    build_scanning(ground)
    outputs = foundation_outputs(
        ground,
        network=network,
        cluster=cluster,
        access=access,
        provisioning=provisioning,
        volumes_key=keys["volumes"],
        topic=topic,
    )
    registry = {"registry": {**outputs["registry"], **signing}}
    return {**outputs, **storage, **registry, **build_identity(ground)}


def foundation_outputs(
    ground: Ground,
    *,
    network: Network,
    cluster: Cluster,
    access: Access,
    provisioning: NodeProvisioning,
    volumes_key: EncryptionKey,
    topic: Notifications,
) -> dict[str, Any]:
    """What a platform, CI and finance read of a foundation."""
    stack, where = ground.stack, ground.account
    return {
        "contract": contract("foundation"),
        "environment": stack.environment,
        "release": stack.release,
        "owner": stack.owner.model_dump(mode="json"),
        "account": {"id": where.id, "region": where.region, "partition": where.partition},
        "network": network_outputs(ground, network),
        "cluster": {
            "name": ground.cluster_name,
            "kubernetes_version": ground.release.kubernetes,
            "endpoint": cluster.endpoint,
            "certificate_authority": cluster.certificate_authority,
            "security_group_id": cluster.security_group_id,
            "node_role_name": provisioning.node_role_name,
            "provisioner_role_name": provisioning.controller_role_name,
            "interruption_queue_name": provisioning.queue_name,
            "volumes_key_arn": volumes_key.alias_arn,
        },
        "kubeconfig": kubeconfig(
            cluster_name=ground.cluster_name,
            region=where.region,
            endpoint=cluster.endpoint,
            certificate_authority=cluster.certificate_authority,
            admitted=access.grants[stack.cluster.deploy_role],
        ),
        "alerts": {"topic_arn": topic.topic_arn},
        "registry": {"host": f"{where.id}.dkr.ecr.{where.region}.{where.dns_suffix}"},
    }


def network_outputs(ground: Ground, network: Network) -> dict[str, Any]:
    """Where a platform's load balancers and nodes go."""
    section = ground.stack.network
    return {
        "vpc_id": network.vpc_id,
        "vpc_cidr": section.cidr,
        "private_subnet_ids": list(network.private_subnet_ids.values()),
        "private_subnets": dict(network.private_subnet_ids),
        "zones": list(section.zones),
    }


def build_keys(ground: Ground) -> dict[str, EncryptionKey]:
    """The foundation's keys by purpose, each usable only for it."""
    where = ground.account
    policies = {
        "alerts": key_policy(where, closed_to_other_pods([MONITORING_NAMESPACE]), *alert_statements(ground)),
        "logs": key_policy(where, used_by_logs(where, log_group(ground.cluster_name), ground.flow_log_group)),
        "secrets": key_policy(where),  # EKS uses it by a grant that the deploy role makes
        "volumes": key_policy(where, used_through(where, "ec2")),
    }
    return {
        purpose: EncryptionKey(
            f"{ground.name}-{purpose}",
            EncryptionKeyArgs(
                account=where,
                alias=physical_name(ground.name, purpose, limit=250),
                description=f"{purpose.capitalize()} of {ground.name}",
                policy=policy,
                deletion_window_days=deletion_window_days(ground.stack.environment),
                protect=ground.protect,
            ),
            ground.options(),
        )
        for purpose, policy in policies.items()
    }


def build_network(ground: Ground, logs_key: EncryptionKey) -> Network:
    """The VPC, with its private subnets marked for the node provisioner."""
    section = ground.stack.network
    return Network(
        ground.name,
        NetworkArgs(
            account=ground.account,
            name=physical_name(ground.name, limit=200),
            cidr=section.cidr,
            zones=section.zones,
            nat=section.nat,
            private_tags={DISCOVERY_TAG: ground.cluster_name, "kubernetes.io/role/internal-elb": "1"},
            private_mlflow=has_private_mlflow(ground.stack),
            public_buckets=section.public_buckets,
            further_services=agent_endpoints(ground.stack),
            flow_log_group=ground.flow_log_group,
            flow_log_days=section.flow_log_days,
            flow_log_role=ground.role("flow-logs"),
            logs_key_arn=logs_key.key_arn,
            protect=ground.protect,
        ),
        ground.options(),
    )


def build_cluster(ground: Ground, network: Network, keys: Mapping[str, EncryptionKey]) -> Cluster:
    """The control plane."""
    section = ground.stack.cluster
    return Cluster(
        ground.name,
        ClusterArgs(
            account=ground.account,
            cluster_name=ground.cluster_name,
            role_name=ground.role("cluster"),
            kubernetes_version=ground.release.kubernetes,
            support=section.support,
            subnet_ids=list(network.intra_subnet_ids.values()),
            service_cidr=section.service_cidr,
            secrets_key=keys["secrets"],
            logs_key=keys["logs"],
            log_days=section.log_days,
            protect=ground.protect,
        ),
        ground.options(),
    )


def build_access(ground: Ground, cluster: Cluster) -> Access:
    """The roles that may use the cluster, and where from."""
    section = ground.stack.cluster
    return Access(
        ground.name,
        AccessArgs(
            account=ground.account,
            cluster_name=cluster.cluster_name,
            security_group_id=cluster.security_group_id,
            vpc_cidr=ground.stack.network.cidr,
            levels=access_levels(section.deploy_role, {entry.role: entry.policy for entry in section.access}),
        ),
        ground.options(),
    )


def build_nodes(ground: Ground, network: Network, cluster: Cluster, volumes_key: EncryptionKey) -> None:
    """The add-ons that nodes wait for, the system nodes, and the add-ons that wait for nodes."""
    section = ground.stack.cluster.system_nodes
    addons = AddonsArgs(
        account=ground.account,
        stack=ground.name,
        cluster_name=cluster.cluster_name,
        cluster_arn=cluster_arn(ground.account, ground.cluster_name),
        addons=before_nodes(ground.release.addons),
    )
    base = Addons(f"{ground.name}-base", addons, ground.options())
    nodes = SystemNodes(
        ground.name,
        SystemNodesArgs(
            account=ground.account,
            name=physical_name(ground.name, "system", limit=63),
            role_name=ground.role("system-node"),
            cluster_name=cluster.cluster_name,
            kubernetes_version=ground.release.kubernetes,
            subnet_ids=list(network.private_subnet_ids.values()),
            instance_types=section.instance_types,
            min_nodes=section.min,
            max_nodes=section.max,
            disk_gib=section.disk_gib,
            volumes_key=volumes_key,
            tags=ground.tags,
            after=[base, *network.egress],
        ),
        ground.options(),
    )
    Addons(
        f"{ground.name}-workload",
        replace(
            addons,
            addons=after_nodes((*ground.release.addons, *driver_addons(ground), *agent_addons(ground.stack))),
            after=[nodes.group],
        ),
        ground.options(),
    )


def build_controllers(ground: Ground, cluster: Cluster) -> NodeProvisioning:
    """What the platform's controllers need in AWS before they are installed."""
    ControllerIdentities(
        ground.name,
        ControllerIdentitiesArgs(
            account=ground.account,
            stack=ground.name,
            cluster_name=ground.cluster_name,
            cluster=cluster.cluster_name,
        ),
        ground.options(),
    )
    return NodeProvisioning(
        ground.name,
        NodeProvisioningArgs(
            account=ground.account,
            stack=ground.name,
            cluster_name=ground.cluster_name,
            cluster=cluster.cluster_name,
            security_group_id=cluster.security_group_id,
        ),
        ground.options(),
    )


def build_notifications(ground: Ground, key: EncryptionKey) -> Notifications:
    """The topic of the cluster's own alerts, which the platform's owner reads."""
    return Notifications(
        ground.name,
        NotificationsArgs(
            account=ground.account,
            stack=ground.name,
            key=key,
            notify=(ground.stack.owner.email,),
            rules=publishing_rules(ground),
        ),
        ground.options(),
    )
