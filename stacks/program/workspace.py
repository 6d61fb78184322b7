"""The in-cluster half of a team stack: its nodes, namespace, queue and alerts, and the sections built in them."""

from collections.abc import Mapping
from typing import Any

import pulumi
import pulumi_kubernetes as k8s
from pulumi import Input, Output, ResourceOptions

from components.monitoring.notifications import Notifications
from components.monitoring.routing import AlertRouting, AlertRoutingArgs
from components.platform.storage import EBS_DRIVER
from components.promotion.promotion import Promotion, PromotionArgs
from components.registry.registry import Registry
from components.security.encryption_key import EncryptionKey
from components.serving.namespace import ServingNamespace, ServingNamespaceArgs
from components.serving.quota import NamespaceLimits
from components.training.pool import TrainingPool
from components.training.pool_nodes import JobPoolArgs
from components.training.queue import QueueQuota, TeamQueue, TeamQueueArgs, WorkerNames, WorkerNamesArgs
from stacks.program.alerting import build_receivers, windows
from stacks.program.context import TeamContext
from stacks.program.data import build_file_systems, build_volumes, drivers, volumes_gib
from stacks.program.endpoints import build_endpoints
from stacks.program.grants import granted_quotas, with_granted
from stacks.program.identity import build_access, groups_with_rights
from stacks.program.inference_log import build_inference_log, logged_endpoints
from stacks.program.model_health import build_model_health
from stacks.program.node_costs import build_node_costs
from stacks.program.notebooks import build_notebooks
from stacks.program.objectives import build_freshness
from stacks.program.probes import is_probed
from stacks.program.quotas import TeamQuotas, namespace_quota, own_quotas
from stacks.program.retraining import build_retraining, build_tracking
from stacks.program.team_workspace import Workspace
from stacks.program.telemetry import keeps_logs, sends_traces
from stacks.schema.alerting import Alerting
from stacks.schema.pools import PoolSpec
from stacks.schema.security_level import endpoints_only
from stacks.schema.serving import Serving
from stacks.schema.training import TrainingSpec

Pools = Mapping[str, TrainingPool]


def build_workspace(
    context: TeamContext, registry: Registry | None, topic: Notifications | None, key: EncryptionKey | None
) -> dict[str, Any]:
    """Declare everything that lives in the platform's cluster and return its outputs."""
    provider = context.kubernetes()
    pools = build_pools(context, provider)
    quotas = TeamQuotas(granted=granted_quotas(context), own=quotas_of_own_pools(context))
    namespace = build_namespace(context, provider, pools, registry, quotas)
    workspace = Workspace(context=context, provider=provider, namespace=namespace, registry=registry, key=key)
    outputs: dict[str, Any] = {"kubeconfig": context.platform.output("kubeconfig")}
    if context.team.training:
        outputs["queue"] = build_queue(workspace, context.team.training, quotas)
    if registry:
        build_promotion(workspace)
    if context.team.access:
        build_access(context, context.team.access)
    outputs |= build_tracking(workspace)
    outputs |= build_retraining(workspace, topic)
    if context.team.notebooks and registry:
        outputs["notebooks"] = build_notebooks(workspace, context.team.notebooks, registry)
    if topic:
        build_alert_routing(workspace, topic)
        build_node_costs(workspace)
    if context.team.monitoring and context.team.monitoring.freshness:
        build_freshness(workspace, context.team.monitoring.freshness)
    if context.team.serving:
        outputs |= build_inference_log(workspace, context.team.serving)
        outputs["endpoints"] = build_endpoints(workspace, context.team.serving, pools)
        build_model_health(workspace, context.team.serving)
    if context.team.data:
        outputs["volumes"] = build_volumes(workspace, build_file_systems(workspace))
    return outputs


def build_pools(context: TeamContext, provider: k8s.Provider) -> Pools:
    """Declare the team's own node pools, tagged so that the bill names their team. Returns them by name."""
    options = ResourceOptions(providers=[context.aws, provider])
    pools = {}
    for pool in context.team.training.pools if context.team.training else ():
        pools[pool.name] = TrainingPool(f"{context.name}-{pool.name}", pool_args(context, pool), options)
    return pools


def pool_args(context: TeamContext, pool: PoolSpec) -> JobPoolArgs:
    """The arguments of a pool's component."""
    training = context.team.training or TrainingSpec()
    return JobPoolArgs(
        stack=context.name,
        pool=pool.name,
        types=context.pool_types[pool.name],
        capacity=pool.capacity,
        # Karpenter starts no node of a pool whose limit is reached, and ends none that runs.
        most=0 if training.frozen else pool.most,
        zone=pool.zone,
        efa=pool.efa,
        disk_gib=pool.disk_gib,
        idle_minutes=pool.idle_minutes,
        max_node_hours=pool.max_node_hours,
        drain_hours=pool.drain_hours,
        volume_drivers=(EBS_DRIVER, *drivers(context.team.data)),
        node_config=context.node_config,
        tags=context.tags,
        serving_only=all(quota.pool != pool.name for quota in training.quota),
    )


