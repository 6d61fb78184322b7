"""The SLOs of one endpoint: its scrape target, its recorded series and its alerts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi_kubernetes as k8s
from pulumi import ComponentResource, Output, ResourceOptions

from components.monitoring.endpoint_rules import EndpointSlo, endpoint_groups
from components.monitoring.rules import INTERVAL
from reference.model_servers import model_server
from reference.vocabulary import INFERENCE_SERVICE_LABEL


@dataclass(frozen=True, kw_only=True)
class SloArgs:
    """An endpoint's objectives, and the labels of its objects."""

    slo: EndpointSlo
    labels: Mapping[str, str]


class ServiceLevelObjective(ComponentResource):
    """A PodMonitor on the endpoint's metrics port, and the PrometheusRule over what it scrapes.

    Raises ValueError for an objective at which the fastest alert cannot fire, and KeyError for a tier or a
    runtime that is not known.
    """

    def __init__(self, name: str, args: SloArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:monitoring:ServiceLevelObjective", name, {}, opts)
        slo, subject = args.slo, args.slo.availability.subject
        metadata = k8s.meta.v1.ObjectMetaArgs(
            name=subject.name,
            namespace=subject.namespace,
            labels={**args.labels, "tier": str(subject.tier)},
        )
        child = ResourceOptions(parent=self)
        k8s.apiextensions.CustomResource(
            name,
            api_version="monitoring.coreos.com/v1",
            kind="PrometheusRule",
            metadata=metadata,
            spec={"groups": groups(slo)},
            opts=child,
        )
        k8s.apiextensions.CustomResource(
            f"{name}-scrape",
            api_version="monitoring.coreos.com/v1",
            kind="PodMonitor",
            metadata=metadata,
            spec=pod_monitor(subject.name, slo.runtime),
            opts=child,
        )
        self.register_outputs({})


def groups(slo: EndpointSlo) -> Output[list[dict[str, Any]]]:
    """The rule groups, as soon as the namespace is known."""
    known = Output.from_input(slo.availability.subject.namespace)
    return known.apply(lambda namespace: endpoint_groups(slo.in_namespace(namespace)))


def pod_monitor(endpoint: str, runtime: str) -> dict[str, Any]:
    """Scrape every pod of the endpoint on the port where its model server exports its series."""
    server = model_server(runtime)
    return {
        "selector": {"matchLabels": {INFERENCE_SERVICE_LABEL: endpoint}},
        "podMetricsEndpoints": [
            {"portNumber": server.metrics_port, "path": server.metrics_path, "interval": INTERVAL}
        ],
    }
