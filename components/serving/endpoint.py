"""An online endpoint: one model behind one address inside the cluster."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pulumi_kubernetes as k8s
from pulumi import ComponentResource, Input, Output, Resource, ResourceOptions

from components.monitoring.load import CpuUse, RequestsInFlight, ScalingSignal
from components.serving.predictor import (
    CONTAINER_SECURITY,
    POD_SECURITY,
    ServerResources,
    placement,
    ports,
    probes,
    resource_requirements,
    start,
    zone_spread,
)
from components.serving.rollout import ROLLING_UPDATE
from components.serving.scaler import AUTOSCALER_CLASS, autoscaler_class, scaled_object_spec
from components.serving.scraping import scrape_policy, scraped_where_it_serves
from components.serving.traces import trace_settings
from reference.inference_log import INFERENCE_LOG_LABEL, LOGGED_ENDPOINT, VERSION_ANNOTATION
from reference.model_servers import model_server
from reference.vocabulary import GENERAL_POOL, INFERENCE_SERVICE_LABEL, POOL_LABEL

STANDARD_MODE = {"serving.kserve.io/deploymentMode": "Standard"}
CLUSTER_LOCAL = {"networking.kserve.io/visibility": "cluster-local"}
PRE_STOP_SECONDS = 10  # clients still reach a stopping pod until every node has dropped it from the Service
TERMINATION_GRACE_SECONDS = 60


@dataclass(frozen=True, kw_only=True)
class RequestLog:
    """The address that requests and answers are sent to, and the model that they are marked with."""

    url: Input[str]
    model_version: str


@dataclass(frozen=True, kw_only=True)
class EndpointArgs:
    """One endpoint of a team file, scaled by `signal`. `labels` go on every object that KServe creates for it.

    `trace_percent` is the share of its requests that it sends traces of; None for none.
    """

    stack: str
    namespace: Input[str]
    name: str
    tier: int
    runtime: str
    model_format: str
    model_uri: Input[str]
    resources: ServerResources
    min_replicas: int
    max_replicas: int
    signal: ScalingSignal
    prometheus_url: Input[str]
    monitoring_namespace: Input[str]
    service_account: str
    labels: Mapping[str, str]
    request_log: RequestLog | None = None
    trace_percent: Decimal | None = None


class Endpoint(ComponentResource):
    """A KServe InferenceService in Standard mode, and what KServe does not create.

    That is a PodDisruptionBudget, a scaler, and a way for Prometheus where the namespace has none.

    Nothing waits for it to be ready: the bucket that its model is uploaded to comes from the same stack.
    Raises ValueError for GPUs without a pool, and KeyError for a runtime that is not known.
    """

    def __init__(self, name: str, args: EndpointArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:serving:Endpoint", name, {}, opts)
        labels = {**args.labels, "tier": str(args.tier)}
        service = k8s.apiextensions.CustomResource(
            name,
            api_version="serving.kserve.io/v1beta1",
            kind="InferenceService",
            metadata=k8s.meta.v1.ObjectMetaArgs(
                name=args.name,
                namespace=args.namespace,
                labels={**labels, **CLUSTER_LOCAL, **logged_labels(args.request_log)},
                annotations=annotations(args),
            ),
            spec={"predictor": predictor(args)},
            opts=ResourceOptions(parent=self),
        )
        k8s.policy.v1.PodDisruptionBudget(
            f"{name}-disruption",
            metadata=k8s.meta.v1.ObjectMetaArgs(name=args.name, namespace=args.namespace, labels=labels),
            spec=disruption_budget(args.name),
            opts=ResourceOptions(parent=self),
        )
        if scraped_where_it_serves(model_server(args.runtime)):
            k8s.networking.v1.NetworkPolicy(
                f"{name}-scrape",
                metadata=k8s.meta.v1.ObjectMetaArgs(
                    name=f"{args.name}-scrape", namespace=args.namespace, labels=labels
                ),
                spec=scrape_policy(args.name, args.monitoring_namespace),
                opts=ResourceOptions(parent=self),
            )
        if isinstance(args.signal, RequestsInFlight) and autoscaler_of(args) == "external":
            self._make_scaler(name, args, args.signal, labels, service)
        self.url: Output[str] = Output.from_input(args.namespace).apply(
            lambda namespace: url(args.name, namespace)
        )
        self.register_outputs({"url": self.url})

    def _make_scaler(
        self,
        name: str,
        args: EndpointArgs,
        signal: RequestsInFlight,
        labels: Mapping[str, str],
        service: Resource,
    ) -> None:
        k8s.apiextensions.CustomResource(
            f"{name}-scaler",
            api_version="keda.sh/v1alpha1",
            kind="ScaledObject",
            metadata=k8s.meta.v1.ObjectMetaArgs(
                name=args.name, namespace=args.namespace, labels=dict(labels)
            ),
            spec=scaled_object_spec(
                signal,
                endpoint=args.name,
                namespace=args.namespace,
                least=args.min_replicas,
                most=args.max_replicas,
                prometheus_url=args.prometheus_url,
            ),
            # After the service: KServe removes the HPA of one that was scaled by CPU, which KEDA would refuse.
            opts=ResourceOptions(parent=self, depends_on=[service]),
        )


def predictor(args: EndpointArgs) -> dict[str, Any]:
    """The pods and how they scale. They fit the `restricted` Pod Security level, as what KServe adds does."""
    return {
        "minReplicas": args.min_replicas,
        "maxReplicas": args.max_replicas,
        **cpu_target(args.signal),
        "deploymentStrategy": {"type": "RollingUpdate", "rollingUpdate": ROLLING_UPDATE},
        "serviceAccountName": args.service_account,
        "automountServiceAccountToken": False,
        "terminationGracePeriodSeconds": TERMINATION_GRACE_SECONDS,
        "securityContext": POD_SECURITY,
        "topologySpreadConstraints": [zone_spread(args.name, args.tier)],
        **node_placement(args),
        **request_logger(args.request_log),
        "model": model(args),
    }


def request_logger(log: RequestLog | None) -> dict[str, Any]:
    """KServe's agent beside the server, which sends what comes and goes, and the version that it was told of."""
    if log is None:
        return {}
    return {"logger": {"mode": "all", "url": log.url, "metadataAnnotations": [VERSION_ANNOTATION]}}


