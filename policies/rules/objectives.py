"""Rules of objectives: an endpoint's objective is measured, alerts at every speed, and its alerts reach somebody."""

import re
from collections.abc import Iterator

from policies.pods import in_namespace, namespace, tier
from policies.resources import JudgedStack, Resource
from policies.rule import EVERYWHERE, Claim, Rule, Severity, claim
from policies.values import Value
from reference.vocabulary import (
    ALERTMANAGER_CONFIG,
    INFERENCE_SERVICE,
    PROMETHEUS_RULE,
)

WINDOWS = ("5m", "1h", "30m", "6h", "2h", "1d", "3d")
FASTEST = 14.4
"""The highest burn rate that alerts: a month's error budget gone in 50 hours."""
ABSENT = re.compile(r"\b(unless|absent)\b")


def _slo(service: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if tier(service) not in (1, 2):
        return
    name, where = service.at("metadata.name").text(), namespace(service)
    rules: list[Value] = []
    for each in in_namespace(stack, PROMETHEUS_RULE, where):
        for group in each.at("spec.groups").items():
            rules += group.at("rules").items()
    alerts = [rule for rule in rules if rule.at("alert").is_given and rule.at("labels.endpoint").equals(name)]
    yield claim(bool(alerts), "no alert bears its name in the label `endpoint`")
    if alerts:
        yield from _alerts(alerts)
        yield from _objective(rules, name)
        yield claim(
            bool(in_namespace(stack, ALERTMANAGER_CONFIG, where)), "no AlertmanagerConfig routes its alerts"
        )


def _alerts(alerts: list[Value]) -> Iterator[Claim]:
    burning = " ".join(each.at("expr").text() for each in alerts)
    missing = [window for window in WINDOWS if f"ratio_rate{window}" not in burning]
    yield claim(not missing, f"no alert looks at the windows {', '.join(missing)}")
    # A ratio of nothing is nothing: an endpoint that exports no metrics fires no burn-rate alert.
    gone = any(ABSENT.search(each.at("expr").text()) for each in alerts)
    yield claim(gone, "no alert tells of an endpoint that is gone")
    for each in alerts:
        name = each.at("alert").text()
        yield claim(each.at("annotations.runbook").is_given, f"alert {name} has no runbook")
        severity = each.at("labels.severity").is_given
        yield claim(severity, f"alert {name} has no severity, by which it is routed")


def _objective(rules: list[Value], name: str) -> Iterator[Claim]:
    """Claim that an objective can be missed fast enough to page."""
    for rule in rules:
        service = rule.at("labels.sloth_service").text().rpartition(".")[2]
        if rule.at("record").equals("slo:objective:ratio") and service == name:
            number = re.search(r"[0-9.]+", rule.at("expr").text())
            objective = float(number[0]) if number else 0.0
            # 14.4 times the error budget of an objective below 93.06 % is more than every request.
            reachable = 0 < objective < 1 and (1 - objective) * FASTEST < 1
            yield claim(reachable, "its objective can never be missed fast enough to page")


RULES = (
    Rule(
        id="RE-04",
        name="slo-complete",
        title="An endpoint's objective alerts at every speed, when it is gone, and with a runbook",
        why="A burn that no window sees, or an endpoint that exports nothing, is an outage that users report.",
        fix="Declare the endpoint's `slo`; the component writes rules, absence alerts and routes.",
        cluster="only the plan: rules of alerts come of stack files alone",
        severity=Severity.HIGH,
        enforcement=EVERYWHERE,
        owner="platform",
        scope="stack",
        kinds=(INFERENCE_SERVICE,),
        check=_slo,
        note="Tiers 1 and 2. Alerts are the endpoint's by their label `endpoint`.",
    ),
)
