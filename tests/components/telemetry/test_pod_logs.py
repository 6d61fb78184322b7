import json

import pytest

from components.account import Account, ClusterScope
from components.telemetry.pod_logs import (
    LogReaders,
    PodLogs,
    PodLogsArgs,
    agent_identity,
    agent_policy,
    read_policy,
)

ACCOUNT = Account(id="111122223333", region="us-east-1", partition="aws")
GROUP = "arn:aws:logs:us-east-1:111122223333:log-group:/paved/pods/vision-prod"
SCOPE = ClusterScope(account=ACCOUNT, stack="foundation-prod", cluster_name="paved-a", created_name="paved-a")


@pytest.fixture
def planned(plan_program):
    def program():
        PodLogs("logs", PodLogsArgs(stack="vision-prod", days=400, key_arn="arn:aws:kms:k", protect=True))
        LogReaders("readers", ACCOUNT, "vision-prod")
        agent_identity("agent", SCOPE, None)

    return plan_program(program)


def statements(document):
    return json.loads(document)["Statement"]


def test_a_group_has_an_end_and_a_key_and_is_protected(planned):
    group = planned.one("aws:cloudwatch/logGroup:LogGroup")
    assert group.inputs["name"] == "/paved/pods/vision-prod"
    assert (group.inputs["retentionInDays"], group.inputs["kmsKeyId"]) == (400, "arn:aws:kms:k")
    assert group.protect


def test_the_agent_is_the_charts_service_account(planned):
    inputs = planned.one("aws:eks/podIdentityAssociation:PodIdentityAssociation").inputs
    assert (inputs["namespace"], inputs["serviceAccount"]) == ("node-agents", "fluent-bit")


def test_the_agent_writes_to_groups_of_pods_and_makes_none():
    [statement] = statements(agent_policy(ACCOUNT))
    assert set(statement["Action"]) == {"logs:CreateLogStream", "logs:PutLogEvents"}
    assert statement["Resource"] in (GROUP.replace("vision-prod", "*"), [GROUP.replace("vision-prod", "*")])


def test_people_read_the_group_of_their_team_alone():
    [reading] = statements(read_policy(ACCOUNT, "vision-prod"))
    assert set(reading["Resource"]) == {GROUP, f"{GROUP}:*"}
    assert not any(each.startswith("logs:Put") or "Delete" in each for each in reading["Action"])
