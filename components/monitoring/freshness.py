"""The freshness of a team's data: what its jobs export, recorded series and alerts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi_kubernetes as k8s
from pulumi import ComponentResource, Input, Output, ResourceOptions

from components.monitoring.objective import Objective
from components.monitoring.rules import INTERVAL, rule_groups, unmeasured
from reference.model_servers import MLSERVER
from reference.vocabulary import INFERENCE_SERVICE_LABEL

EXPORTS_PORT = MLSERVER.metrics_port
"""The port on which pods of a team's own export series: one that the namespace is open on for Prometheus anyway."""

MAX_SERIES = 1000
"""The series that one pod may export. Prometheus takes none of a pod with more, and says so of its target."""

# A dot is in no endpoint's name, and so in that of no other rule of the namespace.
RULES_NAME, SCRAPE_NAME = "paved.freshness", "paved.exports"


@dataclass(frozen=True, kw_only=True)
class FreshnessArgs:
    """Objectives of one namespace, and labels of its objects."""

    namespace: Input[str]
    objectives: Sequence[Objective]
    labels: Mapping[str, str]


class DataFreshness(ComponentResource):
    """A PrometheusRule over the age of data, and a PodMonitor on the pods of jobs that export it.

    Raises ValueError for an objective at which the fastest alert cannot fire.
    """

    def __init__(self, name: str, args: FreshnessArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:monitoring:DataFreshness", name, {}, opts)
        known = Output.from_input(args.namespace)
        objects = {
            RULES_NAME: ("PrometheusRule", {"groups": known.apply(lambda at: groups(args.objectives, at))}),
            SCRAPE_NAME: ("PodMonitor", pod_monitor()),
        }
        for each, (kind, spec) in objects.items():
            k8s.apiextensions.CustomResource(
                f"{name}-{each.removeprefix('paved.')}",
                api_version="monitoring.coreos.com/v1",
                kind=kind,
                metadata=k8s.meta.v1.ObjectMetaArgs(
                    name=each, namespace=args.namespace, labels=dict(args.labels)
                ),
                spec=spec,
                opts=ResourceOptions(parent=self),
            )
        self.register_outputs({})


def groups(objectives: Sequence[Objective], namespace: str) -> list[dict[str, Any]]:
    """The rule groups of all objectives."""
    found: list[dict[str, Any]] = []
    for objective in objectives:
        known = objective.in_namespace(namespace)
        found += rule_groups(known, [unmeasured(known)])
    return found


def pod_monitor() -> dict[str, Any]:
    """Scrape every pod that is no endpoint's and declares the port."""
    return {
        "selector": {"matchExpressions": [{"key": INFERENCE_SERVICE_LABEL, "operator": "DoesNotExist"}]},
        "podMetricsEndpoints": [{"portNumber": EXPORTS_PORT, "path": "/metrics", "interval": INTERVAL}],
        "sampleLimit": MAX_SERIES,
    }
