"""The alerts of one SLO, and the series of it that dashboards and the release gate read."""

from decimal import Decimal
from typing import Any

from components.monitoring.burn_rate import (
    BURN_RATES,
    PERIOD_DAYS,
    BurnRate,
    Urgency,
    error_budget,
    promql_number,
    threshold,
)
from components.monitoring.objective import SEVERITIES, Objective
from components.monitoring.runbooks import runbook, runbook_url
from components.monitoring.series import Rule, period_rule, record, recorded, window_rules

INTERVAL = "30s"
PERIOD_INTERVAL = "2m"  # reads 30 days at a time; above 5 minutes its series would go stale in between

SATURATED_FOR = "15m"
"""Longer than a GPU node and a replica on it take to come: until then the number of replicas may yet rise."""

BURN_ALERTS: dict[Urgency, str] = {
    "page": "EndpointErrorBudgetBurnsFast",
    "ticket": "EndpointErrorBudgetBurnsSlowly",
}


def rule_groups(objective: Objective) -> list[dict[str, Any]]:
    """The groups of a PrometheusRule, named as sloth names them, so that its dashboards work."""
    name = objective.id
    return [
        group(f"sloth-slo-sli-recordings-{name}", INTERVAL, window_rules(objective)),
        group(f"sloth-slo-period-recordings-{name}", PERIOD_INTERVAL, [period_rule(objective, PERIOD_DAYS)]),
        group(f"sloth-slo-meta-recordings-{name}", INTERVAL, metadata_rules(objective)),
        group(f"sloth-slo-alerts-{name}", INTERVAL, alert_rules(objective)),
    ]


def group(name: str, interval: str, rules: list[Rule]) -> dict[str, Any]:
    """One group: its rules are evaluated in order, so a later one reads what an earlier one recorded."""
    return {"name": name, "interval": interval, "rules": rules}


def metadata_rules(objective: Objective) -> list[Rule]:
    """The objective, the burn rate of its error budget, and the rest of that budget.

    `slo:period_error_budget_remaining:ratio` has no sample without traffic: missing means unknown, not full.
    """
    budget = error_budget(objective.availability_percent)
    values = {
        "slo:objective:ratio": f"vector({promql_number(1 - budget)})",
        "slo:error_budget:ratio": f"vector({promql_number(budget)})",
        "slo:time_period:days": f"vector({PERIOD_DAYS})",
        "slo:current_burn_rate:ratio": burn_rate(objective, "5m"),
        "slo:period_burn_rate:ratio": burn_rate(objective, f"{PERIOD_DAYS}d"),
        "slo:period_error_budget_remaining:ratio": f"1 - {recorded('slo:period_burn_rate:ratio', objective)}",
    }
    rules = [record(name, expr, objective) for name, expr in values.items()]
    return [*rules, record("sloth_slo_info", "vector(1)", objective, **owner_labels(objective))]


def burn_rate(objective: Objective, window: str) -> str:
    """The burn rate: 1 uses up the budget exactly at the end of the period."""
    ratio = recorded(f"slo:sli_error:ratio_rate{window}", objective)
    budget = recorded("slo:error_budget:ratio", objective)
    return f"{ratio} / on (sloth_id, sloth_service, sloth_slo) group_left () {budget}"


def alert_rules(objective: Objective) -> list[Rule]:
    """The alerts of a budget that burns fast or slowly, and of an endpoint that is down, without metrics or full."""
    burning = [burn_alert(objective, urgency) for urgency in BURN_ALERTS]
    return [*burning, endpoint_down(objective), metrics_missing(objective), saturated(objective)]


def burn_alert(objective: Objective, urgency: Urgency) -> Rule:
    """Fires when a pair of windows of this urgency burns too fast."""
    pairs = [burn_condition(objective, burn) for burn in BURN_RATES if burn.urgency == urgency]
    return alert(
        objective,
        BURN_ALERTS[urgency],
        urgency,
        " or ".join(f"({pair})" for pair in pairs),
        f"{objective.endpoint} of {objective.stack} fails {{{{ $value | humanizePercentage }}}} of its requests; "
        f"{promql_number(objective.availability_percent)} % must succeed over {PERIOD_DAYS} days",
    )


