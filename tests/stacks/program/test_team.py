import json
from decimal import Decimal

import pytest

from paved.render import is_manifest
from tests.stacks.program.team_inputs import VISION

BASE = {"contract", "environment", "owner", "platform", "budget"}
NOTHING = dict.fromkeys(("registry", "training", "data", "serving", "notebooks", "monitoring"))


def test_a_team_with_a_budget_alone_gets_a_budget_alone(plan_team):
    planned, outputs = plan_team(**NOTHING, budget=VISION.budget.model_copy(update={"freeze": None}))
    assert {r.type for r in planned.resources if r.custom and not r.type.startswith("pulumi:")} == {
        "aws:budgets/budget:Budget"
    }
    assert set(outputs) == BASE


@pytest.mark.parametrize(
    ("section", "outputs"),
    [
        ("registry", {"buckets", "repositories", "roles", "registry"}),
        ("training", {"queue", "kubeconfig"}),
        ("monitoring", {"alerts", "logs", "traces"}),
    ],
)
def test_a_section_brings_its_own_outputs_and_no_others(plan_team, section, outputs):
    _, found = plan_team(**{**NOTHING, section: getattr(VISION, section)})
    assert set(found) - BASE == outputs


def test_a_namespace_without_endpoints_has_no_addresses(plan_team):
    _, outputs = plan_team(**{**NOTHING, "serving": VISION.serving.model_copy(update={"endpoints": ()})})
    assert outputs["endpoints"] == {}


def test_whoever_finds_a_resource_of_the_team_can_reach_its_owner(plan_team):
    _, outputs = plan_team(**NOTHING)
    assert outputs["owner"] == {
        "team": "vision",
        "email": "ml-vision@example.com",
        "chat": "#ml-vision",
        "escalation": "vision-primary",
        "cost_center": "CC-2040",
    }


def test_the_budget_is_told_to_the_topic_once_the_topic_lets_it(plan_team):
    planned, outputs = plan_team(**{**NOTHING, "monitoring": VISION.monitoring})
    arn = outputs["alerts"]["topic_arn"]
    budget = planned.one("aws:budgets/budget:Budget")
    assert all(each["subscriberSnsTopicArns"] == [arn] for each in budget.inputs["notifications"])
    assert {"EMAIL", "SNS"} == {
        each["subscriptionType"]
        for each in planned.one("aws:budgets/budgetAction:BudgetAction").inputs["subscribers"]
    }
    policy = planned.one("aws:sns/topicPolicy:TopicPolicy")
    assert policy.urn in budget.depends_on
    for document in (policy.inputs["policy"], planned.one("aws:kms/key:Key").inputs["policy"]):
        assert '"budgets.amazonaws.com"' in document


def test_finance_reads_what_the_budget_says(plan_team):
    _, outputs = plan_team()
    assert outputs["budget"] == {
        "limit_usd": "180000.00",
        "approved_ceiling_usd": "215000.00",
        "actual_percent": [50, 80, 100],
        "forecast_percent": [90, 100],
        "cost_center": "CC-2040",
        "cost_tag": {"key": "team", "value": "vision"},
        "budget_name": "paved-vision-prod-monthly",
        "budget_arn": "arn:aws:budgets::111122223333:budget/paved-vision-prod-monthly",
        "freeze": {"approval": "manual", "percent": 95, "spend": "actual"},
    }


def test_money_keeps_its_cents(plan_team):
    budget = VISION.budget.model_copy(update={"monthly_usd": Decimal("1234.5")})
    planned, outputs = plan_team(budget=budget)
    assert outputs["budget"]["limit_usd"] == "1234.50"
    assert planned.one("aws:budgets/budget:Budget").inputs["limitAmount"] == "1234.50"


def test_the_team_and_its_ci_read_names_that_are_known_at_plan_time(plan_team):
    _, outputs = plan_team()
    assert outputs["buckets"] == {
        "models": "paved-vision-prod-models-111122223333",
        "datasets": "paved-vision-prod-datasets-111122223333",
    }
    assert outputs["roles"]["server"] == "arn:aws:iam::111122223333:role/paved-vision-prod-server"
    assert outputs["alerts"] == {"topic_arn": "arn:aws:sns:us-east-1:111122223333:paved-vision-prod-alerts"}
    assert outputs["repositories"]["finetune"].endswith("/vision-prod/finetune")


def test_an_aws_resource_is_pinned_to_its_account_and_tagged(plan_team):
    planned, _ = plan_team()
    provider = planned.one("pulumi:providers:aws")
    assert json.loads(provider.inputs["allowedAccountIds"]) == ["111122223333"]
    assert json.loads(provider.inputs["defaultTags"])["tags"] == {
        "team": "vision",
        "environment": "prod",
        "cost-center": "CC-2040",
        "data-class": "confidential",
        "service": "vision-prod",
    }
    for resource in planned.resources:
        if resource.type.startswith("aws:"):
            assert resource.provider.startswith(provider.urn)


def test_every_kubernetes_object_of_a_stack_names_its_owner(plan_team):
    planned, _ = plan_team()
    namespaces = [r for r in planned.resources if is_manifest(r)]
    assert namespaces
    for resource in namespaces:
        labels = resource.inputs["metadata"]["labels"]
        if resource.name == "vision-prod-hub" and resource.inputs["kind"] == "Namespace":
            assert "paved.dev/stack" not in labels and labels["team"] == "vision"
            continue
        assert labels["paved.dev/stack"] == "vision-prod", resource.urn


def test_state_is_protected_in_prod_and_not_in_dev(plan_team):
    stateful = ("aws:s3/bucket:Bucket", "aws:kms/key:Key", "aws:ecr/repository:Repository")
    for environment, expected in [("prod", True), ("dev", False)]:
        planned, _ = plan_team(environment=environment)
        assert {r.protect for r in planned.resources if r.type in stateful} == {expected}
