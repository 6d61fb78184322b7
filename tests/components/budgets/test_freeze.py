import json
from dataclasses import replace
from decimal import Decimal
from fnmatch import fnmatchcase
from types import SimpleNamespace

import pytest
from botocore.session import get_session

from components.account import Account
from components.budgets.budget import Budget, BudgetArgs
from components.budgets.freeze import Freeze, FreezeArgs, no_new_nodes, subscribers

ACCOUNT = Account(id="111122223333", region="us-east-1", partition="aws")
BUDGET = BudgetArgs(
    account=ACCOUNT,
    stack="vision-prod",
    team="vision",
    monthly_usd=Decimal(180000),
    actual_percent=(100,),
    forecast_percent=(100,),
    notify=("finops@example.com",),
)
ARGS = {
    "percent": 110,
    "spend": "actual",
    "approval": "manual",
    "provisioner_role": "paved-foundation-prod-karpenter",
    "boundary_arn": "arn:aws:iam::111122223333:policy/paved-foundation-prod-team-boundary",
    "notify": ("ml-vision@example.com", "finops@example.com"),
}
CHANGES = {
    "percent": 90,
    "spend": "forecast",
    "approval": "automatic",
    "provisioner_role": "paved-foundation-dev-karpenter",
    "boundary_arn": "arn:aws:iam::111122223333:policy/paved-foundation-dev-team-boundary",
    "notify": ("finops@example.com",),
}
BUDGET_CHANGES = {
    "account": Account(id="444455556666", region="us-east-1", partition="aws"),
    "stack": "vision-dev",
    "team": "ranking",
}
MODEL = get_session().get_service_model("budgets")


@pytest.fixture
def planned(plan_program):
    def plan(budget=BUDGET, **changes):
        def program():
            Freeze("vision-prod", FreezeArgs(**{**ARGS, **changes}), Budget("vision-prod", budget))

        return plan_program(program)

    return plan


@pytest.fixture
def action(planned):
    return planned().one("aws:budgets/budgetAction:BudgetAction").inputs


def test_plan_matches_golden(planned, golden):
    golden("components/freeze.json", planned().as_json()["resources"])


def test_somebody_has_to_approve_unless_the_team_says_otherwise(planned, action):
    assert action["approvalModel"] == "MANUAL"
    automatic = planned(approval="automatic").one("aws:budgets/budgetAction:BudgetAction").inputs
    assert automatic["approvalModel"] == "AUTOMATIC"
    assert {"MANUAL", "AUTOMATIC"} == set(MODEL.shape_for("ApprovalModel").enum)


def test_the_words_are_those_of_the_published_api(planned, action):
    assert action["actionType"] in MODEL.shape_for("ActionType").enum
    for spend in ("actual", "forecast"):
        inputs = planned(spend=spend).one("aws:budgets/budgetAction:BudgetAction").inputs
        assert inputs["notificationType"] in MODEL.shape_for("NotificationType").enum
    assert action["actionThreshold"]["actionThresholdType"] in MODEL.shape_for("ThresholdType").enum


def denies(document, action, resource, tags):
    """IAM's decision on one call, as far as this policy goes."""
    for statement in json.loads(document)["Statement"]:
        assert statement["Effect"] == "Deny"
        matches = any(fnmatchcase(resource, pattern) for pattern in statement["Resource"])
        wanted = statement["Condition"]["StringEquals"].items()
        bears = all(tags.get(key.removeprefix("aws:RequestTag/")) == value for key, value in wanted)
        if action in statement["Action"] and matches and bears:
            return True
    return False


@pytest.mark.parametrize(
    ("action", "kind"), [("ec2:RunInstances", "instance/*"), ("ec2:CreateFleet", "fleet/*")]
)
def test_the_team_gets_no_new_node_and_other_teams_do(action, kind):
    document, where = no_new_nodes(ACCOUNT, "vision"), f"arn:aws:ec2:us-east-1:111122223333:{kind}"
    assert denies(document, action, where, {"team": "vision"})
    assert not denies(document, action, where, {"team": "ranking"})
    assert not denies(document, action, where, {})


def test_what_runs_is_left_alone():
    [statement] = json.loads(no_new_nodes(ACCOUNT, "vision"))["Statement"]
    assert statement["Action"] == ["ec2:CreateFleet", "ec2:RunInstances"]


def test_aws_budgets_may_attach_this_policy_to_this_role_and_nothing_else(planned):
    plan = planned()
    statement = json.loads(plan.one("aws:iam/rolePolicy:RolePolicy").inputs["policy"])["Statement"]
    assert statement == [
        {
            "Sid": "FreezeAndThaw",
            "Effect": "Allow",
            "Action": ["iam:AttachRolePolicy", "iam:DetachRolePolicy"],
            "Resource": ["arn:aws:iam::111122223333:role/paved-foundation-prod-karpenter"],
            "Condition": {
                "ArnEquals": {"iam:PolicyARN": "arn:aws:iam::111122223333:policy/paved-vision-prod-freeze"}
            },
        }
    ]
    assert plan.one("aws:iam/policy:Policy").inputs["name"] == "paved-vision-prod-freeze"


def test_no_other_budget_can_use_the_role(planned):
    trust = json.loads(planned().one("aws:iam/role:Role").inputs["assumeRolePolicy"])
    (statement,) = trust["Statement"]
    assert statement["Principal"] == {"Service": "budgets.amazonaws.com"}
    assert statement["Condition"] == {
        "ArnLike": {"aws:SourceArn": "arn:aws:budgets::111122223333:budget/paved-vision-prod-monthly"},
        "StringEquals": {"aws:SourceAccount": "111122223333"},
    }


def objects(plan):
    freeze = plan.one("paved:budgets:Freeze")
    return [resource.inputs for resource in plan.descendants(freeze) if resource.custom]


@pytest.mark.parametrize("field", CHANGES)
def test_every_argument_changes_an_object(planned, field):
    assert objects(planned(**{field: CHANGES[field]})) != objects(planned())


@pytest.mark.parametrize("field", BUDGET_CHANGES)
def test_every_argument_of_the_budget_that_counts_changes_the_freeze(planned, field):
    changed = planned(replace(BUDGET, **{field: BUDGET_CHANGES[field]}))
    assert objects(changed) != objects(planned())


def test_a_budget_of_the_whole_account_freezes_nobody(planned):
    with pytest.raises(ValueError, match="a freeze is of a team"):
        planned(replace(BUDGET, team=None))


def test_no_argument_is_left_untried():
    assert set(CHANGES) == set(ARGS) == set(FreezeArgs.__dataclass_fields__)


def test_the_topic_is_notified_of_a_freeze_as_well():
    topic = SimpleNamespace(topic_arn="arn:aws:sns:us-east-1:111122223333:alerts")
    readers = subscribers(("b@example.com", "a@example.com"), topic)
    assert [(each.subscription_type, each.address) for each in readers] == [
        ("EMAIL", "a@example.com"),
        ("EMAIL", "b@example.com"),
        ("SNS", "arn:aws:sns:us-east-1:111122223333:alerts"),
    ]
