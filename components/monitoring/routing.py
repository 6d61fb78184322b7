"""The routes of alerts: a team's to the team, the cluster's to the platform."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

import pulumi_kubernetes as k8s
from pulumi import ComponentResource, Input, Resource, ResourceOptions

from components.monitoring.objective import Severity
from components.monitoring.time_intervals import REPEAT_INTERVALS, Window, time_intervals

DEFAULT_SEVERITY: Severity = "ticket"
"""The severity of an alert that names none of ours."""

SEVERITY_PATTERNS: Mapping[Severity, str] = {"page": "page|critical", "page-in-hours": "page-in-hours"}
"""The severities of alerts that each receiver takes. The rules that come with charts call a page `critical`."""

GROUP_BY = ("alertname", "sloth_service")
"""One message for an alert of many nodes or queues, but one for each endpoint."""

NO_SEVERITY = "none"
"""The severity of `Watchdog`, which always fires, and of `InfoInhibitor`, which only silences others."""

TEAM_NAMESPACES = r".+-(dev|staging|prod)"
"""Matches the namespaces of team stacks, which bear a stack's name, and none of the platform's own."""


PROBE_BUDGET = "ProbeBudgetBurnsFast|ProbeBudgetBurnsSlowly"


@dataclass(frozen=True, kw_only=True)
class AlertRoutingArgs:
    """The namespace whose alerts are routed, the topic they go to, and planned work, during which nothing does.

    Alertmanager publishes with its own role, which needs `sns:Publish` and the use of the topic's key.
    In Alertmanager's own namespace a configuration sees the alerts of every namespace: `matchers` narrow them.
    """

    namespace: Input[str]
    topic_arn: Input[str]
    region: str
    labels: Mapping[str, str]
    matchers: Sequence[Mapping[str, str]] = ()
    after: Sequence[Resource] = ()
    windows: Sequence[Window] = ()


class AlertRouting(ComponentResource):
    """An AlertmanagerConfig: alerts to SNS, by severity. Only alerts with the namespace's label reach a team's."""

    def __init__(self, name: str, args: AlertRoutingArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:monitoring:AlertRouting", name, {}, opts)
        k8s.apiextensions.CustomResource(
            name,
            api_version="monitoring.coreos.com/v1alpha1",
            kind="AlertmanagerConfig",
            metadata=k8s.meta.v1.ObjectMetaArgs(
                name="alerts", namespace=args.namespace, labels=dict(args.labels)
            ),
            spec={
                "route": route(args.matchers, args.windows),
                "inhibitRules": inhibitions(),
                "receivers": [
                    receiver(severity, args.topic_arn, args.region) for severity in get_args(Severity)
                ],
                # Without a window the object stays as it was.
                **({"muteTimeIntervals": time_intervals(None, args.windows)} if args.windows else {}),
            },
            opts=ResourceOptions(parent=self, depends_on=list(args.after)),
        )
        self.register_outputs({})


def route(matchers: Sequence[Mapping[str, str]] = (), windows: Sequence[Window] = ()) -> dict[str, Any]:
    """One route per severity; an alert of none of these is a ticket. `matchers` hold for them all.

    A route does not inherit when it is muted, so each names the windows of planned work.
    """
    muted = {"muteTimeIntervals": [each.name for each in windows]} if windows else {}
    common = [matcher("severity", NO_SEVERITY, "!="), *map(dict, matchers)]
    return {
        "receiver": DEFAULT_SEVERITY,
        "matchers": common,
        "groupBy": list(GROUP_BY),
        "groupWait": "30s",
        "groupInterval": "5m",
        "repeatInterval": REPEAT_INTERVALS[DEFAULT_SEVERITY],
        **muted,
        "routes": [
            {
                "receiver": severity,
                "matchers": [matcher("severity", pattern, "=~")],
                "repeatInterval": REPEAT_INTERVALS[severity],
                **muted,
            }
            for severity, pattern in SEVERITY_PATTERNS.items()
        ],
    }


def outside_teams() -> dict[str, str]:
    """Matches the alerts that no team's own route reports: the cluster's, and those of the platform's namespaces."""
    # Alertmanager anchors the expression, and takes a missing label for an empty one.
    return matcher("namespace", TEAM_NAMESPACES, "!~")


