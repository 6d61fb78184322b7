"""The prober, and the Probe by which it is told what to ask."""

import pytest

from components.charts import PROBER_ADDRESS, PROBER_PODS, PROMETHEUS_BLACKBOX_EXPORTER
from components.monitoring.probe import MODULE
from components.monitoring.prober import PROBER_DOWN, PROBER_PORT, Prober, ProberArgs, prober_values
from components.monitoring.samples import PROBER_UP, Answered
from components.monitoring.slo import ServiceLevelObjective, SloArgs
from components.serving.access import rules_of
from reference.model_servers import AGENT_PORT, HTTP_PORT, MODEL_SERVERS
from reference.vocabulary import HELM_RELEASE
from tests.components.monitoring.objectives import detector, probed
from tests.image_names import PUBLISHED

MONITORS = "kubernetes:monitoring.coreos.com/v1:"
URL = "http://detector-predictor.vision-prod.svc.cluster.local"
ARGS = {
    "version": "11.17.2",
    "image_names": PUBLISHED,
    "team": "platform",
    "labels": {"team": "platform"},
    "after": [],
    "monitoring": [],
    "protect": False,
}


@pytest.fixture
def planned(plan_program):
    return plan_program(lambda: Prober("prober", ProberArgs(**ARGS)))


@pytest.fixture
def slo_planned(plan_program):
    def plan(others, runtime="triton"):
        args = SloArgs(slo=detector(others=others, runtime=runtime), url=URL, labels={})
        return plan_program(lambda: ServiceLevelObjective("detector-slo", args))

    return plan


@pytest.fixture
def policy(planned):
    return planned.one("kubernetes:networking.k8s.io/v1:NetworkPolicy").inputs


def test_it_is_asked_by_prometheus_and_by_nobody_else(policy):
    assert policy["metadata"]["namespace"] == "monitoring"
    assert policy["spec"]["podSelector"] == {"matchLabels": PROBER_PODS}
    assert policy["spec"]["policyTypes"] == ["Ingress", "Egress"]
    [rule] = policy["spec"]["ingress"]
    # Without a selector of namespaces it is pods of its own.
    assert rule["from"] == [{"podSelector": {"matchLabels": {"app.kubernetes.io/name": "prometheus"}}}]
    assert rule["ports"] == [{"port": PROBER_PORT, "protocol": "TCP"}]


def test_it_reaches_servers_of_endpoints_and_names_alone(policy):
    servers, names = policy["spec"]["egress"]
    exists = {
        "namespaceSelector": "paved.dev/stack",
        "podSelector": "serving.kserve.io/inferenceservice",
    }
    assert servers["to"] == [
        {key: {"matchExpressions": [{"key": label, "operator": "Exists"}]} for key, label in exists.items()}
    ]
    ports = [each["port"] for each in servers["ports"]]
    assert ports == [HTTP_PORT, AGENT_PORT]
    assert {each["port"] for each in names["ports"]} == {53}
    # A range of addresses would take in instance metadata, or what AWS answers by.
    assert not any("ipBlock" in peer for rule in policy["spec"]["egress"] for peer in rule["to"])


def test_it_runs_after_its_policy_is_there(planned):
    release = planned.one(HELM_RELEASE)
    assert any("NetworkPolicy" in urn for urn in release.depends_on)
    assert release.inputs["name"] == PROMETHEUS_BLACKBOX_EXPORTER.name


def test_it_follows_no_redirect_and_has_no_second_module():
    assert prober_values()["config"]["modules"] == {MODULE: {"http": {"follow_redirects": False}}}


def test_a_probe_asks_the_endpoint_at_the_route_of_its_server(slo_planned):
    for runtime, server in MODEL_SERVERS.items():
        probe = slo_planned([probed], runtime).one(f"{MONITORS}Probe").inputs
        assert probe["metadata"]["namespace"] == "vision-prod"
        assert probe["spec"]["prober"] == {"url": PROBER_ADDRESS}
        assert probe["spec"]["module"] == MODULE
        assert probe["spec"]["targets"] == {
            "staticConfig": {"static": [URL + server.ready.format(model="detector")]}
        }


def test_a_probe_sends_no_credentials(slo_planned):
    spec = slo_planned([probed]).one(f"{MONITORS}Probe").inputs["spec"]
    assert not {"authorization", "basicAuth", "bearerTokenSecret", "oauth2", "tlsConfig"} & set(spec)


def test_the_series_that_are_kept_are_those_that_somebody_reads(slo_planned):
    spec = slo_planned([probed]).one(f"{MONITORS}Probe").inputs["spec"]
    [kept] = spec["metricRelabelings"]
    assert (kept["action"], kept["sourceLabels"]) == ("keep", ["__name__"])
    assert "success" in kept["regex"]


def test_the_objective_reads_the_job_by_which_the_operator_names_a_probe():
    subject = detector().availability.subject
    assert 'job="probe/vision-prod/detector"' in Answered().good(subject)


def test_an_endpoint_that_promises_no_answer_is_not_asked(slo_planned):
    assert not slo_planned([]).of(f"{MONITORS}Probe")


@pytest.mark.parametrize("rights", ["develop", "operate", "view", "submit"])
def test_no_right_of_people_is_about_what_prometheus_reads(rights):
    """Whoever made a Probe would have the platform fetch an address of theirs."""
    groups = {group for rule in rules_of(rights) for group in rule.api_groups}
    assert not groups & {"monitoring.coreos.com", "*"}


@pytest.mark.parametrize(("values", "firing"), [("1x600", False), ("0x600", True), ("1x60 stale", True)])
def test_a_prober_that_answers_no_scrape_is_told_to_the_platform(simulate_alert, values, firing):
    simulate_alert([PROBER_DOWN], "ProberDown", {PROBER_UP: values}, firing=firing)