def burn_condition(objective: Objective, burn: BurnRate) -> str:
    """Both windows above the threshold, with enough traffic that one failed request cannot be the cause."""
    limit = promql_number(threshold(burn, objective.availability_percent))
    short = recorded(f"slo:sli_error:ratio_rate{burn.short}", objective)
    long = recorded(f"slo:sli_error:ratio_rate{burn.long}", objective)
    requests = recorded(f"slo:sli_requests:rate{burn.long}", objective)
    conditions = [
        f"{short} > {limit}",
        f"{long} > {limit}",
        f"{requests} * 3600 >= {objective.min_requests_per_hour}",
    ]
    # The windows differ in this label alone, which would keep `and` from matching them.
    return " and ".join(f"max without (sloth_window) ({condition})" for condition in conditions)


def endpoint_down(objective: Objective) -> Rule:
    """Fires when no replica is available. The SLO's own series is the inventory, so a target that is gone counts.

    Where kube-state-metrics itself is gone, a replica that still answers its scrapes is believed.
    """
    available = (
        f'max(kube_deployment_status_replicas_available{{namespace="{objective.namespace}", '
        f'deployment="{objective.deployment}"}})'
    )
    serving = f"({available} > 0 or ({scrape_succeeds(objective)} unless {available}))"
    return alert(
        objective,
        "EndpointDown",
        "page",
        f"{recorded('sloth_slo_info', objective)} unless on () {serving}",
        f"{objective.endpoint} of {objective.stack} has no replica that can answer",
        wait="2m",
    )


def metrics_missing(objective: Objective) -> Rule:
    """Fires when no replica can be scraped: the burn-rate alerts would stay silent whatever happens."""
    return alert(
        objective,
        "EndpointMetricsMissing",
        "page",
        f"{recorded('sloth_slo_info', objective)} unless on () {scrape_succeeds(objective)}",
        f"{objective.endpoint} of {objective.stack} exports no metrics, so its failures go unseen",
        wait="15m",
    )


def saturated(objective: Objective) -> Rule:
    """Fires when the load is more than the most replicas take: callers wait, which no objective counts.

    The bound is that of the file, so nodes that do not come silence nothing while requests queue up.
    """
    load = objective.signal.query(str(objective.namespace), objective.endpoint)
    most = promql_number(Decimal(str(objective.signal.per_replica)) * objective.max_replicas)
    return alert(
        objective,
        "EndpointSaturated",
        "page",
        f"({load}) > {most}",
        f"{objective.endpoint} of {objective.stack} has more load than its {objective.max_replicas} replicas take",
        wait=SATURATED_FOR,
    )


def scrape_succeeds(objective: Objective) -> str:
    """The expression that holds while Prometheus reads the metrics of a replica."""
    return f'(max(up{{job="{objective.job}"}}) == 1)'


def alert(
    objective: Objective, name: str, urgency: Urgency, expr: str, summary: str, wait: str | None = None
) -> Rule:
    """An alert with the labels that route it, its owner and its runbook."""
    severity = SEVERITIES[objective.tier][urgency]
    labels = {
        **objective.identity,
        **owner_labels(objective),
        "severity": severity,
        "sloth_severity": "ticket" if severity == "ticket" else "page",
    }
    rule: Rule = {
        "alert": name,
        "expr": expr,
        "labels": labels,
        "annotations": {
            "summary": summary,
            "owner": f"team {objective.team}, escalation policy {objective.escalation}",
            "runbook": runbook(name),
            "runbook_url": runbook_url(name),
        },
    }
    return {**rule, "for": wait} if wait else rule


def owner_labels(objective: Objective) -> dict[str, str]:
    """The team that answers for the endpoint. A team's AlertmanagerConfig matches its alerts by `namespace`."""
    return {
        "endpoint": objective.endpoint,
        "escalation": objective.escalation,
        "namespace": str(objective.namespace),
        "team": objective.team,
        "tier": str(objective.tier),
    }
