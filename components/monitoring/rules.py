"""The alerts of one objective, and the series of it that dashboards and the release gate read."""

from collections.abc import Mapping, Sequence
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
from components.monitoring.objective import SEVERITIES, Objective, Promise
from components.monitoring.runbooks import runbook, runbook_url
from components.monitoring.samples import GOOD, PROBER_UP, Answered, Sampled
from components.monitoring.series import (
    Rule,
    long_window_rules,
    period_rule,
    record,
    recorded,
    window_rules,
)

INTERVAL = "30s"
PERIOD_INTERVAL = "2m"  # reads days at a time; above 5 minutes its series would go stale in between

UNMEASURED_FOR = "1h"
"""Longer than a rollout, and than the time in which nodes come to a job that exports its own series."""

BURN_ALERTS: Mapping[Promise, Mapping[Urgency, str]] = {
    "availability": {"page": "EndpointErrorBudgetBurnsFast", "ticket": "EndpointErrorBudgetBurnsSlowly"},
    "latency": {"page": "EndpointLatencyBudgetBurnsFast", "ticket": "EndpointLatencyBudgetBurnsSlowly"},
    "ttft": {"page": "EndpointLatencyBudgetBurnsFast", "ticket": "EndpointLatencyBudgetBurnsSlowly"},
    "freshness": {"page": "FreshnessBudgetBurnsFast", "ticket": "FreshnessBudgetBurnsSlowly"},
    "data-quality": {"page": "QualityBudgetBurnsFast", "ticket": "QualityBudgetBurnsSlowly"},
    "model-quality": {"page": "QualityBudgetBurnsFast", "ticket": "QualityBudgetBurnsSlowly"},
    "probe": {"page": "ProbeBudgetBurnsFast", "ticket": "ProbeBudgetBurnsSlowly"},
}


def rule_groups(objective: Objective, alerts: Sequence[Rule]) -> list[dict[str, Any]]:
    """The groups of an objective, named as sloth names them, so that its dashboards work.

    `alerts` come beside those of a budget that burns fast or slowly.
    """
    name = objective.id
    burning = [burn_alert(objective, urgency) for urgency in BURN_ALERTS[objective.promise]]
    fast = [*constants(objective), *window_rules(objective)]
    slow = [*long_window_rules(objective), period_rule(objective, PERIOD_DAYS)]
    return [
        group(f"sloth-slo-sli-recordings-{name}", INTERVAL, fast),
        group(f"sloth-slo-period-recordings-{name}", PERIOD_INTERVAL, slow),
        group(f"sloth-slo-meta-recordings-{name}", INTERVAL, metadata_rules(objective)),
        group(f"sloth-slo-alerts-{name}", INTERVAL, [*burning, *alerts]),
    ]


def group(name: str, interval: str, rules: list[Rule]) -> dict[str, Any]:
    """One group: its rules are evaluated in order, so a later one reads what an earlier one recorded."""
    return {"name": name, "interval": interval, "rules": rules}


def constants(objective: Objective) -> list[Rule]:
    """The objective, its error budget and its period, by which the looks of a window are counted as well."""
    budget = error_budget(objective.percent)
    values = {
        "slo:objective:ratio": f"vector({promql_number(1 - budget)})",
        "slo:error_budget:ratio": f"vector({promql_number(budget)})",
        "slo:time_period:days": f"vector({PERIOD_DAYS})",
    }
    return [record(name, expr, objective) for name, expr in values.items()]


def metadata_rules(objective: Objective) -> list[Rule]:
    """The burn rate of the error budget, and the rest of that budget.

    `slo:period_error_budget_remaining:ratio` has no sample without traffic: missing means unknown, not full.
    """
    values = {
        "slo:current_burn_rate:ratio": burn_rate(objective, "5m"),
        "slo:period_burn_rate:ratio": burn_rate(objective, f"{PERIOD_DAYS}d"),
        "slo:period_error_budget_remaining:ratio": f"1 - {recorded('slo:period_burn_rate:ratio', objective)}",
    }
    rules = [record(name, expr, objective) for name, expr in values.items()]
    return [*rules, record("sloth_slo_info", "vector(1)", objective, **objective.subject.labels)]


