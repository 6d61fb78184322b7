import re
from datetime import UTC, datetime

import pytest

from components.monitoring.endpoint_rules import endpoint_groups
from components.monitoring.gpu_alerts import GPU_ALERTS
from components.monitoring.objective import SEVERITIES
from components.monitoring.platform_alerts import NODE_ALERTS, QUEUE_ALERTS
from components.monitoring.routing import (
    AlertRouting,
    AlertRoutingArgs,
    inhibitions,
    outside_teams,
    receiver,
    route,
)
from components.monitoring.time_intervals import Window

CONFIG = "kubernetes:monitoring.coreos.com/v1alpha1:AlertmanagerConfig"
TOPIC = "arn:aws:sns:us-east-1:111122223333:paved-vision-prod-alerts"
SNS_SUBJECT_LIMIT = 100
ARGS = {
    "namespace": "vision-prod",
    "topic_arn": TOPIC,
    "region": "us-east-1",
    "labels": {"team": "vision"},
}


@pytest.fixture
def planned(plan_program):
    def plan(**changes):
        return plan_program(lambda: AlertRouting("alerts", AlertRoutingArgs(**{**ARGS, **changes})))

    return plan


def reached(routes, severity):
    """The receiver of an alert of this severity, None when the top route does not take it."""
    [(kind, value)] = [(m["matchType"], m["value"]) for m in routes["matchers"] if m["name"] == "severity"]
    assert kind == "!="
    if severity == value:
        return None
    for each in routes["routes"]:
        [matcher] = each["matchers"]
        assert (matcher["name"], matcher["matchType"]) == ("severity", "=~")
        if re.fullmatch(matcher["value"], severity):
            return each["receiver"]
    return routes["receiver"]


def alert_rules(objective):
    return [rule for group in endpoint_groups(objective) for rule in group["rules"] if "alert" in rule]


def test_routing_matches_its_golden_file(planned, golden):
    golden("components/alert_routing.json", planned().one(CONFIG).inputs)


def test_every_severity_reaches_the_receiver_of_its_name(planned):
    spec = planned().one(CONFIG).inputs["spec"]
    receivers = {each["name"] for each in spec["receivers"]}
    used = {severity for tier in SEVERITIES.values() for severity in tier.values()}
    assert used == receivers
    assert {severity: reached(spec["route"], severity) for severity in used} == {name: name for name in used}


def test_what_the_charts_own_rules_call_critical_is_a_page():
    assert {severity: reached(route(), severity) for severity in ("critical", "warning", "info", "")} == {
        "critical": "page",
        "warning": "ticket",
        "info": "ticket",
        "": "ticket",
    }


def test_an_alert_that_always_fires_by_design_reaches_nobody():
    """`Watchdog` and `InfoInhibitor` of kube-prometheus-stack have the severity `none`."""
    assert reached(route(), "none") is None
    assert reached(route([outside_teams()]), "none") is None


def test_the_platform_hears_of_all_that_no_team_hears_of(planned):
    """Alertmanager anchors a matcher's expression, and takes a missing label for an empty one."""
    _, narrowed = planned(matchers=[outside_teams()]).one(CONFIG).inputs["spec"]["route"]["matchers"]
    assert narrowed == {"name": "namespace", "matchType": "!~", "value": ".+-(dev|staging|prod)"}
    reported = {
        namespace
        for namespace in ("", "kube-system", "monitoring", "kueue-system", "prod", "vision-prod", "a-b-dev")
        if not re.fullmatch(narrowed["value"], namespace)
    }
    assert reported == {"", "kube-system", "monitoring", "kueue-system", "prod"}


def test_a_team_hears_whatever_its_namespace_says(planned):
    matchers = planned().one(CONFIG).inputs["spec"]["route"]["matchers"]
    assert {matcher["name"] for matcher in matchers} == {"severity"}


def test_an_alert_of_somebody_else_in_the_namespace_becomes_a_ticket():
    assert route()["receiver"] == "ticket"


