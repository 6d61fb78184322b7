"""The availability SLO of one endpoint: what is scraped, what is recorded and what alerts."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pulumi_kubernetes as k8s
from pulumi import ComponentResource, Input, Output, ResourceOptions

from components.monitoring.objective import Objective
from components.monitoring.rules import INTERVAL, rule_groups
from reference.model_servers import model_server
from reference.vocabulary import INFERENCE_SERVICE_LABEL


@dataclass(frozen=True, kw_only=True)
class SloArgs:
    """What an endpoint promises over 30 days, and who is told when it breaks the promise.

    Under `min_requests_per_hour`, averaged over an alert's long window, no burn-rate alert fires.
    """

    stack: str
    namespace: Input[str]
    endpoint: str
    tier: int
    runtime: str
    availability_percent: Decimal
    min_requests_per_hour: int
    team: str
    escalation: str
    labels: Mapping[str, str]


class ServiceLevelObjective(ComponentResource):
    """A PodMonitor on the endpoint's metrics port, and the PrometheusRule over what it scrapes.

    Raises ValueError for an availability at which the fastest alert cannot fire, and KeyError for a tier or a
    runtime that is not known.
    """

    def __init__(self, name: str, args: SloArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:monitoring:ServiceLevelObjective", name, {}, opts)
        metadata = k8s.meta.v1.ObjectMetaArgs(
            name=args.endpoint,
            namespace=args.namespace,
            labels={**args.labels, "tier": str(args.tier)},
        )
        child = ResourceOptions(parent=self)
        k8s.apiextensions.CustomResource(
            name,
            api_version="monitoring.coreos.com/v1",
            kind="PrometheusRule",
            metadata=metadata,
            spec={"groups": groups(args)},
            opts=child,
        )
        k8s.apiextensions.CustomResource(
            f"{name}-scrape",
            api_version="monitoring.coreos.com/v1",
            kind="PodMonitor",
            metadata=metadata,
            spec=pod_monitor(args.endpoint, args.runtime),
            opts=child,
        )
        self.register_outputs({})


def groups(args: SloArgs) -> Output[list[dict[str, Any]]]:
    """The rule groups, as soon as the namespace is known."""
    return Output.from_input(args.namespace).apply(lambda namespace: rule_groups(objective(args, namespace)))


def objective(args: SloArgs, namespace: str) -> Objective:
    """The objective with its namespace known."""
    return Objective(
        stack=args.stack,
        namespace=namespace,
        endpoint=args.endpoint,
        tier=args.tier,
        runtime=args.runtime,
        availability_percent=args.availability_percent,
        min_requests_per_hour=args.min_requests_per_hour,
        team=args.team,
        escalation=args.escalation,
    )


def pod_monitor(endpoint: str, runtime: str) -> dict[str, Any]:
    """Scrape every pod of the endpoint on the port where its model server exports its series."""
    server = model_server(runtime)
    return {
        "selector": {"matchLabels": {INFERENCE_SERVICE_LABEL: endpoint}},
        "podMetricsEndpoints": [
            {"portNumber": server.metrics_port, "path": server.metrics_path, "interval": INTERVAL}
        ],
    }