def inhibitions() -> list[dict[str, Any]]:
    """One outage is told once: a cause speaks for what follows from it, and is never less urgent than that.

    Within an endpoint, an objective, a GPU, or the cluster's one Karpenter, Kueue and Alertmanager.
    """
    endpoint, objective, model = ("sloth_service",), ("sloth_id",), ("endpoint", "namespace")
    return [
        inhibition(
            "EndpointDown",
            "EndpointMetricsMissing|EndpointSaturated|Endpoint(Error|Latency)BudgetBurns(Fast|Slowly)|ObjectiveUnmeasured",
            endpoint,
        ),
        inhibition("EndpointDown", PROBE_BUDGET, endpoint),
        # Without requests a window of a monitor is empty.
        inhibition("EndpointDown", "ModelHealthUnknown", model),
        inhibition("EndpointMetricsMissing", "ObjectiveUnmeasured", endpoint),
        inhibition(
            "EndpointErrorBudgetBurnsFast", "EndpointErrorBudgetBurnsSlowly|EndpointSaturated", objective
        ),
        inhibition("EndpointErrorBudgetBurnsFast", PROBE_BUDGET, endpoint),
        inhibition("ProbeBudgetBurnsFast", "ProbeBudgetBurnsSlowly", objective),
        inhibition("EndpointLatencyBudgetBurnsFast", "EndpointLatencyBudgetBurnsSlowly", objective),
        inhibition("FreshnessBudgetBurnsFast", "FreshnessBudgetBurnsSlowly", objective),
        inhibition("QualityBudgetBurnsFast", "QualityBudgetBurnsSlowly", objective),
        # What cannot be told from old results is told by their age.
        inhibition("ModelHealthMissing", "ModelHealthUnknown", model),
        inhibition("GpuHardwareError", "GpuMemoryError|GpuThrottled", ("Hostname", "gpu")),
        inhibition("KarpenterDown", "KarpenterFails|NodePoolNotReady|NodesCannotBeLaunched", ("team",)),
        inhibition("KueueDown", "QueueInactive|QueueStuck", ("team",)),
        # Prometheus's own label: of teams, whose monitors are jobs in a queue.
        inhibition("KueueDown", "ModelHealthMissing", ("cluster",)),
        inhibition("AlertReceiverRejected", "PrometheusOperatorRejectedResources", ("resource",)),
    ]


def inhibition(source: str, target: str, equal: Sequence[str]) -> dict[str, Any]:
    """Alerts named `target` stay silent while `source` fires, with the same values of the labels `equal`."""
    return {
        "sourceMatch": [matcher("alertname", source)],
        "targetMatch": [matcher("alertname", target, "=~")],
        "equal": list(equal),
    }


def receiver(severity: Severity, topic_arn: Input[str], region: str) -> dict[str, Any]:
    """Publish to the topic. Subscribers filter by the `severity` attribute: it holds back pages at night."""
    return {
        "name": severity,
        "snsConfigs": [
            {
                "topicARN": topic_arn,
                "sigv4": {"region": region},
                "sendResolved": True,
                # SNS refuses a subject of more than 100 characters, and with it the whole message.
                "subject": f"{severity}: {{{{ .CommonLabels.alertname }}}} {{{{ .CommonLabels.endpoint }}}}",
                "attributes": {"severity": severity},
            }
        ],
    }


def matcher(name: str, value: str, match_type: str = "=") -> dict[str, str]:
    """A label matcher of Alertmanager."""
    return {"name": name, "matchType": match_type, "value": value}
