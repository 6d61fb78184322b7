"""The rules of an endpoint: those of its objectives, and the alerts of one that is down, without metrics or full."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Self

from components.monitoring.burn_rate import promql_number
from components.monitoring.load import ScalingSignal
from components.monitoring.objective import Objective
from components.monitoring.rules import alert, rule_groups, unmeasured
from components.monitoring.series import Rule, recorded
from reference.model_servers import model_server

SATURATED_FOR = "15m"
"""Longer than a GPU node and a replica on it take to come: until then the number of replicas may yet rise."""


@dataclass(frozen=True, kw_only=True)
class EndpointSlo:
    """The availability that an endpoint promises and what else it does, and the most load that it takes."""

    availability: Objective
    others: tuple[Objective, ...] = ()
    runtime: str
    signal: ScalingSignal
    max_replicas: int

    @property
    def probed(self) -> bool:
        """Whether it promises to answer probes, for which somebody has to send them."""
        return any(objective.promise == "probe" for objective in self.others)

    def in_namespace(self, namespace: str) -> Self:
        """The same, its namespace known."""
        others = tuple(objective.in_namespace(namespace) for objective in self.others)
        return replace(self, availability=self.availability.in_namespace(namespace), others=others)


def endpoint_groups(slo: EndpointSlo) -> list[dict[str, Any]]:
    """The groups of a PrometheusRule: of the availability first, which the others read."""
    groups = rule_groups(slo.availability, [endpoint_down(slo), metrics_missing(slo), saturated(slo)])
    for objective in slo.others:
        groups += rule_groups(objective, [unmeasured(objective)])
    return groups


def endpoint_down(slo: EndpointSlo) -> Rule:
    """Fires when no replica is available. The SLO's own series is the inventory, so a target that is gone counts.

    Where kube-state-metrics itself is gone, a replica that still answers its scrapes is believed.
    """
    subject = slo.availability.subject
    available = (
        f'max(kube_deployment_status_replicas_available{{namespace="{subject.namespace}", '
        f'deployment="{subject.deployment}"}})'
    )
    serving = f"({available} > 0 or ({scrape_succeeds(slo)} unless {available}))"
    return alert(
        slo.availability,
        "EndpointDown",
        "page",
        f"{recorded('sloth_slo_info', slo.availability)} unless on () {serving}",
        f"{subject.name} of {subject.stack} has no replica that can answer",
        wait="2m",
    )


def metrics_missing(slo: EndpointSlo) -> Rule:
    """Fires when no replica can be scraped: the burn-rate alerts would stay silent whatever happens."""
    subject = slo.availability.subject
    return alert(
        slo.availability,
        "EndpointMetricsMissing",
        "page",
        f"{recorded('sloth_slo_info', slo.availability)} unless on () {scrape_succeeds(slo)}",
        f"{subject.name} of {subject.stack} exports no metrics, so its failures go unseen",
        wait="15m",
    )


def saturated(slo: EndpointSlo) -> Rule:
    """Fires when the load is more than the most replicas take: callers wait, which no objective counts.

    The bound is that of the file, so nodes that do not come silence nothing while requests queue up.
    """
    subject = slo.availability.subject
    load = slo.signal.query(str(subject.namespace), subject.name)
    most = promql_number(Decimal(str(slo.signal.per_replica)) * slo.max_replicas)
    return alert(
        slo.availability,
        "EndpointSaturated",
        "page",
        f"({load}) > {most}",
        f"{subject.name} of {subject.stack} has more load than its {slo.max_replicas} replicas take",
        wait=SATURATED_FOR,
    )


def scrape_succeeds(slo: EndpointSlo) -> str:
    """The expression that holds while Prometheus reads the metrics of a replica, and they are those of its runtime."""
    job, always = slo.availability.subject.job, model_server(slo.runtime).always
    measured = f' and count({always}{{job="{job}"}})' if always else ""
    return f'(max(up{{job="{job}"}}) == 1{measured})'
