"""The in-cluster half of a team stack: its namespace, training capacity, endpoints and their alerts."""

from collections.abc import Mapping
from typing import Any

import pulumi
import pulumi_kubernetes as k8s
from pulumi import Output, ResourceOptions

from components.monitoring.notifications import Notifications
from components.monitoring.objective import Objective
from components.monitoring.routing import AlertRouting, AlertRoutingArgs
from components.monitoring.slo import ServiceLevelObjective, SloArgs
from components.platform.storage import EBS_DRIVER
from components.registry.registry import Registry
from components.security.encryption_key import EncryptionKey
from components.serving.endpoint import Endpoint, EndpointArgs
from components.serving.namespace import ServingNamespace, ServingNamespaceArgs
from components.training.gpu_nodes import GpuPoolArgs
from components.training.pool import TrainingPool
from components.training.queue import QueueQuota, TeamQueue, TeamQueueArgs, WorkerNames, WorkerNamesArgs
from stacks.program.context import TeamContext
from stacks.program.data import build_file_systems, build_volumes, drivers, volumes_gib
from stacks.program.grants import granted_quotas, with_granted
from stacks.program.quotas import namespace_quota, own_quotas
from stacks.program.retraining import build_retraining
from stacks.program.tracking import build_tracking
from stacks.schema.serving import EndpointSpec as EndpointSection
from stacks.schema.serving import Serving
from stacks.schema.training import TrainingSpec

Pools = Mapping[str, TrainingPool]


def build_workspace(
    context: TeamContext, registry: Registry | None, topic: Notifications | None, key: EncryptionKey | None
) -> dict[str, Any]:
    """Declare everything that lives in the platform's cluster and return its outputs."""
    provider = context.kubernetes()
    pools = build_pools(context, provider)
    granted = granted_quotas(context)
    quotas = build_quotas(context)
    namespace = build_namespace(context, provider, pools, registry, quotas, granted)
    outputs: dict[str, Any] = {"kubeconfig": context.platform.output("kubeconfig")}
    if context.team.training:
        outputs["queue"] = build_queue(context, provider, context.team.training, namespace, quotas, granted)
    outputs |= build_tracking(context, provider, namespace, registry)
    outputs |= build_retraining(context, provider, namespace, registry, key)
    if topic:
        AlertRouting(
            context.name,
            AlertRoutingArgs(
                namespace=namespace.namespace,
                topic_arn=topic.topic_arn,
                region=context.account.region,
                labels=context.labels,
            ),
            in_cluster(provider),
        )
    if context.team.serving:
        outputs["endpoints"] = build_endpoints(context, provider, namespace, pools, registry)
    if context.team.data:
        file_systems = build_file_systems(context, registry, key) if registry and key else {}
        outputs["volumes"] = build_volumes(context, namespace.namespace, file_systems, in_cluster(provider))
    return outputs


def in_cluster(provider: k8s.Provider) -> ResourceOptions:
    """The options of a component that lives in the cluster alone."""
    return ResourceOptions(providers=[provider])


def build_pools(context: TeamContext, provider: k8s.Provider) -> Pools:
    """The team's own node pools by name, tagged so that the bill says whose they are."""
    frozen = context.team.training is not None and context.team.training.frozen
    return {
        pool.name: TrainingPool(
            f"{context.name}-{pool.name}",
            GpuPoolArgs(
                stack=context.name,
                pool=pool.name,
                types=context.pool_types[pool.name],
                capacity=pool.capacity,
                max_gpus=0 if frozen else pool.max_gpus,
                zone=pool.zone,
                efa=pool.efa,
                disk_gib=pool.disk_gib,
                idle_minutes=pool.idle_minutes,
                max_node_hours=pool.max_node_hours,
                drain_hours=pool.drain_hours,
                volume_drivers=(EBS_DRIVER, *drivers(context.team.data)),
                node_config=context.node_config,
                tags=context.tags,
            ),
            ResourceOptions(providers=[context.aws, provider]),
        )
        for pool in (context.team.training.pools if context.team.training else ())
    }


def build_namespace(
    context: TeamContext,
    provider: k8s.Provider,
    pools: Pools,
    registry: Registry | None,
    quotas: tuple[QueueQuota, ...],
    granted: Output[tuple[QueueQuota, ...]] | None,
) -> ServingNamespace:
    """The team's namespace, between the nodes its pods run on and the pods themselves."""
    serving = context.team.serving or Serving()
    own_pools = context.team.training.pools if context.team.training else ()
    volumes = volumes_gib(context.team.data)
    quota = namespace_quota(serving.quota, own_pools, context.pool_types, quotas, volumes)
    return ServingNamespace(
        context.name,
        ServingNamespaceArgs(
            stack=context.name,
            labels=context.labels,
            kubernetes_version=context.platform.output("cluster", "kubernetes_version"),
            quota=quota if granted is None else granted.apply(lambda found: with_granted(quota, found)),
            vpc_cidr=context.platform.output("network", "vpc_cidr"),
            monitoring_namespace=context.platform.output("monitoring", "namespace"),
            nodes=list(pools.values()),
            identities=list(registry.identities.values()) if registry else [],
            protect=context.protect,
        ),
        in_cluster(provider),
    )


