"""A foundation: one account's network, keys, cluster, node provisioning and cost guardrails."""

from collections.abc import Mapping
from typing import Any

from components.charts import MONITORING_NAMESPACE
from components.cluster.cluster import log_group
from components.cluster.interruptions import interruption_rules
from components.monitoring.event_notifications import LostEvents, LostEventsArgs
from components.monitoring.notifications import Notifications, NotificationsArgs
from components.network.endpoint_policies import Outsiders, StateStore
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
from components.telemetry.pod_logs import log_group_of
from reference.names import physical_name
from reference.vocabulary import DISCOVERY_TAG
from stacks.program.break_glass import build_break_glass
from stacks.program.cluster import (
    build_access,
    build_cluster,
    build_controllers,
    build_nodes,
    build_team_boundary,
    cluster_outputs,
    kubeconfig_output,
)
from stacks.program.context import FoundationContext, foundation_context
from stacks.program.detection import agent_endpoints, build_detection, build_tampering
from stacks.program.findings import (
    build_detector_findings,
    build_failed_backups,
    publishes_events,
    publishing_statements,
)
from stacks.program.guardrails import build_guardrails
from stacks.program.heartbeat import build_heartbeat
from stacks.program.identity import build_identity_providers, ci_output
from stacks.program.images import build_scanning, build_signing
from stacks.program.stack_references import contract
from stacks.program.storage import build_recovery, build_storage
from stacks.program.telemetry import (
    build_kept_metrics,
    build_platform_logs,
    build_trace_store,
    telemetry_endpoints,
)
from stacks.program.upstream_images import build_upstream_images, makes_caches
from stacks.schema import Foundation
from stacks.schema.foundation import NetworkSpec
from stacks.schema.security_level import endpoints_only, has_private_mlflow


def build_foundation(name: str, stack: Foundation) -> Mapping[str, Any]:
    """Declare the foundation called `name`. Returns what its platform, CI and finance read."""
    context = foundation_context(name, stack)
    keys = build_keys(context)
    network = build_network(context, keys["logs"])
    cluster = build_cluster(context, network, keys)
    access = build_access(context, cluster)
    build_identity_providers(context, cluster)
    scope = context.cluster_scope(cluster.cluster_name)
    build_nodes(context, network, scope, keys["volumes"])
    provisioning = build_controllers(context, cluster, scope)
    build_guardrails(context)
    trail = build_detection(context)
    vault = build_recovery(context)
    storage = build_storage(context, network, cluster)
    topic = build_notifications(context, keys["alerts"])
    build_lost_warnings(context, topic)
    build_heartbeat(context, topic, keys["alerts"])
    signing = build_signing(context, scope)
    build_detector_findings(context, topic)
    build_failed_backups(context, topic, vault)
    build_tampering(context, trail, topic)
    build_break_glass(context, cluster, trail, keys["alerts"])
    build_scanning(context)
    upstreams = build_upstream_images(context, keys.get("images"))
    boundary = build_team_boundary(context)
    kept = build_kept_metrics(context, scope, keys)
    build_platform_logs(context, scope, keys["logs"])
    build_trace_store(context, scope)
    return {
        **base_outputs(context),
        "network": network_outputs(context, network),
        "cluster": cluster_outputs(context, cluster, provisioning, keys["volumes"]),
        "kubeconfig": kubeconfig_output(context, cluster, access),
        "alerts": {"topic_arn": topic.topic_arn, "runbooks_url": context.runbooks_url},
        "registry": {"host": context.account.ecr_host, "upstreams": upstreams, **signing},
        **storage,
        **kept,
        "identity": {"team_boundary_arn": boundary.arn, "ci": ci_output(context)},
    }


def base_outputs(context: FoundationContext) -> dict[str, Any]:
    """The outputs that follow from the config alone."""
    stack, where = context.stack, context.account
    return {
        "contract": contract("foundation"),
        "environment": stack.environment,
        "release": stack.release,
        "owner": stack.owner.model_dump(mode="json"),
        "account": {"id": where.id, "region": where.region, "partition": where.partition},
    }


