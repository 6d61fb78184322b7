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
from components.monitoring.routing import AlertRouting, AlertRoutingArgs, outside_teams
from components.platform.accelerators import device_plugin_values, efa_plugin_values, neuron_plugin_values
from components.platform.admission import Admission, AdmissionArgs
from components.platform.certificates import cert_manager_values
from components.platform.frameworks import queued_jobs
from components.platform.general_nodes import GeneralNodes, GeneralNodesArgs
from components.platform.karpenter import Karpenter, KarpenterArgs
from components.platform.kserve import KServe, KServeArgs
from components.platform.kueue import kueue_values
from components.platform.load_balancing import load_balancer_values
from components.platform.storage import GP3, Storage, StorageArgs
from components.training.devices import NEURON_CLASSES
from components.training.flavors import Flavors, FlavorsArgs
from components.training.priorities import Priorities, PrioritiesArgs, PriorityClass
from stacks.program.events import build_events
from stacks.program.frameworks import build_frameworks
from stacks.program.platform_context import Deck, platform_deck
from stacks.program.shared_pools import build_shared_pools, grants_of
from stacks.program.signatures import build_signatures
from stacks.program.stack_references import contract
from stacks.schema import Platform

CLUSTER = (
    "name",
    "kubernetes_version",
    "endpoint",
    "certificate_authority",
    "security_group_id",
    "node_role_name",
    "provisioner_role_name",
    "interruption_queue_name",
    "volumes_key_arn",
)
"""What a platform passes on of its foundation's cluster."""


def build_platform(name: str, stack: Platform) -> Mapping[str, Any]:
    """Declare the platform called `name`. Returns what team stacks and CI read."""
    deck = platform_deck(name, stack)
    load_balancing = deck.install(AWS_LOAD_BALANCER_CONTROLLER, load_balancing_values(deck), [])
    certificates = deck.install(CERT_MANAGER, cert_manager_values(), [load_balancing])
    general = build_nodes(deck, load_balancing)
    kueue = build_kueue(deck, load_balancing)
    queues = build_queues(deck, kueue)
    build_serving(deck, [load_balancing, certificates])
    prometheus = build_monitoring(deck, [load_balancing, certificates, general])
    build_alert_routing(deck, prometheus)
    build_frameworks(deck, load_balancing, prometheus.releases)
    pools = build_shared_pools(deck, [general, kueue], prometheus.releases)
    deck.install(NVIDIA_DEVICE_PLUGIN, device_plugin_values(), [])
    deck.install(AWS_EFA_DEVICE_PLUGIN, efa_plugin_values(), [])
    if any(entry.accelerator in NEURON_CLASSES for entry in stack.queues.capacity):
        deck.install(NEURON, neuron_plugin_values(), [])
    build_gpu_metrics(deck, load_balancing, prometheus.releases)
    build_events(deck, [load_balancing, *prometheus.releases])
    build_signatures(deck, [load_balancing], prometheus.releases)
    Admission(
        f"{name}-admission",
        AdmissionArgs(
            data_classes=stack.tenancy.data_classes,
            dedicated_to=stack.tenancy.dedicated_to,
            priorities=[each.name for each in stack.queues.priorities],
            frameworks=stack.queues.frameworks,
            labels=deck.tags,
            grants=grants_of(name, stack),
        ),
        deck.options(),
    )
    return {
        "queues": {**queues, "pools": pools},
        "monitoring": {"namespace": MONITORING_NAMESPACE, "prometheus_url": prometheus.url},
        **outputs(deck),
    }


def load_balancing_values(deck: Deck) -> dict[str, Any]:
    """What the load balancer controller has to know of the foundation."""
    return load_balancer_values(
        cluster_name=deck.cluster("name"),
        vpc_id=deck.foundation.output("network", "vpc_id"),
        region=deck.stack.account.region,
        tags=deck.tags,
    )


def build_nodes(deck: Deck, load_balancing: Resource) -> Resource:
    """Karpenter and its pool of general nodes, which is returned: who runs on it depends on it."""
    section = deck.stack.nodes
    karpenter = Karpenter(
        f"{deck.name}-karpenter",
        KarpenterArgs(
            versions=deck.release.charts,
            cluster_name=deck.cluster("name"),
            interruption_queue_name=deck.cluster("interruption_queue_name"),
            repair=section.repair,
            static_capacity=any(pool.nodes for pool in deck.stack.pools),
            after=[load_balancing],
            protect=deck.protect,
        ),
        deck.options(),
    )
    return GeneralNodes(
        f"{deck.name}-general",
        GeneralNodesArgs(
            instance_families=section.instance_families,
            max_vcpus=section.max_vcpus,
            max_memory_gib=section.max_memory_gib,
            ami_alias=deck.release.ami_alias,
            role_name=deck.cluster("node_role_name"),
            discovery_tag=deck.cluster("name"),
            volumes_key_arn=deck.cluster("volumes_key_arn"),
            labels=deck.tags,
            tags=deck.tags,
            after=karpenter.releases,
        ),
        deck.options(),
    ).pool


