"""A platform: what every team of one cluster shares, all of it inside the cluster."""

from collections.abc import Mapping, Sequence
from typing import Any

from pulumi import Resource

from components.charts import (
    AWS_EFA_DEVICE_PLUGIN,
    AWS_LOAD_BALANCER_CONTROLLER,
    CERT_MANAGER,
    DCGM_EXPORTER,
    KUEUE,
    MONITORING_NAMESPACE,
    NEURON,
    NVIDIA_DEVICE_PLUGIN,
)
from components.monitoring.gpu import GpuMetrics, GpuMetricsArgs
from components.monitoring.prometheus import Prometheus, PrometheusArgs
from components.monitoring.prometheus_values import MetricsStore
from components.monitoring.routing import AlertRouting, AlertRoutingArgs, outside_teams
from components.platform.chart_values import (
    cert_manager_values,
    device_plugin_values,
    efa_plugin_values,
    load_balancer_values,
    neuron_plugin_values,
)
from components.platform.frameworks import queued_jobs
from components.platform.general_nodes import GeneralNodes, GeneralNodesArgs
from components.platform.hand_overs import HandOvers, HandOversArgs
from components.platform.karpenter import Karpenter, KarpenterArgs
from components.platform.kserve import KServe, KServeArgs
from components.platform.kueue import kueue_values
from components.platform.storage import GP3, Storage, StorageArgs
from components.training.flavors import Flavors, FlavorsArgs
from components.training.priorities import Priorities, PrioritiesArgs, PriorityClass
from reference.accelerators import NEURON_CLASSES
from reference.vocabulary import HAND_OVER_NAMESPACE, NODE_AGENTS_NAMESPACE
from stacks.program.admission import build_admission
from stacks.program.alerting import build_receivers, windows
from stacks.program.context import PlatformContext, platform_context
from stacks.program.dashboards import build_dashboards
from stacks.program.heartbeat import build_heartbeat_route
from stacks.program.images import build_signatures
from stacks.program.job_operators import build_events, build_frameworks
from stacks.program.platform_outputs import outputs
from stacks.program.probes import build_prober
from stacks.program.shared_pools import build_shared_pools
from stacks.program.telemetry import build_log_agent, build_trace_collector, remote_store
from stacks.schema import Platform


def build_platform(name: str, stack: Platform) -> Mapping[str, Any]:
    """Declare the platform called `name`. Returns what team stacks and CI read."""
    context = platform_context(name, stack)
    # First: its webhook sees every Service, so that whatever makes one comes after it.
    load_balancing = context.install(AWS_LOAD_BALANCER_CONTROLLER, load_balancing_values(context), [])
    certificates = context.install(CERT_MANAGER, cert_manager_values(), [load_balancing])
    general = build_nodes(context, load_balancing)
    kueue = build_kueue(context, load_balancing)
    # After Kueue, whose chart brings the kinds of flavors and priorities.
    queues = build_queues(context, kueue)
    build_serving(context, [load_balancing, certificates])
    # On general nodes: before them its pods would wait.
    prometheus = build_monitoring(context, [load_balancing, certificates, general])
    build_alert_routing(context, prometheus)
    build_heartbeat_route(context, prometheus.releases)
    build_frameworks(context, load_balancing, prometheus.releases)
    pools = build_shared_pools(context, [general, kueue], prometheus.releases)
    build_device_plugins(context)
    build_gpu_metrics(context, load_balancing, prometheus.releases)
    build_log_agent(context, [load_balancing], prometheus.releases)
    build_prober(context, [load_balancing, general], prometheus.releases)
    build_trace_collector(context, [load_balancing], prometheus.releases)
    build_events(context, [load_balancing, *prometheus.releases])
    build_signatures(context, [load_balancing], prometheus.releases)
    build_admission(context)
    build_hand_overs(context)
    return {
        "queues": {**queues, "pools": pools},
        "monitoring": {
            "namespace": MONITORING_NAMESPACE,
            "prometheus_url": prometheus.url,
            "runbooks_url": context.foundation.output("alerts", "runbooks_url"),
        },
        **outputs(context),
    }


def load_balancing_values(context: PlatformContext) -> dict[str, Any]:
    """The values of the load balancer controller, from the foundation's outputs."""
    return load_balancer_values(
        cluster_name=context.cluster("name"),
        vpc_id=context.foundation.output("network", "vpc_id"),
        region=context.stack.account.region,
        tags=context.tags,
    )


def build_nodes(context: PlatformContext, load_balancing: Resource) -> Resource:
    """Declare Karpenter and its pool of general nodes. Returns the pool, on which what runs there depends."""
    section = context.stack.nodes
    karpenter = Karpenter(
        f"{context.name}-karpenter",
        KarpenterArgs(
            versions=context.release.charts,
            cluster_name=context.cluster("name"),
            interruption_queue_name=context.cluster("interruption_queue_name"),
            repair=section.repair,
            image_names=context.image_names,
            # A feature gate of Karpenter, off unless a pool has a fixed number of nodes.
            static_capacity=any(pool.nodes for pool in context.stack.pools),
            after=[load_balancing],
            protect=context.protect,
        ),
        context.options(),
    )
    return GeneralNodes(
        f"{context.name}-general",
        GeneralNodesArgs(
            instance_families=section.instance_families,
            max_vcpus=section.max_vcpus,
            max_memory_gib=section.max_memory_gib,
            disk_gib=section.disk_gib,
            node_config=context.node_config,
            labels=context.tags,
            tags=context.tags,
            after=karpenter.releases,
        ),
        context.options(),
    ).pool


