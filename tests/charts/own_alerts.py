"""The alerts that Paved writes: their rules, and the series that each of them reads."""

import re
from collections.abc import Iterator
from typing import Any

from components.monitoring.alerts import alert_group
from components.monitoring.deadlines import Deadline, deadline_alerts
from components.monitoring.platform_alerts import node_lacks_level

RULES = "kubernetes:monitoring.coreos.com/v1:PrometheusRule"
STACKS = ("platform-prod", "vision-prod")
LATER = 60 * 24 * 3600
"""Seconds after the week's beginning, which to promtool is 1970: a date of a sample would be 56 years away."""

NO_METRIC = {
    "BackupFailed": "an event of AWS Backup",
    "BreakGlassUsed": "a record of CloudTrail and of the cluster's audit log",
    "EventsDead": "the length of a queue, which CloudWatch counts",
    "HeartbeatLost": "messages of a topic, which CloudWatch counts",
    "ImageVulnerable": "an event of Amazon Inspector",
    "OutsideAccessFound": "an event of IAM Access Analyzer",
    "RecordsTampered": "an event of CloudTrail",
    "RootUsed": "a record of CloudTrail",
    "ThreatFound": "an event of GuardDuty",
}
"""Runbooks of what reaches people past Prometheus."""

OBJECTIVES, MODELS = "components/monitoring", "components/model_health/test_model_health.py"
LOGGED = "components/inference_log/test_inference_log.py"
ELSEWHERE = {
    "CostRateHigh": f"{OBJECTIVES}/test_node_costs.py",
    "EndpointLatencyBudgetBurnsFast": f"{OBJECTIVES}/test_latency_rules.py",
    "EndpointLatencyBudgetBurnsSlowly": f"{OBJECTIVES}/test_latency_rules.py",
    "FreshnessBudgetBurnsFast": f"{OBJECTIVES}/test_freshness_rules.py",
    "FreshnessBudgetBurnsSlowly": f"{OBJECTIVES}/test_freshness_rules.py",
    "InferenceLogDown": LOGGED,
    "InferenceLogIncomplete": LOGGED,
    "ModelAnswersBad": MODELS,
    "ModelDrifted": MODELS,
    "ModelHealthMissing": MODELS,
    "ModelHealthUnknown": MODELS,
    "ModelInputBad": MODELS,
    "ModelPerformanceLow": MODELS,
    "QualityBudgetBurnsFast": f"{OBJECTIVES}/test_quality_rules.py",
    "QualityBudgetBurnsSlowly": f"{OBJECTIVES}/test_quality_rules.py",
}
"""Alerts of what a stack of the week does not ask for, and the test that fires each and keeps it silent."""

ABSENT = {
    (
        "GpuHardwareError",
        "DCGM_EXP_XID_ERRORS_COUNT",
    ): "the exporter counts XIDs that a GPU had, and these it has not",
    ("GpuThrottled", "DCGM_EXP_CLOCK_EVENTS_COUNT"): "the same of reasons why a clock was lowered",
    (
        "JobGivenUp",
        "kueue_evicted_workloads_total",
    ): "Kueue's counter of a reason begins with the first eviction",
    ("NodeLacksTopologyLevel", "kube_node_labels"): "it selects nodes without a label, and every node has it",
    (
        "NodeRepaired",
        "karpenter_nodeclaims_unhealthy_disrupted_total",
    ): "the counter begins with the first repair",
    (
        "NodesDidNotCome",
        "kueue_evicted_workloads_total",
    ): "Kueue's counter of a reason begins with the first eviction",
    (
        "RetrainingFailed",
        "kube_job_status_failed",
    ): "kube-state-metrics has reasons of jobs that failed alone",
}
"""Series that a healthy week has not, by alert and metric, and why. Any other that is read has samples."""

_TOKEN = re.compile(r'"[^"]*"|(?<![\w:.])([a-zA-Z_:][\w:]*)\s*(\{[^}]*\})?(\s*\()?')
_GROUPING = re.compile(r"\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)")
_WORDS = {"and", "or", "unless", "offset", "bool"}


def rule_groups(planner: Any) -> list[dict[str, Any]]:
    """The groups of sample stacks, and those of alerts that no sample has: of topology and of ends of capacity."""
    groups = [
        dict(group)
        for name in STACKS
        for each in planner.plan(name).of(RULES)
        for group in each.inputs["spec"]["groups"]
    ]
    ends = [Deadline(pool="h100", at=LATER)]
    of_no_sample = [
        node_lacks_level("vision-prod", ["h100"]),
        *deadline_alerts(ends, ends, [Deadline(pool="h100", at=LATER, stack="vision-prod")]),
    ]
    return [*groups, alert_group("of-no-sample", of_no_sample, team="platform")]


def selectors(expression: str) -> Iterator[tuple[str, str]]:
    """The name of each metric that an expression reads, and its selector whole."""
    for found in _TOKEN.finditer(_GROUPING.sub(" ", expression)):
        name, matchers, called = found.groups()
        if name and not called and name not in _WORDS:
            yield name, f"{name}{matchers or ''}"


def read_by_alerts(groups: list[dict[str, Any]]) -> dict[str, set[tuple[str, str]]]:
    """The metrics and selectors of every alert by its name, and of rules that record by the name of their series.

    What a rule records is left out: it is there when what the rule reads is.
    """
    rules = [rule for group in groups for rule in group["rules"]]
    recorded = {rule["record"] for rule in rules if "record" in rule}
    found: dict[str, set[tuple[str, str]]] = {}
    for rule in rules:
        read = {each for each in selectors(rule["expr"]) if each[0] not in recorded}
        found.setdefault(rule.get("alert") or rule["record"], set()).update(read)
    return found


def names_of_alerts(groups: list[dict[str, Any]]) -> set[str]:
    """The names of the alerts."""
    return {rule["alert"] for group in groups for rule in group["rules"] if "alert" in rule}