def burn_rate(objective: Objective, window: str) -> str:
    """The burn rate: 1 uses up the budget exactly at the end of the period."""
    ratio = recorded(f"slo:sli_error:ratio_rate{window}", objective)
    budget = recorded("slo:error_budget:ratio", objective)
    return f"{ratio} / on (sloth_id, sloth_service, sloth_slo) group_left () {budget}"


def burn_alert(objective: Objective, urgency: Urgency) -> Rule:
    """Fires when a pair of windows of this urgency burns too fast."""
    pairs = [burn_condition(objective, burn) for burn in BURN_RATES if burn.urgency == urgency]
    indicator, subject = objective.indicator, objective.subject
    lost = indicator.loss.format(share="{{ $value | humanizePercentage }}")
    return alert(
        objective,
        BURN_ALERTS[objective.promise][urgency],
        urgency,
        " or ".join(f"({pair})" for pair in pairs),
        f"{subject.name} of {subject.stack} {lost}; "
        f"{promql_number(objective.percent)} % {indicator.promised} over {PERIOD_DAYS} days",
    )


def burn_condition(objective: Objective, burn: BurnRate) -> str:
    """Both windows above the threshold, with enough events that a single bad one cannot be the cause."""
    limit = promql_number(threshold(burn, objective.percent))
    short = recorded(f"slo:sli_error:ratio_rate{burn.short}", objective)
    long = recorded(f"slo:sli_error:ratio_rate{burn.long}", objective)
    requests = recorded(f"slo:sli_requests:rate{burn.long}", objective)
    conditions = [
        f"{short} > {limit}",
        f"{long} > {limit}",
        f"{requests} * 3600 >= {objective.min_events_per_hour}",
    ]
    # The windows differ in this label alone, which would keep `and` from matching them.
    return " and ".join(f"max without (sloth_window) ({condition})" for condition in conditions)


def unmeasured(objective: Objective) -> Rule:
    """Fires when an objective's series is not there though it should be: its burn-rate alerts stay silent."""
    subject, info = objective.subject, recorded("sloth_slo_info", objective)
    if isinstance(objective.indicator, Sampled):
        expr = f"{info} unless on () {recorded(GOOD, objective)}"
        if isinstance(objective.indicator, Answered):
            # A prober that is down is told to the platform, not to each team.
            expr = f"{expr} and on () (max({PROBER_UP}) == 1)"
    else:
        availability = f'{{sloth_id="{subject.slo("availability")}"}}'
        # Of requests that fail the objective counts none.
        answered = f"slo:sli_requests:rate1h{availability} - slo:sli_failures:rate1h{availability} > 0"
        counted = f"{recorded('slo:sli_requests:rate1h', objective)} > 0"
        expr = f"{info} and on () ({answered}) unless on () ({counted})"
    return alert(
        objective,
        "ObjectiveUnmeasured",
        "ticket",
        expr,
        f"the {objective.promise} of {subject.name} of {subject.stack} is not measured",
        wait=UNMEASURED_FOR,
    )


def alert(
    objective: Objective, name: str, urgency: Urgency, expr: str, summary: str, wait: str | None = None
) -> Rule:
    """An alert with the labels that route it, its owner and its runbook."""
    subject = objective.subject
    severity = SEVERITIES[subject.tier][urgency]
    labels = {
        **objective.identity,
        **subject.labels,
        "severity": severity,
        "sloth_severity": "ticket" if severity == "ticket" else "page",
    }
    rule: Rule = {
        "alert": name,
        "expr": expr,
        "labels": labels,
        "annotations": {
            "summary": summary,
            "owner": f"team {subject.team}, escalation policy {subject.escalation}",
            "runbook": runbook(name),
            "runbook_url": runbook_url(name),
        },
    }
    return {**rule, "for": wait} if wait else rule