def build_kueue(context: PlatformContext, load_balancing: Resource) -> Resource:
    """Install Kueue, which queues the jobs of the platform's frameworks, and pods of notebooks where it is asked to."""
    section = context.stack.queues
    values = kueue_values(section.sharing, queued_jobs(section.frameworks, notebooks=section.notebooks))
    return context.install(KUEUE, values, [load_balancing])


def build_queues(context: PlatformContext, kueue: Resource) -> dict[str, Any]:
    """Declare the flavors of teams' queues, and the priorities of their jobs. Returns what teams read."""
    section = context.stack.queues
    flavors = Flavors(
        f"{context.name}-flavors",
        FlavorsArgs(
            accelerators=[entry.accelerator for entry in section.capacity],
            labels=context.tags,
            after=[kueue],
        ),
        context.options(),
    )
    priorities = Priorities(
        f"{context.name}-priorities",
        PrioritiesArgs(
            classes=[PriorityClass(**each.model_dump()) for each in section.priorities],
            labels=context.tags,
            after=[kueue],
        ),
        context.options(),
    )
    return {"cohort": flavors.cohort, "flavors": flavors.flavors, "priorities": priorities.names}


def build_serving(context: PlatformContext, after: Sequence[Resource]) -> None:
    """Declare KServe, which serves teams' models."""
    KServe(
        f"{context.name}-kserve",
        KServeArgs(
            versions=context.release.charts,
            images=context.release.images,
            image_names=context.image_names,
            labels=context.tags,
            namespace=context.namespaces["kserve"],
            after=after,
            protect=context.protect,
        ),
        context.options(),
    )


def build_monitoring(context: PlatformContext, after: Sequence[Resource]) -> Prometheus:
    """Declare the default storage class, and the metrics store on it."""
    storage = Storage(
        f"{context.name}-storage",
        StorageArgs(
            volumes_key_arn=context.cluster("volumes_key_arn"),
            environment=context.stack.environment,
            labels=context.tags,
            tags=context.tags,
        ),
        context.options(),
    )
    grafana, dashboards = build_dashboards(context)
    return Prometheus(
        f"{context.name}-prometheus",
        PrometheusArgs(
            versions=context.release.charts,
            image_names=context.image_names,
            namespaces=[context.namespaces[MONITORING_NAMESPACE], context.namespaces[NODE_AGENTS_NAMESPACE]],
            store=metrics_store(context, grafana),
            capacity={entry.accelerator: entry.most for entry in context.stack.queues.capacity},
            repair=context.stack.nodes.repair,
            stack=context.name,
            placed_pools=[pool.name for pool in context.stack.pools if pool.topology],
            team=context.stack.owner.team,
            labels=context.tags,
            after=[storage.storage_class, *dashboards, *after],
            protect=context.protect,
        ),
        context.options(),
    )


def metrics_store(context: PlatformContext, grafana: Mapping[str, Any] | None) -> MetricsStore:
    """The cluster's Prometheus, as the platform's file asks for it."""
    section = context.stack.monitoring
    return MetricsStore(
        cluster_name=context.cluster("name"),
        storage_class=GP3,
        retention_days=section.retention_days,
        storage_gib=section.storage_gib,
        replicas=context.replicas,
        runbooks=context.foundation.output("alerts", "runbooks_url"),
        grafana=grafana,
        kept=remote_store(context),
    )


def build_device_plugins(context: PlatformContext) -> None:
    """Install the plugins by which nodes offer GPUs, EFA interfaces and Neuron devices to pods."""
    context.install(NVIDIA_DEVICE_PLUGIN, device_plugin_values(), [])
    context.install(AWS_EFA_DEVICE_PLUGIN, efa_plugin_values(), [])
    if any(entry.accelerator in NEURON_CLASSES for entry in context.stack.queues.capacity):
        context.install(NEURON, neuron_plugin_values(), [])


def build_alert_routing(context: PlatformContext, prometheus: Prometheus) -> None:
    """Route the cluster's own alerts to the foundation's topic, and to whoever the file names."""
    AlertRouting(
        f"{context.name}-alerts",
        AlertRoutingArgs(
            namespace=MONITORING_NAMESPACE,
            topic_arn=context.foundation.output("alerts", "topic_arn"),
            region=context.stack.account.region,
            labels=context.tags,
            # Alerts of teams' namespaces go to the teams' own topics.
            matchers=[outside_teams()],
            after=prometheus.releases,
            windows=windows(context.stack.monitoring),
        ),
        context.options(),
    )
    build_receivers(
        f"{context.name}-alerts",
        context.stack.monitoring,
        MONITORING_NAMESPACE,
        context.tags,
        context.options(),
        matchers=[outside_teams()],
        after=prometheus.releases,
    )


def build_gpu_metrics(
    context: PlatformContext, load_balancing: Resource, monitoring: Sequence[Resource]
) -> None:
    """Declare the exporter of GPU metrics."""
    GpuMetrics(
        f"{context.name}-gpu-metrics",
        GpuMetricsArgs(
            version=context.release.charts[DCGM_EXPORTER.name],
            image_names=context.image_names,
            team=context.stack.owner.team,
            labels=context.tags,
            after=[*context.within(DCGM_EXPORTER), load_balancing],
            monitoring=monitoring,
            protect=context.protect,
        ),
        context.options(),
    )


def build_hand_overs(context: PlatformContext) -> None:
    """Declare where new file systems are handed over to teams, whether or not the foundation has their driver yet."""
    HandOvers(
        f"{context.name}-hand-overs",
        HandOversArgs(namespace=context.namespaces[HAND_OVER_NAMESPACE], labels=context.tags),
        context.options(),
    )
