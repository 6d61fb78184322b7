"""What is kept of a platform and its teams is made by the stack that it belongs to."""

import json

import pytest

from stacks.program.telemetry import log_days
from tests.stacks.program.plans import installed
from tests.stacks.program.team_inputs import VISION

LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
WORKSPACE = "aws:amp/workspace:Workspace"
ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
KEY = "aws:kms/key:Key"
NAMESPACE = "kubernetes:core/v1:Namespace"
NETWORK_POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy"


def group(plan, stack):
    """The log group of the pods of a stack, if there is one."""
    return [each for each in plan.of(LOG_GROUP) if each.inputs["name"] == f"/paved/pods/{stack}"]


def test_a_foundation_keeps_what_its_file_asks_for(plan_stack):
    plan = plan_stack("foundation-prod")
    assert plan.one(WORKSPACE)
    assert group(plan, "foundation-prod")
    assert any(each.inputs["serviceName"].endswith(".aps-workspaces") for each in plan.of(ENDPOINT))


def test_a_foundation_that_is_not_asked_keeps_nothing(plan_stack):
    plan = plan_stack("foundation-dev")
    assert list(plan.of(WORKSPACE)) == []
    assert group(plan, "foundation-dev") == []
    assert not any(each.inputs["serviceName"].endswith(".aps-workspaces") for each in plan.of(ENDPOINT))


def test_a_platform_writes_and_sends_where_its_file_asks_for_it(plan_stack):
    plan = plan_stack("platform-prod")
    spec = installed(plan, "kube-prometheus-stack").inputs["values"]["prometheus"]["prometheusSpec"]
    assert spec["remoteWrite"][0]["name"] == "kept"
    values = installed(plan, "fluent-bit").inputs["values"]
    assert "/paved/pods/foundation-prod" in values["config"]["outputs"]


def test_a_platform_collects_traces_where_its_file_asks_for_it(plan_stack):
    foundation, platform = plan_stack("foundation-prod"), plan_stack("platform-prod")
    values = installed(platform, "opentelemetry-collector").inputs["values"]
    sampler = values["alternateConfig"]["processors"]["probabilistic_sampler"]
    assert sampler == {"sampling_percentage": 10}
    assert foundation.one("aws:xray/traceSegmentDestination:TraceSegmentDestination")
    assert any(each.inputs["serviceName"].endswith(".xray") for each in foundation.of(ENDPOINT))


def test_a_team_that_sends_traces_reaches_the_collector_alone(plan_stack):
    plan = plan_stack("vision-prod")
    policies = {each.inputs["metadata"]["name"]: each for each in plan.of(NETWORK_POLICY)}
    [rule] = policies["allow-to-traces"].inputs["spec"]["egress"]
    assert rule["to"] == [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "tracing"}}}]
    assert [port["port"] for port in rule["ports"]] == [4317, 4318]
    namespace = next(each for each in plan.of(NAMESPACE) if each.inputs["metadata"]["name"] == "vision-prod")
    assert namespace.inputs["metadata"]["labels"]["calls.paved.dev/tracing"] == "true"
    assert plan.outputs["traces"]["http"] == "http://opentelemetry-collector.tracing.svc:4318"


def test_a_team_that_sends_no_traces_has_no_way_to_the_collector(plan_stack):
    plan = plan_stack("risk-prod")
    assert not any(each.inputs["metadata"]["name"] == "allow-to-traces" for each in plan.of(NETWORK_POLICY))
    assert "traces" not in plan.outputs


def test_a_teams_group_is_under_its_own_key_which_logs_may_use_for_it(plan_stack):
    plan = plan_stack("vision-prod")
    [found] = group(plan, "vision-prod")
    assert any("kms/key:Key" in urn for urn in found.property_dependencies["kmsKeyId"])
    policy = json.loads(plan.one(KEY).inputs["policy"])
    [used] = [each for each in policy["Statement"] if each["Sid"] == "UsedByLogs"]
    assert "log-group:/paved/pods/vision-prod" in json.dumps(used["Condition"])


@pytest.mark.parametrize(
    ("environment", "data_class", "days"),
    [
        ("prod", "internal", 365),
        ("prod", "confidential", 400),
        ("prod", "regulated", 731),
        ("staging", "regulated", 90),
        ("dev", "public", 30),
    ],
)
def test_logs_are_kept_by_the_class_of_their_data(environment, data_class, days):
    team = VISION.model_copy(update={"environment": environment, "data_class": data_class})
    assert log_days(team) == days