def build_kueue(deck: Deck, load_balancing: Resource) -> Resource:
    """Kueue, which queues the jobs of the platform's frameworks."""
    section = deck.stack.queues
    values = kueue_values(section.sharing, queued_jobs(section.frameworks))
    return deck.install(KUEUE, values, [load_balancing])


def build_queues(deck: Deck, kueue: Resource) -> dict[str, Any]:
    """What every team's queue is made of, and what jobs may call themselves. Returns what teams read."""
    section = deck.stack.queues
    flavors = Flavors(
        f"{deck.name}-flavors",
        FlavorsArgs(
            accelerators=[entry.accelerator for entry in section.capacity],
            labels=deck.tags,
            after=[kueue],
        ),
        deck.options(),
    )
    priorities = Priorities(
        f"{deck.name}-priorities",
        PrioritiesArgs(
            classes=[PriorityClass(**each.model_dump()) for each in section.priorities],
            labels=deck.tags,
            after=[kueue],
        ),
        deck.options(),
    )
    return {"cohort": flavors.cohort, "flavors": flavors.flavors, "priorities": priorities.names}


def build_serving(deck: Deck, after: Sequence[Resource]) -> None:
    """KServe."""
    KServe(
        f"{deck.name}-kserve",
        KServeArgs(
            versions=deck.release.charts,
            namespace=deck.namespaces["kserve"],
            after=after,
            protect=deck.protect,
        ),
        deck.options(),
    )


def build_monitoring(deck: Deck, after: Sequence[Resource]) -> Prometheus:
    """The default storage class, and the metrics store on it."""
    section = deck.stack.monitoring
    storage = Storage(
        f"{deck.name}-storage",
        StorageArgs(volumes_key_arn=deck.cluster("volumes_key_arn"), labels=deck.tags, tags=deck.tags),
        deck.options(),
    )
    return Prometheus(
        f"{deck.name}-prometheus",
        PrometheusArgs(
            versions=deck.release.charts,
            namespaces=[deck.namespaces["monitoring"], deck.namespaces["node-agents"]],
            cluster_name=deck.cluster("name"),
            storage_class=GP3,
            retention_days=section.retention_days,
            storage_gib=section.storage_gib,
            replicas=deck.replicas,
            capacity={entry.accelerator: entry.gpus for entry in deck.stack.queues.capacity},
            repair=deck.stack.nodes.repair,
            team=deck.stack.owner.team,
            labels=deck.tags,
            after=[storage.storage_class, *after],
            protect=deck.protect,
        ),
        deck.options(),
    )


def build_alert_routing(deck: Deck, prometheus: Prometheus) -> None:
    """The cluster's own alerts go to the foundation's topic."""
    AlertRouting(
        f"{deck.name}-alerts",
        AlertRoutingArgs(
            namespace=MONITORING_NAMESPACE,
            topic_arn=deck.foundation.output("alerts", "topic_arn"),
            region=deck.stack.account.region,
            labels=deck.tags,
            only=[outside_teams()],
            after=prometheus.releases,
        ),
        deck.options(),
    )


def build_gpu_metrics(deck: Deck, load_balancing: Resource, monitoring: Sequence[Resource]) -> None:
    """GPU metrics."""
    GpuMetrics(
        f"{deck.name}-gpu-metrics",
        GpuMetricsArgs(
            version=deck.release.charts[DCGM_EXPORTER.name],
            team=deck.stack.owner.team,
            labels=deck.tags,
            after=[*deck.within(DCGM_EXPORTER), load_balancing],
            monitoring=monitoring,
            protect=deck.protect,
        ),
        deck.options(),
    )


def outputs(deck: Deck) -> dict[str, Any]:
    """What follows from the config and the foundation alone."""
    where, foundation = deck.stack.account, deck.foundation
    return {
        "contract": contract("platform"),
        "environment": deck.stack.environment,
        "foundation": deck.stack.foundation,
        "release": deck.stack.release,
        "owner": deck.stack.owner.model_dump(mode="json"),
        "account": {"id": where.id, "region": where.region, "partition": where.partition},
        "network": {
            key: foundation.output("network", key) for key in ("vpc_cidr", "private_subnets", "zones")
        },
        "storage": foundation.output("storage"),
        "datasets": foundation.output("datasets"),
        # Part by part: a whole would be unknown in a preview as soon as the endpoint is.
        "cluster": {key: deck.cluster(key) for key in CLUSTER},
        "kubeconfig": foundation.output("kubeconfig"),
        "identity": {"team_boundary_arn": foundation.output("identity", "team_boundary_arn")},
        "nodes": {
            "ami_alias": deck.release.ami_alias,
            "role_name": deck.cluster("node_role_name"),
            "discovery_tag": deck.cluster("name"),
            "volumes_key_arn": deck.cluster("volumes_key_arn"),
        },
        "registry": foundation.output("registry"),
    }
