import json

import pytest

from components.account import Account
from components.cluster.controller_identities import (
    ControllerIdentities,
    ControllerIdentitiesArgs,
    alert_policy,
)

ACCOUNT = Account(id="111122223333", region="us-east-1", partition="aws")
ARGS = ControllerIdentitiesArgs(
    account=ACCOUNT,
    stack="foundation-prod",
    cluster_name="paved-foundation-prod",
    cluster="paved-foundation-prod",
)


@pytest.fixture
def planned(plan_program):
    return plan_program(lambda: ControllerIdentities("controllers", ARGS))


def test_plan_matches_golden(planned, golden):
    golden("components/controller_identities.json", planned.as_json()["resources"])


def test_each_controller_has_an_identity_of_its_own(planned):
    found = {
        (a.inputs["namespace"], a.inputs["serviceAccount"])
        for a in planned.of("aws:eks/podIdentityAssociation:PodIdentityAssociation")
    }
    assert found == {("kube-system", "aws-load-balancer-controller"), ("monitoring", "alertmanager")}
    assert len(planned.of("aws:iam/role:Role")) == 2


def test_alerts_go_to_alert_topics_of_this_account():
    [publish] = [s for s in json.loads(alert_policy(ACCOUNT))["Statement"] if "sns:Publish" in s["Action"]]
    assert publish["Resource"] == ["arn:aws:sns:us-east-1:111122223333:paved-*-alerts"]


def test_team_keys_are_used_through_sns_alone():
    [use] = [s for s in json.loads(alert_policy(ACCOUNT))["Statement"] if "kms:Decrypt" in s["Action"]]
    assert use["Condition"] == {
        "ForAnyValue:StringLike": {"kms:ResourceAliases": "alias/paved-*"},
        "StringEquals": {"kms:ViaService": "sns.us-east-1.amazonaws.com"},
    }