def network_outputs(context: FoundationContext, network: Network) -> dict[str, Any]:
    """The output `network`: the places of a platform's load balancers and nodes."""
    section = context.stack.network
    return {
        "vpc_id": network.vpc_id,
        "vpc_cidr": section.cidr,
        "private_subnet_ids": list(network.private_subnet_ids.values()),
        "private_subnets": dict(network.private_subnet_ids),
        "zones": list(section.zones),
        "private_mlflow": has_private_mlflow(context.stack),
    }


def build_keys(context: FoundationContext) -> dict[str, EncryptionKey]:
    """Declare the foundation's keys by purpose, each usable only for it."""
    where = context.account
    log_groups = [log_group(context.cluster_name), context.flow_log_group]
    if context.stack.telemetry.logs:
        log_groups.append(log_group_of(context.name))
    alerts = closed_to_other_pods([MONITORING_NAMESPACE])
    policies = {
        "alerts": key_policy(where, alerts, *publishing_statements(context)),
        "logs": key_policy(where, used_by_logs(where, *log_groups)),
        "secrets": key_policy(where),  # EKS uses it by a grant that the deploy role makes
        "volumes": key_policy(where, used_through(where, "ec2")),
    }
    if makes_caches(context):
        policies["images"] = key_policy(where)  # ECR uses it by grants that the role of its caches makes
    if context.stack.telemetry.metrics:
        policies["metrics"] = key_policy(where)  # Amazon uses it by grants that the deploy role makes
    return {purpose: build_purpose_key(context, purpose, policy) for purpose, policy in policies.items()}


def build_purpose_key(context: FoundationContext, purpose: str, policy: str) -> EncryptionKey:
    """Declare the key of one purpose."""
    return EncryptionKey(
        f"{context.name}-{purpose}",
        EncryptionKeyArgs(
            account=context.account,
            alias=physical_name(context.name, purpose, limit=250),
            description=f"{purpose.capitalize()} of {context.name}",
            policy=policy,
            deletion_window_days=deletion_window_days(context.stack.environment),
            protect=context.protect,
        ),
        context.options(),
    )


def build_network(context: FoundationContext, logs_key: EncryptionKey) -> Network:
    """Declare the VPC, with its private subnets marked for the node provisioner."""
    section = context.stack.network
    return Network(
        context.name,
        NetworkArgs(
            account=context.account,
            name=physical_name(context.name, limit=200),
            cidr=section.cidr,
            zones=section.zones,
            nat=section.nat,
            # Karpenter finds subnets by the first tag, the load balancer controller by the second.
            private_tags={DISCOVERY_TAG: context.cluster_name, "kubernetes.io/role/internal-elb": "1"},
            endpoints=EndpointOptions(
                private_mlflow=has_private_mlflow(context.stack),
                private_buckets=endpoints_only(context.stack),
                outsiders=outsiders(section),
                extra_services=[*agent_endpoints(context.stack), *telemetry_endpoints(context.stack)],
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


def build_lost_warnings(context: FoundationContext, topic: Notifications) -> None:
    """Declare the alarms of warnings to the node provisioner that its queue refuses."""
    LostEvents(
        f"{context.name}-interruptions",
        LostEventsArgs(rules=interruption_rules(context.name), topic=topic),
        context.options(),
    )


def outsiders(section: NetworkSpec) -> Outsiders:
    """The parties that the VPC's endpoints let through beside the account."""
    state = section.state_bucket
    return Outsiders(
        public_buckets=section.public_buckets,
        deploy_accounts=section.deploy_accounts,
        state=StateStore(bucket=state.name, account=state.account, key_arn=state.key) if state else None,
    )


def build_notifications(context: FoundationContext, key: EncryptionKey) -> Notifications:
    """Declare the topic of the cluster's own alerts, which the platform's owner reads."""
    return Notifications(
        context.name,
        NotificationsArgs(
            account=context.account,
            stack=context.name,
            key=key,
            notify=(context.stack.owner.email,),
            events=publishes_events(context),
            alarms=True,
            runbooks=context.runbooks_url,
        ),
        context.options(),
    )