def build_namespace(
    context: TeamContext,
    provider: k8s.Provider,
    pools: Pools,
    registry: Registry | None,
    quotas: TeamQuotas,
) -> ServingNamespace:
    """Declare the team's namespace, between the nodes that its pods run on and the pods themselves."""
    return ServingNamespace(
        context.name,
        ServingNamespaceArgs(
            stack=context.name,
            labels=context.labels,
            kubernetes_version=context.platform.output("cluster", "kubernetes_version"),
            quota=namespace_limits(context, quotas),
            vpc_cidr=context.platform.output("network", "vpc_cidr"),
            monitoring_namespace=context.platform.output("monitoring", "namespace"),
            endpoints_only=endpoints_only(context.team),
            # After the nodes and so destroyed before them: pods end while their nodes are there.
            nodes=list(pools.values()),
            identities=list(registry.identities.values()) if registry else [],
            groups=groups_with_rights(context.name, context.team.access),
            protect=context.protect,
            keeps_logs=keeps_logs(context.team),
            logs_requests=bool(logged_endpoints(context.team.serving)),
            probed=is_probed(context.team),
            sends_traces=sends_traces(context.team),
        ),
        ResourceOptions(providers=[provider]),
    )


def build_queue(workspace: Workspace, training: TrainingSpec, quotas: TeamQuotas) -> dict[str, Any]:
    """Declare the team's queue, and the names by which the pods of its jobs find each other. Returns the output."""
    context, namespace = workspace.context, workspace.namespace.namespace
    WorkerNames(
        context.name,
        WorkerNamesArgs(namespace=namespace, labels=context.labels),
        workspace.in_cluster(),
    )
    queue = TeamQueue(
        context.name,
        TeamQueueArgs(
            stack=context.name,
            cohort=context.platform.output("queues", "cohort"),
            weight=training.weight,
            frozen=training.frozen,
            quotas=quotas.own,
            namespace=namespace,
            granted=quotas.granted,
        ),
        workspace.in_cluster(),
    )
    return {"name": queue.local_queue, "namespace": namespace, "cluster_queue": queue.cluster_queue}


def build_promotion(workspace: Workspace) -> None:
    """Declare what promotions run, and who may start them."""
    context = workspace.context
    Promotion(
        context.name,
        PromotionArgs(stack=context.name, namespace=workspace.namespace.namespace, labels=context.labels),
        workspace.in_cluster(),
    )


def build_alert_routing(workspace: Workspace, topic: Notifications) -> None:
    """Route the alerts of the team's namespace to its topic, and to whoever its file names."""
    context = workspace.context
    section = context.team.monitoring or Alerting()
    AlertRouting(
        context.name,
        AlertRoutingArgs(
            namespace=workspace.namespace.namespace,
            topic_arn=topic.topic_arn,
            region=context.account.region,
            labels=context.labels,
            windows=windows(section),
        ),
        workspace.in_cluster(),
    )
    build_receivers(
        context.name, section, workspace.namespace.namespace, context.labels, workspace.in_cluster()
    )


def namespace_limits(context: TeamContext, quotas: TeamQuotas) -> Input[NamespaceLimits]:
    """The limits of the namespace, which wait for the platform where the team uses pools of it."""
    serving = context.team.serving or Serving()
    pools = context.team.training.pools if context.team.training else ()
    volumes = volumes_gib(context.team.data)
    limits = namespace_quota(serving, pools, context.pool_types, quotas.own, volumes, context.team.notebooks)
    if quotas.granted is None:
        return limits
    return quotas.granted.apply(lambda found: with_granted(limits, found))


def quotas_of_own_pools(context: TeamContext) -> tuple[QueueQuota, ...]:
    """The share of the team's queue in each class of its own nodes; none without training."""
    if context.team.training is None:
        return ()
    return own_quotas(context.team.training, context.pool_types, lambda found: flavor(context, found))


def flavor(context: TeamContext, accelerator: str) -> Output[str]:
    """The platform's flavor of a class of nodes."""
    flavors: Output[Mapping[str, str]] = context.platform.output("queues", "flavors")
    return flavors.apply(lambda found: offered(found, accelerator, context.team.platform))


def offered(flavors: Mapping[str, str], accelerator: str, platform: str) -> str:
    """One of a platform's flavors. Raises `pulumi.RunError` when it has none for the class."""
    if accelerator not in flavors:
        raise pulumi.RunError(
            f"platform `{platform}` has no queue for `{accelerator}`, only for {', '.join(sorted(flavors))}: "
            "add it to `queues.capacity` there"
        )
    return flavors[accelerator]
