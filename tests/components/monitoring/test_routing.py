import re
from datetime import UTC, datetime

import pytest

from components.model_health.alerts import rule_group
from components.monitoring.alerts import alert_group
from components.monitoring.endpoint_rules import endpoint_groups
from components.monitoring.gpu_alerts import GPU_ALERTS
from components.monitoring.objective import SEVERITIES
from components.monitoring.platform_alerts import NODE_ALERTS, QUEUE_ALERTS
from components.monitoring.receiver_alerts import RECEIVER_ALERTS
from components.monitoring.routing import (
    AlertRouting,
    AlertRoutingArgs,
    inhibitions,
    outside_teams,
    receiver,
    route,
)
from components.monitoring.time_intervals import Window
from tests.components.model_health.test_model_health import ALL_KINDS
from tests.components.model_health.test_model_health import ARGS as ARGS_OF_HEALTH
from tests.components.monitoring.objectives import detector, fresh, groups_of, latency, probed, quality

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


def promised(tier):
    """The alerts of an endpoint with every kind of objective, and of data."""
    slo = detector(tier=tier, runtime="mlserver", others=[latency, quality("data-quality"), probed])
    rules = [rule for group in endpoint_groups(slo) for rule in group["rules"]]
    rules += [rule for group in groups_of(fresh(tier=tier)) for rule in group["rules"]]
    return [rule for rule in rules if "alert" in rule]


def of_the_platform():
    alerts = (*NODE_ALERTS, *QUEUE_ALERTS, *GPU_ALERTS, *RECEIVER_ALERTS)
    return alert_group("platform", alerts, team="platform")["rules"]


def all_rules(tier):
    # The chart's own: its operator refuses an object, a `warning`, which is a ticket.
    chart = {"severity": "ticket", "resource": "AlertmanagerConfig"}
    others = [
        {"alert": "PrometheusOperatorRejectedResources", "labels": chart, "expr": "", "annotations": {}}
    ]
    return [
        *promised(tier),
        *of_the_platform(),
        *rule_group(ARGS_OF_HEALTH, "ranking-dev", ALL_KINDS)["rules"],
        *others,
    ]


def silenced(rule, alerts):
    (target,) = rule["targetMatch"]
    return [each for each in alerts if re.fullmatch(target["value"], each["alert"])]


PROMETHEUS_OWN = {"cluster"}
"""Labels that Prometheus adds to every alert that it sends."""


@pytest.mark.parametrize("rule", inhibitions(), ids=lambda rule: rule["sourceMatch"][0]["value"])
def test_what_is_silenced_and_its_cause_have_the_labels_that_must_be_equal(rule):
    """Alertmanager takes a label that both lack for equal: then one outage would silence every endpoint."""
    alerts = all_rules(1)
    (source,) = [each["value"] for each in rule["sourceMatch"]]
    both = [each for each in alerts if each["alert"] == source], silenced(rule, alerts)
    assert all(both)
    for each in [*both[0], *both[1]]:
        of_series = re.findall(r"by \(([^)]*)\)", each["expr"])
        has = {*each["labels"], *PROMETHEUS_OWN, *", ".join(of_series).split(", ")}
        if each["alert"] == "AlertReceiverRejected":
            assert "by (" not in each["expr"]
            has |= {"resource"}
        assert set(rule["equal"]) <= has, (each["alert"], rule)


def test_an_endpoint_that_is_down_is_told_once():
    names = {each["alert"] for each in promised(1) if each["labels"].get("endpoint")}
    told = names - {
        each["alert"]
        for rule in inhibitions()
        if rule["sourceMatch"][0]["value"] == "EndpointDown"
        for each in silenced(rule, promised(1))
    }
    assert told == {"EndpointDown", "QualityBudgetBurnsFast", "QualityBudgetBurnsSlowly"}


@pytest.mark.parametrize("tier", [1, 2, 3])
def test_a_cause_is_never_less_urgent_than_what_it_silences(tier):
    """A ticket that silenced a page would let an outage wait for the morning."""
    order = ("ticket", "page-in-hours", "page")
    alerts = all_rules(tier)
    for rule in inhibitions():
        (source,) = [each["value"] for each in rule["sourceMatch"]]
        urgency = [order.index(each["labels"]["severity"]) for each in alerts if each["alert"] == source]
        less = [order.index(each["labels"]["severity"]) for each in silenced(rule, alerts)]
        assert max(less) <= min(urgency), rule


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