def logged_labels(log: RequestLog | None) -> dict[str, str]:
    """The label by which network policies lead callers to the agent."""
    return {INFERENCE_LOG_LABEL: LOGGED_ENDPOINT} if log else {}


def annotations(args: EndpointArgs) -> dict[str, str]:
    """The settings of KServe for the endpoint, and the annotation of its pods that the agent passes on."""
    found = {**STANDARD_MODE, AUTOSCALER_CLASS: autoscaler_of(args)}
    return {**found, VERSION_ANNOTATION: args.request_log.model_version} if args.request_log else found


def autoscaler_of(args: EndpointArgs) -> str:
    """KServe's name for who scales the endpoint."""
    return autoscaler_class(args.signal, least=args.min_replicas, most=args.max_replicas)


def cpu_target(signal: ScalingSignal) -> dict[str, Any]:
    """The target of KServe's own autoscaler, which knows CPU and memory alone."""
    return {"scaleMetric": "cpu", "scaleTarget": signal.percent} if isinstance(signal, CpuUse) else {}


def node_placement(args: EndpointArgs) -> dict[str, Any]:
    """The nodes that a server runs on. Raises ValueError for GPUs without a pool."""
    server = args.resources
    if not server.gpus:
        return {"nodeSelector": {POOL_LABEL: GENERAL_POOL}}
    if server.pool is None or server.accelerator is None:
        raise ValueError(f"endpoint {args.name} has {server.gpus} GPUs and no pool to run on")
    return placement(stack=args.stack, pool=server.pool, accelerator=server.accelerator)


def model(args: EndpointArgs) -> dict[str, Any]:
    """The model and the container that serves it."""
    server = model_server(args.runtime)
    return {
        "modelFormat": {"name": args.model_format},
        "runtime": server.runtime,  # by name: several runtimes take the same format, and none takes PyTorch
        "protocolVersion": "v2",
        "storageUri": args.model_uri,
        "ports": ports(server.metrics_port),
        "resources": resource_requirements(args.resources),
        "securityContext": CONTAINER_SECURITY,
        **probes(server, args.name),
        **start(server),
        "lifecycle": {"preStop": {"sleep": {"seconds": PRE_STOP_SECONDS}}},
        **(trace_settings(args.runtime, args.name, args.trace_percent) if args.trace_percent else {}),
    }


def disruption_budget(endpoint: str) -> k8s.policy.v1.PodDisruptionBudgetSpecArgs:
    """Drain one pod at a time, however many replicas the autoscaler keeps.

    An endpoint with one replica can be drained too: a budget that keeps it would hold a node for ever.
    """
    return k8s.policy.v1.PodDisruptionBudgetSpecArgs(
        max_unavailable=1,
        unhealthy_pod_eviction_policy="AlwaysAllow",
        selector=k8s.meta.v1.LabelSelectorArgs(match_labels={INFERENCE_SERVICE_LABEL: endpoint}),
    )


def url(endpoint: str, namespace: str) -> str:
    """The address of the Service that KServe creates in Standard mode."""
    return f"http://{endpoint}-predictor.{namespace}.svc.cluster.local"
