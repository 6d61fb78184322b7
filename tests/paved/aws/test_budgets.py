"""Budgets, their notifications and their actions."""

import json

import pytest

BUDGET = "aws:budgets/budget:Budget"
NOTIFICATION = {
    "notificationType": "ACTUAL",
    "comparisonOperator": "GREATER_THAN",
    "threshold": 80,
    "thresholdType": "PERCENTAGE",
    "subscriberEmailAddresses": ["ml@example.com", "finance@example.com"],
}
INPUTS = {
    "name": "vision",
    "accountId": "111122223333",
    "budgetType": "COST",
    "timeUnit": "MONTHLY",
    "limitAmount": "180000.00",
    "limitUnit": "USD",
    "costFilters": [{"name": "TagKeyValue", "values": ["user:team$vision"]}],
    "costTypes": {"includeCredit": False, "includeRefund": False},
    "notifications": [NOTIFICATION],
}
TOPIC = "arn:aws:sns:us-east-1:111122223333:alerts"
TOLD = {**INPUTS, "notifications": [{**NOTIFICATION, "subscriberSnsTopicArns": [TOPIC]}]}
ACTION = "aws:budgets/budgetAction:BudgetAction"


def test_a_budget_has_its_limit_its_filter_and_its_notifications(account):
    id, outputs = account.create(BUDGET, INPUTS)
    budgets = account.client("budgets")
    budget = budgets.describe_budget(AccountId="111122223333", BudgetName="vision")["Budget"]
    assert budget["BudgetLimit"] == {"Amount": "180000.00", "Unit": "USD"}
    assert budget["CostFilters"] == {"TagKeyValue": ["user:team$vision"]}
    assert (budget["CostTypes"]["IncludeCredit"], budget["CostTypes"]["IncludeRefund"]) == (False, False)
    found = budgets.describe_notifications_for_budget(AccountId="111122223333", BudgetName="vision")
    (notification,) = found["Notifications"]
    assert (notification["NotificationType"], notification["Threshold"]) == ("ACTUAL", 80.0)
    assert id == "111122223333:vision"
    assert outputs["arn"] == "arn:aws:budgets::111122223333:budget/vision"
    assert account.calls == ["budgets.CreateBudget", "budgets.CreateNotification"]


def make_topic(account, publisher):
    account.create("aws:sns/topic:Topic", {"name": "alerts"})
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": publisher},
        "Action": "sns:Publish",
        "Resource": TOPIC,
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    account.create("aws:sns/topicPolicy:TopicPolicy", {"arn": TOPIC, "policy": document})


def test_a_topic_hears_of_a_budget_that_may_publish_there(account):
    make_topic(account, "budgets.amazonaws.com")
    account.create(BUDGET, TOLD)
    assert account.calls[-1] == "budgets.CreateNotification"


@pytest.mark.parametrize(
    ("publisher", "rule"),
    [
        (None, "must name a topic that exists by now"),
        ("events.amazonaws.com", "must name a topic whose policy lets budgets.amazonaws.com publish"),
    ],
)
def test_a_topic_that_a_budget_cannot_reach_is_refused(account, publisher, rule):
    if publisher:
        make_topic(account, publisher)
    account.rejections(BUDGET, TOLD)
    assert (account.last.rejections[0].parameter, account.last.rejections[0].rule) == ("Subscribers", rule)


def test_planned_months_go_by_the_second_they_start_in(account):
    months = [
        {"startTime": f"2026-{month:02}-01_00:00", "amount": f"{month}.00", "unit": "USD"}
        for month in (11, 12)
    ]
    without = {key: value for key, value in INPUTS.items() if not key.startswith("limit")}
    account.create(BUDGET, {**without, "plannedLimits": months})
    found = account.client("budgets").describe_budget(AccountId="111122223333", BudgetName="vision")["Budget"]
    assert "BudgetLimit" not in found
    # `date -u -d 2026-11-01 +%s` and `date -u -d 2026-12-01 +%s`
    assert found["PlannedBudgetLimits"] == {
        "1793491200": {"Amount": "11.00", "Unit": "USD"},
        "1796083200": {"Amount": "12.00", "Unit": "USD"},
    }


@pytest.mark.parametrize(
    ("changes", "parameter"),
    [
        ({"limitAmount": "180,000"}, "Budget.BudgetLimit.Amount"),
        ({"timeUnit": "WEEKLY"}, "Budget.TimeUnit"),
        ({"name": "a/action/b"}, "Budget.BudgetName"),
        (
            {"notifications": [{**NOTIFICATION, "notificationType": "GUESSED"}]},
            "Notification.NotificationType",
        ),
        ({"notifications": [{**NOTIFICATION, "subscriberEmailAddresses": ["a@b.c"] * 12}]}, "Subscribers"),
        ({"notifications": [{**NOTIFICATION, "threshold": n} for n in range(1, 12)]}, "Notification"),
    ],
)
def test_the_limits_of_a_budget_are_held(account, changes, parameter):
    account.rejections(BUDGET, {**INPUTS, **changes})
    assert account.last.rejections[0].parameter == parameter


def test_an_action_is_validated_against_its_budget_and_its_role(account):
    inputs = {
        "budgetName": "vision",
        "actionType": "APPLY_IAM_POLICY",
        "approvalModel": "AUTOMATIC",
        "notificationType": "ACTUAL",
        "actionThreshold": {"actionThresholdType": "PERCENTAGE", "actionThresholdValue": 100},
        "definition": {
            "iamActionDefinition": {
                "policyArn": "arn:aws:iam::111122223333:policy/freeze",
                "roles": ["trainer"],
            }
        },
        "executionRoleArn": account.role("freezer", "budgets.amazonaws.com"),
        "subscribers": [{"address": "ml@example.com", "subscriptionType": "EMAIL"}],
    }
    (said,) = account.rejections(ACTION, inputs, name="early")
    assert (
        said == "budgets.CreateBudgetAction `BudgetName`: must name a budget that exists by now, got 'vision'"
    )
    account.create(BUDGET, INPUTS)
    id, outputs = account.create(ACTION, inputs)
    assert account.last.status == "validated"
    assert id == f"111122223333:{outputs['actionId']}:vision"
    assert outputs["arn"] == f"arn:aws:budgets::111122223333:budget/vision/action/{outputs['actionId']}"
    account.rejections(ACTION, {**inputs, "approvalModel": "LATER"}, name="late")
    assert account.last.rejections[0].parameter == "ApprovalModel"
