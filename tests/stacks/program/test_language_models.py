"""A team's endpoint that answers in language, from its stack file to what is planned of it."""

import json

import pytest

from stacks.schema.serving import EndpointSpec
from tests.stacks.field_values import LANGUAGE_MODEL
from tests.stacks.program.team_inputs import VISION

RULES = "kubernetes:monitoring.coreos.com/v1:PrometheusRule"
MONITOR = "kubernetes:monitoring.coreos.com/v1:PodMonitor"
SERVICE = "kubernetes:serving.kserve.io/v1beta1:InferenceService"
POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
SCALER = "kubernetes:keda.sh/v1alpha1:ScaledObject"
NAME = LANGUAGE_MODEL["name"]


@pytest.fixture
def planned(plan_team):
    endpoint = EndpointSpec.model_validate_json(json.dumps(LANGUAGE_MODEL))
    plan, _ = plan_team(serving=VISION.serving.model_copy(update={"endpoints": (endpoint,)}))
    return plan


def test_its_first_tokens_are_held_to_the_bucket_that_it_promises(planned):
    rules = str(planned.one(RULES, NAME).inputs["spec"])
    assert "vllm:time_to_first_token_seconds_bucket" in rules
    assert 'le="1.0"' in rules
    assert "vision-prod.defect-detector-ttft" in rules


def test_it_is_scraped_on_the_port_that_is_open_for_that(planned):
    [scraped] = planned.one(MONITOR, f"{NAME}-scrape").inputs["spec"]["podMetricsEndpoints"]
    [rule] = planned.one(POLICY, f"{NAME}-scrape").inputs["spec"]["ingress"]
    [port] = planned.one(SERVICE).inputs["spec"]["predictor"]["model"]["ports"]
    assert scraped["portNumber"] == rule["ports"][0]["port"] == port["containerPort"]


def test_the_port_stays_closed_to_monitoring_for_other_pods(planned):
    [rule] = planned.one(POLICY, "vision-prod-allow-from-monitoring").inputs["spec"]["ingress"]
    assert [each["port"] for each in rule["ports"]] == [8002, 8082]


def test_it_scales_by_what_it_answers_and_lets_wait(planned):
    [trigger] = planned.one(SCALER).inputs["spec"]["triggers"]
    assert trigger["metadata"]["threshold"] == "32"
    assert "vllm:num_requests_running" in trigger["metadata"]["query"]
    assert "vllm:num_requests_waiting" in trigger["metadata"]["query"]
