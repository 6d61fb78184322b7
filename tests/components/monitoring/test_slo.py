from decimal import Decimal
from pathlib import Path

import pulumi_aws as aws
import pytest

from components.monitoring.burn_rate import BURN_RATES
from components.monitoring.endpoint_rules import EndpointSlo, endpoint_groups
from components.monitoring.load import RequestsInFlight
from components.monitoring.objective import SEVERITIES, Objective
from components.monitoring.rules import BURN_ALERTS
from components.monitoring.slo import ServiceLevelObjective, SloArgs
from components.monitoring.subject import Subject
from components.serving.predictor import ports
from reference.model_servers import MODEL_SERVERS
from reference.vocabulary import UNKNOWN
from tests.components.monitoring.objectives import detector, latency

RULE = "kubernetes:monitoring.coreos.com/v1:PrometheusRule"
MONITOR = "kubernetes:monitoring.coreos.com/v1:PodMonitor"
RUNBOOKS = Path(__file__).parents[3] / "docs" / "runbooks"
ARGS = {"percent": Decimal("99.95"), "min_events_per_hour": 200, "max_replicas": 8}
LABELS = {"team": "vision"}
URL = "http://detector-predictor.vision-prod.svc.cluster.local"


@pytest.fixture
def planned(plan_program):
    def plan(**changes):
        labels, url = changes.pop("labels", LABELS), changes.pop("url", URL)
        args = SloArgs(slo=detector(**{**ARGS, **changes}), url=url, labels=labels)
        return plan_program(lambda: ServiceLevelObjective("detector-slo", args))

    return plan


def alerts(plan):
    groups = plan.one(RULE).inputs["spec"]["groups"]
    return {rule["alert"]: rule for group in groups for rule in group["rules"] if "alert" in rule}


def test_an_objective_matches_its_golden_file(planned, golden):
    plan = planned()
    golden("components/slo.json", {r.type: r.inputs for r in plan.resources if r.custom})


def test_both_objects_are_in_the_namespace_of_the_endpoint(planned):
    plan = planned()
    for kind in (RULE, MONITOR):
        resource = plan.one(kind)
        assert "paved:monitoring:ServiceLevelObjective::detector-slo" in resource.parent
        assert resource.inputs["metadata"]["name"] == "detector"
        assert resource.inputs["metadata"]["namespace"] == "vision-prod"
        assert resource.inputs["metadata"]["labels"] == {"team": "vision", "tier": "1"}


@pytest.mark.parametrize(("runtime", "port"), [("triton", 8002), ("mlserver", 8082), ("vllm", 8080)])
def test_the_scraped_port_is_one_that_the_endpoint_declares(planned, runtime, port):
    scrape = planned(runtime=runtime).one(MONITOR).inputs["spec"]
    declared = {each["containerPort"] for each in ports(MODEL_SERVERS[runtime].metrics_port)}
    assert [endpoint["portNumber"] for endpoint in scrape["podMetricsEndpoints"]] == [port]
    assert port in declared
    assert scrape["selector"] == {"matchLabels": {"serving.kserve.io/inferenceservice": "detector"}}


def test_rules_wait_for_a_namespace_that_is_not_known_yet(plan_program):
    def program():
        created_later = aws.sns.Topic("topic").arn
        slo = detector(**{**ARGS, "namespace": created_later}, others=[latency])
        ServiceLevelObjective("detector-slo", SloArgs(slo=slo, url=URL, labels=LABELS))

    assert plan_program(program).one(RULE).inputs["spec"]["groups"] is UNKNOWN


@pytest.mark.parametrize("tier", [1, 2, 3])
def test_alerts_carry_the_severity_of_the_tier_and_what_routes_them(planned, tier):
    found = alerts(planned(tier=tier))
    urgent, later = SEVERITIES[tier]["page"], SEVERITIES[tier]["ticket"]
    assert {name: rule["labels"]["severity"] for name, rule in found.items()} == {
        "EndpointErrorBudgetBurnsFast": urgent,
        "EndpointErrorBudgetBurnsSlowly": later,
        "EndpointDown": urgent,
        "EndpointMetricsMissing": urgent,
        "EndpointSaturated": urgent,
    }
    for rule in found.values():
        labels = rule["labels"]
        assert (labels["namespace"], labels["team"], labels["escalation"]) == (
            "vision-prod",
            "vision",
            "ml-vision",
        )
        assert labels["sloth_severity"] == ("ticket" if labels["severity"] == "ticket" else "page")
        assert rule["annotations"]["owner"] == "team vision, escalation policy ml-vision"


def test_only_tier_1_pages_day_and_night_and_tier_3_never_pages():
    assert [SEVERITIES[tier]["page"] for tier in (1, 2, 3)] == ["page", "page-in-hours", "ticket"]
    assert {severities["ticket"] for severities in SEVERITIES.values()} == {"ticket"}


def test_every_alert_needs_the_least_traffic_in_each_of_its_long_windows(planned):
    found = alerts(planned())
    for burn in BURN_RATES:
        condition = (
            f'slo:sli_requests:rate{burn.long}{{sloth_id="vision-prod.detector-availability"}} * 3600 >= 200'
        )
        assert found[BURN_ALERTS["availability"][burn.urgency]]["expr"].count(condition) == 1


def test_each_alert_has_a_runbook_and_each_endpoint_runbook_an_alert(objective):
    slo = objective(runtime="mlserver", others=[latency])
    rules = [rule for group in endpoint_groups(slo) for rule in group["rules"] if "alert" in rule]
    for rule in rules:
        assert rule["annotations"]["runbook"] == f"docs/runbooks/{rule['alert']}.md"
    written = {path.stem for path in RUNBOOKS.glob("Endpoint*.md")}
    assert written == {rule["alert"] for rule in rules} - {"ObjectiveUnmeasured"}


def test_a_promise_that_no_alert_can_keep_is_refused(planned):
    with pytest.raises(ValueError, match="objective must be above"):
        planned(percent=Decimal("90"))


CHANGES = {
    "stack": "vision-dev",
    "namespace": "other",
    "endpoint": "other",
    "tier": 2,
    "runtime": "mlserver",
    "percent": Decimal("99.9"),
    "min_events_per_hour": 201,
    "team": "other",
    "escalation": "other",
    "signal": RequestsInFlight(runtime="triton", per_replica=5),
    "max_replicas": 9,
    "others": [latency],
    "labels": {"team": "other"},
}


@pytest.mark.parametrize("field", CHANGES)
def test_every_argument_changes_an_object(planned, field):
    def objects(plan):
        return [resource.inputs for resource in plan.resources if resource.custom]

    assert objects(planned(**{field: CHANGES[field]})) != objects(planned())


def test_no_argument_is_left_untried():
    read = {*EndpointSlo.__dataclass_fields__, *Objective.__dataclass_fields__, *Subject.__dataclass_fields__}
    # The kind of an endpoint, its promise and the indicator of its server are not a stack file's to choose.
    read -= {"availability", "subject", "promise", "indicator", "kind", "name"}
    assert set(CHANGES) == read | {"endpoint", "labels"}
    assert set(SloArgs.__dataclass_fields__) == {"slo", "url", "labels"}
