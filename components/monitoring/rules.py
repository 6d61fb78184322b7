"""The alerts of one SLO and the series that dashboards and the release gate read of it."""

from typing import Any

from components.monitoring.alerts import RUNBOOKS
from components.monitoring.burn_rate import (
    BURN_RATES,
    PERIOD_DAYS,
    BurnRate,
    Urgency,
    error_budget,
    plain,
    threshold,
)
from components.monitoring.objective import SEVERITIES, Objective
from components.monitoring.series import Rule, period, record, recorded, recordings

INTERVAL = "30s"
PERIOD_INTERVAL = "2m"  # reads 30 days at a time; above 5 minutes its series would go stale in between

BURN_ALERTS: dict[Urgency, str] = {
    "page": "EndpointErrorBudgetBurnsFast",
    "ticket": "EndpointErrorBudgetBurnsSlowly",
}


def rule_groups(objective: Objective) -> list[dict[str, Any]]:
    """The groups of a PrometheusRule, named as sloth names them."""
    return [
        group(f"sloth-slo-sli-recordings-{objective.id}", INTERVAL, recordings(objective)),
        group(
            f"sloth-slo-period-recordings-{objective.id}", PERIOD_INTERVAL, [period(objective, PERIOD_DAYS)]
        ),
        group(f"sloth-slo-meta-recordings-{objective.id}", INTERVAL, metadata(objective)),
        group(f"sloth-slo-alerts-{objective.id}", INTERVAL, alerts(objective)),
    ]


def group(name: str, interval: str, rules: list[Rule]) -> dict[str, Any]:
    """One group: its rules are evaluated in order, so a later one reads what an earlier one recorded."""
    return {"name": name, "interval": interval, "rules": rules}


def metadata(objective: Objective) -> list[Rule]:
    """What was promised, how fast it is used up, and what is left of it.

    `slo:period_error_budget_remaining:ratio` has no sample without traffic: missing means unknown, not full.
    """
    budget = error_budget(objective.availability_percent)
    values = {
        "slo:objective:ratio": f"vector({plain(1 - budget)})",
        "slo:error_budget:ratio": f"vector({plain(budget)})",
        "slo:time_period:days": f"vector({PERIOD_DAYS})",
        "slo:current_burn_rate:ratio": burn_rate(objective, "5m"),
        "slo:period_burn_rate:ratio": burn_rate(objective, f"{PERIOD_DAYS}d"),
        "slo:period_error_budget_remaining:ratio": f"1 - {recorded('slo:period_burn_rate:ratio', objective)}",
    }
    return [
        *(record(name, expr, objective) for name, expr in values.items()),
        record("sloth_slo_info", "vector(1)", objective, **owner(objective)),
    ]


def burn_rate(objective: Objective, window: str) -> str:
    """How many times as fast as the period allows the budget is used up."""
    ratio = recorded(f"slo:sli_error:ratio_rate{window}", objective)
    budget = recorded("slo:error_budget:ratio", objective)
    return f"{ratio} / on (sloth_id, sloth_service, sloth_slo) group_left () {budget}"


def alerts(objective: Objective) -> list[Rule]:
    """Burning fast, burning slowly, gone, and unseen."""
    return [*(burn_alert(objective, urgency) for urgency in BURN_ALERTS), down(objective), unseen(objective)]


def burn_alert(objective: Objective, urgency: Urgency) -> Rule:
    """Fires when a pair of windows of this urgency burns too fast."""
    pairs = [burns(objective, burn) for burn in BURN_RATES if burn.urgency == urgency]
    return alert(
        objective,
        BURN_ALERTS[urgency],
        urgency,
        " or ".join(f"({pair})" for pair in pairs),
        f"{objective.endpoint} of {objective.stack} fails {{{{ $value | humanizePercentage }}}} of its requests; "
        f"{plain(objective.availability_percent)} % must succeed over {PERIOD_DAYS} days",
    )


def burns(objective: Objective, burn: BurnRate) -> str:
    """Both windows above the threshold, with enough traffic that one failed request cannot be the cause."""
    limit = plain(threshold(burn, objective.availability_percent))
    conditions = [
        f"{recorded(f'slo:sli_error:ratio_rate{burn.short}', objective)} > {limit}",
        f"{recorded(f'slo:sli_error:ratio_rate{burn.long}', objective)} > {limit}",
        f"{recorded(f'slo:sli_requests:rate{burn.long}', objective)} * 3600"
        f" >= {objective.min_requests_per_hour}",
    ]
    return " and ".join(f"max without (sloth_window) ({condition})" for condition in conditions)


def down(objective: Objective) -> Rule:
    """Fires when no replica is available. The SLO's own series is the inventory, so a target that is gone counts.

    Where kube-state-metrics itself is gone, a replica that still answers its scrapes is believed.
    """
    available = (
        f'max(kube_deployment_status_replicas_available{{namespace="{objective.namespace}", '
        f'deployment="{objective.deployment}"}})'
    )
    serving = f"({available} > 0 or ({scraped(objective)} unless {available}))"
    return alert(
        objective,
        "EndpointDown",
        "page",
        f"{recorded('sloth_slo_info', objective)} unless on () {serving}",
        f"{objective.endpoint} of {objective.stack} has no replica that can answer",
        wait="2m",
    )


def unseen(objective: Objective) -> Rule:
    """Fires when no replica can be scraped: the burn-rate alerts would stay silent whatever happens."""
    return alert(
        objective,
        "EndpointMetricsMissing",
        "page",
        f"{recorded('sloth_slo_info', objective)} unless on () {scraped(objective)}",
        f"{objective.endpoint} of {objective.stack} exports no metrics, so its failures go unseen",
        wait="15m",
    )


def scraped(objective: Objective) -> str:
    """There is a replica whose metrics Prometheus reads."""
    return f'(max(up{{job="{objective.job}"}}) == 1)'


def alert(
    objective: Objective, name: str, urgency: Urgency, expr: str, summary: str, wait: str | None = None
) -> Rule:
    """An alert with what routes it, who answers it and what to do."""
    severity = SEVERITIES[objective.tier][urgency]
    return {
        "alert": name,
        "expr": expr,
        **({"for": wait} if wait else {}),
        "labels": {
            **objective.identity,
            **owner(objective),
            "severity": severity,
            "sloth_severity": "ticket" if severity == "ticket" else "page",
        },
        "annotations": {
            "summary": summary,
            "owner": f"team {objective.team}, escalation policy {objective.escalation}",
            "runbook": f"{RUNBOOKS}/{name}.md",
        },
    }


def owner(objective: Objective) -> dict[str, str]:
    """Who answers for the endpoint. `namespace` is what a team's AlertmanagerConfig is matched by."""
    return {
        "endpoint": objective.endpoint,
        "escalation": objective.escalation,
        "namespace": objective.namespace,
        "team": objective.team,
        "tier": str(objective.tier),
    }