def test_the_more_urgent_the_sooner_it_is_repeated(planned):
    spec = planned().one(CONFIG).inputs["spec"]["route"]
    hours = {each["receiver"]: int(each["repeatInterval"].removesuffix("h")) for each in spec["routes"]}
    assert hours["page"] < hours["page-in-hours"] < int(spec["repeatInterval"].removesuffix("h"))


def test_every_receiver_publishes_to_the_topic_and_marks_the_severity(planned):
    for each in planned().one(CONFIG).inputs["spec"]["receivers"]:
        (sns,) = each["snsConfigs"]
        assert sns["topicARN"] == TOPIC
        assert sns["sigv4"] == {"region": "us-east-1"}
        assert sns["attributes"] == {"severity": each["name"]}
        assert sns["sendResolved"] is True


def test_sns_takes_the_subject_of_every_alert_of_the_longest_endpoint(objective):
    """SNS refuses more than 100 characters and anything but ASCII."""
    for rule in alert_rules(objective(endpoint="x" * 30)):
        for severities in SEVERITIES.values():
            for severity in severities.values():
                (sns,) = receiver(severity, TOPIC, "us-east-1")["snsConfigs"]
                subject = (
                    sns["subject"]
                    .replace("{{ .CommonLabels.alertname }}", rule["alert"])
                    .replace("{{ .CommonLabels.endpoint }}", rule["labels"]["endpoint"])
                )
                assert "{" not in subject
                assert len(subject) <= SNS_SUBJECT_LIMIT
                assert subject.isascii()


def test_alerts_carry_the_label_that_the_operator_matches_a_namespace_by(objective):
    assert all(rule["labels"]["namespace"] == "vision-prod" for rule in alert_rules(objective()))


def test_an_outage_silences_its_consequences_for_the_same_endpoint_alone(planned, objective):
    known = {rule["alert"] for rule in alert_rules(objective())}
    rules = planned().one(CONFIG).inputs["spec"]["inhibitRules"]
    of_endpoints = {
        rule["sourceMatch"][0]["value"]: rule["equal"] for rule in rules if "Endpoint" in str(rule)
    }
    assert of_endpoints == {"EndpointDown": ["sloth_id"], "EndpointErrorBudgetBurnsFast": ["sloth_id"]}
    assert set(of_endpoints) <= known


def test_a_cause_is_never_less_urgent_than_what_it_silences(objective):
    """A ticket that silenced a page would let an outage wait for the morning."""
    order = ("ticket", "page-in-hours", "page")
    urgency = {
        alert.name: order.index(alert.severity) for alert in (*NODE_ALERTS, *QUEUE_ALERTS, *GPU_ALERTS)
    }
    for tier in (1, 2, 3):
        rules = alert_rules(objective(tier=tier))
        urgency |= {rule["alert"]: order.index(rule["labels"]["severity"]) for rule in rules}
        for rule in inhibitions():
            (source,), (target,) = rule["sourceMatch"], rule["targetMatch"]
            silenced = [name for name in urgency if re.fullmatch(target["value"], name)]
            assert silenced
            assert all(urgency[name] <= urgency[source["value"]] for name in silenced), rule


CHANGES = {
    "namespace": "other",
    "topic_arn": "arn:aws:sns:us-east-1:111122223333:other",
    "region": "eu-central-1",
    "labels": {"team": "other"},
    "matchers": [outside_teams()],
    "windows": [
        Window(start=datetime(2026, 12, 1, tzinfo=UTC), end=datetime(2026, 12, 2, tzinfo=UTC), title="x (y)")
    ],
}
ORDER = {"after"}  # changes when, not what


@pytest.mark.parametrize("field", CHANGES)
def test_every_argument_changes_the_object(planned, field):
    assert planned(**{field: CHANGES[field]}).one(CONFIG).inputs != planned().one(CONFIG).inputs
    assert set(CHANGES) | ORDER == set(AlertRoutingArgs.__dataclass_fields__)