def build_queue(
    context: TeamContext,
    provider: k8s.Provider,
    training: TrainingSpec,
    namespace: ServingNamespace,
    quotas: tuple[QueueQuota, ...],
    granted: Output[tuple[QueueQuota, ...]] | None,
) -> dict[str, Any]:
    """The team's share of the platform's queues, and the names by which the pods of its jobs find each other."""
    WorkerNames(
        context.name,
        WorkerNamesArgs(namespace=namespace.namespace, labels=context.labels),
        in_cluster(provider),
    )
    queue = TeamQueue(
        context.name,
        TeamQueueArgs(
            stack=context.name,
            cohort=context.platform.output("queues", "cohort"),
            weight=training.weight,
            frozen=training.frozen,
            quotas=quotas,
            namespace=namespace.namespace,
            granted=granted,
        ),
        in_cluster(provider),
    )
    return {
        "name": queue.local_queue,
        "namespace": namespace.namespace,
        "cluster_queue": queue.cluster_queue,
    }


def build_quotas(context: TeamContext) -> tuple[QueueQuota, ...]:
    """The share of the team's queue in each class of its own nodes; none without training."""
    if context.team.training is None:
        return ()
    return own_quotas(context.team.training, context.pool_types, lambda found: flavor(context, found))


def flavor(context: TeamContext, accelerator: str) -> Output[str]:
    """The platform's flavor of an accelerator class."""
    flavors: Output[Mapping[str, str]] = context.platform.output("queues", "flavors")
    return flavors.apply(lambda found: offered(found, accelerator, context.team.platform))


def offered(flavors: Mapping[str, str], accelerator: str, platform: str) -> str:
    """One of a platform's flavors. Raises `pulumi.RunError` when it has none for the accelerator class."""
    if accelerator not in flavors:
        raise pulumi.RunError(
            f"platform `{platform}` has no queue for `{accelerator}`, only for {', '.join(sorted(flavors))}: "
            "add it to `queues.capacity` there"
        )
    return flavors[accelerator]


def build_endpoints(
    context: TeamContext,
    provider: k8s.Provider,
    namespace: ServingNamespace,
    pools: Pools,
    registry: Registry | None,
) -> dict[str, Any]:
    """The team's endpoints and their promises; the address of each by name."""
    urls: dict[str, Any] = {}
    for endpoint in context.team.serving.endpoints if context.team.serving else ():
        if registry is None:
            raise pulumi.RunError(
                f"endpoint `{endpoint.name}` serves from the models bucket: add `registry` to `{context.name}`"
            )
        args = endpoint_args(context, endpoint, namespace, pools, registry.models)
        urls[endpoint.name] = Endpoint(endpoint.name, args, in_cluster(provider)).url
        ServiceLevelObjective(
            endpoint.name,
            SloArgs(objective=objective(context, endpoint, namespace), labels=context.labels),
            in_cluster(provider),
        )
    return urls


def endpoint_args(
    context: TeamContext, endpoint: EndpointSection, namespace: ServingNamespace, pools: Pools, models: str
) -> EndpointArgs:
    """An endpoint as the component takes it."""
    resources, replicas = endpoint.resources, endpoint.replicas
    return EndpointArgs(
        stack=context.name,
        namespace=namespace.namespace,
        name=endpoint.name,
        tier=endpoint.tier,
        runtime=endpoint.model.runtime,
        model_format=endpoint.model.format,
        # The slash at the end: KServe loads every key that starts so, another model's `…-b` too without it.
        model_uri=f"s3://{models}/{endpoint.model.path}/",
        cpu=resources.cpu,
        memory_gib=resources.memory_gib,
        gpus=resources.gpus,
        accelerator=pools[resources.pool].accelerator if resources.pool else None,
        pool=resources.pool,
        min_replicas=replicas.min,
        max_replicas=replicas.max,
        cpu_percent=replicas.cpu_percent,
        service_account="server",
        labels=context.labels,
    )


def objective(context: TeamContext, endpoint: EndpointSection, namespace: ServingNamespace) -> Objective:
    """An endpoint's promise, and who answers when it is broken."""
    return Objective(
        stack=context.name,
        namespace=namespace.namespace,
        endpoint=endpoint.name,
        tier=endpoint.tier,
        runtime=endpoint.model.runtime,
        availability_percent=endpoint.slo.availability_percent,
        min_requests_per_hour=endpoint.slo.min_requests_per_hour,
        team=context.team.owner.team,
        escalation=context.team.owner.escalation,
    )
