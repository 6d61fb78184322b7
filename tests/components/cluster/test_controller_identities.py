import json
from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.account import Account, ClusterScope
from components.cluster.controller_identities import ControllerIdentities, alert_policy
from components.retraining.events import queue_name

ACCOUNT = Account(id="111122223333", region="us-east-1", partition="aws")
SCOPE = ClusterScope(
    account=ACCOUNT,
    stack="foundation-prod",
    cluster_name="paved-foundation-prod",
    created_name="paved-foundation-prod",
)


@pytest.fixture
def planned(plan_program):
    return plan_program(lambda: ControllerIdentities("controllers", SCOPE, keda=True))


def test_plan_matches_golden(planned, golden):
    golden("components/controller_identities.json", planned.as_json()["resources"])


def test_each_controller_has_an_identity_of_its_own(planned):
    found = {
        (a.inputs["namespace"], a.inputs["serviceAccount"])
        for a in planned.of("aws:eks/podIdentityAssociation:PodIdentityAssociation")
    }
    assert found == {
        ("kube-system", "aws-load-balancer-controller"),
        ("monitoring", "alertmanager"),
        ("keda", "keda-operator"),
    }
    assert len(planned.of("aws:iam/role:Role")) == 3


def test_keda_has_none_where_no_platform_installs_it(plan_program):
    plan = plan_program(lambda: ControllerIdentities("controllers", SCOPE, keda=False))
    associations = plan.of("aws:eks/podIdentityAssociation:PodIdentityAssociation")
    assert {each.inputs["namespace"] for each in associations} == {"kube-system", "monitoring"}


def test_keda_asks_for_the_length_of_retraining_queues_alone(planned):
    policy = planned.one("aws:iam/rolePolicy:RolePolicy", "controllers-keda-operator-role-length")
    [statement] = json.loads(policy.inputs["policy"])["Statement"]
    assert statement["Action"] == ["sqs:GetQueueAttributes"]
    assert statement["Resource"] == ["arn:aws:sqs:us-east-1:111122223333:paved-*-retrain-*"]


@given(
    st.from_regex(r"[a-z][a-z0-9]{1,38}", fullmatch=True),
    st.from_regex(r"[a-z][a-z0-9]{1,29}", fullmatch=True),
)
def test_every_retraining_queue_is_one_whose_length_keda_may_ask_for(stack, trigger):
    assert fnmatchcase(queue_name(stack, trigger), "paved-*-retrain-*")
    assert fnmatchcase(queue_name(stack, trigger, "dead"), "paved-*-retrain-*")


def test_alerts_go_to_alert_topics_of_this_account():
    [publish] = [s for s in json.loads(alert_policy(ACCOUNT))["Statement"] if "sns:Publish" in s["Action"]]
    assert publish["Resource"] == ["arn:aws:sns:us-east-1:111122223333:paved-*-alerts"]


def test_team_keys_are_used_through_sns_alone():
    [use] = [s for s in json.loads(alert_policy(ACCOUNT))["Statement"] if "kms:Decrypt" in s["Action"]]
    assert use["Condition"] == {
        "ForAnyValue:StringLike": {"kms:ResourceAliases": "alias/paved-*"},
        "StringEquals": {"kms:ViaService": "sns.us-east-1.amazonaws.com"},
    }
