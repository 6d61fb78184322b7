"""The SLOs of one endpoint: its scrape target, its recorded series and its alerts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi_kubernetes as k8s
from pulumi import ComponentResource, Input, Output, ResourceOptions

from components.monitoring.endpoint_rules import EndpointSlo, endpoint_groups
from components.monitoring.probe import probe_spec
from components.monitoring.rules import INTERVAL
from reference.model_servers import model_server
from reference.vocabulary import INFERENCE_SERVICE_LABEL


@dataclass(frozen=True, kw_only=True)
class SloArgs:
    """An endpoint's objectives, its address, and the labels of its objects."""

    slo: EndpointSlo
    url: Input[str]
    labels: Mapping[str, str]


class ServiceLevelObjective(ComponentResource):
    """A PodMonitor on the endpoint's metrics port, and the PrometheusRule over what it scrapes.

    Where it promises to answer probes there is a Probe as well.

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
        objects: dict[str, tuple[str, Mapping[str, Any]]] = {
            name: ("PrometheusRule", {"groups": groups(slo)}),
            f"{name}-scrape": ("PodMonitor", pod_monitor(subject.name, slo.runtime)),
        }
        if slo.probed:
            objects[f"{name}-probe"] = ("Probe", probe_spec(args.url, subject.name, slo.runtime))
        for each, (kind, spec) in objects.items():
            k8s.apiextensions.CustomResource(
                each,
                api_version="monitoring.coreos.com/v1",
                kind=kind,
                metadata=metadata,
                spec=spec,
                opts=ResourceOptions(parent=self),
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
