"""A budget that was tampered with is not armed, and each difference is named with what was expected and found."""

import json
from datetime import UTC, datetime

import pytest
from botocore.exceptions import ClientError
from botocore.session import Session

from paved.budget_status.guards import all_armed
from tests.paved.budget_status.mutations import is_answer, mutations

HARMLESS = {
    ("Budget", "CalculatedSpend"): "AWS counts it; no spend at all is a finding, and tested below",
    ("Budget", "FilterExpression", "gone"): "the cost filters say the same",
    ("Budget", "FilterExpression", "Tags", "gone"): "the cost filters say the same",
    ("Budget", "BillingViewArn", "gone"): "the view of everything is what a budget has without one",
    ("Budget", "HealthStatus", "gone"): "only a budget of a billing view has one",
    ("Budget", "HealthStatus", "Status", "gone"): "AWS says nothing against it",
    ("Budget", "HealthStatus", "StatusReason"): "of a status that is healthy",
    ("Budget", "HealthStatus", "LastUpdatedTime"): "a moment",
    ("Budget", "LastUpdatedTime"): "a moment",
    ("Budget", "Metrics", "gone"): "the cost types say the same",
    ("Budget", "Metrics", "[]"): "the cost types say the same",
    ("Budget", "TimePeriod", "gone"): "the period of a budget without one has no end",
    ("Budget", "TimePeriod", "Start"): "counts from then on; one in the future is tested below",
    ("Budget", "TimePeriod", "End", "gone"): "without an end",
    ("Budget", "FilterExpression", "Tags", "MatchOptions", "gone"): "EQUALS is the default",
    ("Actions", "[0]", "ActionId"): "AWS's own name of it",
    ("Actions", "[0]", "Status"): "those that act are four, and each is tested below",
    ("Notifications", "NotificationState"): "whether it rings now",
    ("NextToken",): "a page more",
}
"""Changes after which a budget rings and acts as before, each with the reason."""
AS_AWS_ASSUMES = (
    "IncludeDiscount",
    "IncludeOtherSubscription",
    "IncludeRecurring",
    "IncludeSubscription",
    "IncludeUpfront",
    "UseBlended",
)
"""Cost types of which the plan has what AWS takes where a budget does not say."""
HARMLESS |= {("Budget", "CostTypes", name, "gone"): "as AWS assumes" for name in AS_AWS_ASSUMES}
CALLS = (
    "DescribeBudget",
    "DescribeNotificationsForBudget",
    "DescribeSubscribersForNotification",
    "DescribeBudgetActionsForBudget",
)


def is_harmless(path):
    plain = tuple(part for part in path if not (path[0] == "Notifications" and part.startswith("[")))
    return any(plain[: len(known)] == known for known in HARMLESS)


@pytest.mark.parametrize("operation", CALLS)
def test_every_member_that_aws_describes_disarms_when_it_changes(operation, account, guards):
    shape = Session().get_service_model("budgets").operation_model(operation).output_shape
    given = []
    account.change(f"budgets.{operation}", given.append)
    assert all_armed(guards())
    changes = [change for change in mutations(shape, given[0]) if not is_harmless(change[0])]
    changes = [change for change in changes if is_answer(shape, change[1])]
    assert len(changes) > 3
    missed = []
    for path, answer in changes:
        account.change(f"budgets.{operation}", lambda _, changed=answer: changed)
        if all_armed(guards()):
            missed.append(path)
    assert missed == []


def of_budget(**members):
    return "budgets.DescribeBudget", lambda answer: answer["Budget"].update(members)


def of_alert(**members):
    return "budgets.DescribeNotificationsForBudget", lambda answer: answer["Notifications"][0].update(members)


def of_action(**members):
    return "budgets.DescribeBudgetActionsForBudget", lambda answer: answer["Actions"][0].update(members)


def of_topic_policy(statement):
    def change(answer):
        document = json.loads(answer["Attributes"]["Policy"])
        document["Statement"].append(statement)
        answer["Attributes"]["Policy"] = json.dumps(document)

    return "sns.GetTopicAttributes", change


def nobody(answer):
    answer["Subscriptions"] = []


def of_key(**members):
    return "kms.DescribeKey", lambda answer: answer["KeyMetadata"].update(members)


def refused(code):
    def change(answer):
        raise ClientError({"Error": {"Code": code, "Message": "of somebody"}}, "Describe")

    return change


NO_SPEND = {
    "ActualSpend": {"Amount": "0.0", "Unit": "USD"},
    "ForecastedSpend": {"Amount": "0", "Unit": "USD"},
}
PERIOD = {"Start": datetime(2026, 9, 1, tzinfo=UTC), "End": datetime(2026, 11, 1, tzinfo=UTC)}
ADMIN = "arn:aws:iam::111122223333:policy/nothing"
IAM_ACTION = {"PolicyArn": ADMIN, "Roles": ["paved-foundation-prod-karpenter"]}
ROLE = {"PolicyArn": "arn:aws:iam::111122223333:policy/paved-vision-prod-freeze", "Roles": ["another"]}
DENIES = {"Sid": "No", "Effect": "Deny", "Principal": "*", "Action": "sns:Publish", "Resource": "*"}

NOTHING = '{"Version": "2012-10-17", "Statement": []}'

SABOTAGES = {
    "filter of another team": ("budget", *of_budget(CostFilters={"TagKeyValue": ["user:team$ranking"]})),
    "filter gone": ("budget", *of_budget(CostFilters={})),
    "filter misspelt": ("budget", *of_budget(CostFilters={"TagKeyValue": ["user:Team$vision"]})),
    "filter of one region more": (
        "budget",
        *of_budget(CostFilters={"TagKeyValue": ["user:team$vision"], "Region": ["eu-west-1"]}),
    ),
    "expression that leaves a service out": (
        "budget",
        *of_budget(FilterExpression={"Not": {"Dimensions": {"Key": "SERVICE", "Values": ["Amazon EC2"]}}}),
    ),
    "annual": ("budget", *of_budget(TimeUnit="ANNUALLY")),
    "ended": ("budget", *of_budget(TimePeriod=PERIOD)),
    "begins next year": (
        "budget",
        *of_budget(TimePeriod={**PERIOD, "Start": datetime(2027, 1, 1, tzinfo=UTC)}),
    ),
    "unhealthy": (
        "budget",
        *of_budget(HealthStatus={"Status": "UNHEALTHY", "StatusReason": "FILTER_INVALID"}),
    ),
    "spend 0 though the stack runs": ("budget", *of_budget(CalculatedSpend=NO_SPEND)),
    "ten times the limit": ("budget", *of_budget(BudgetLimit={"Amount": "1800000", "Unit": "USD"})),
    "no limit": (
        "budget",
        "budgets.DescribeBudget",
        lambda answer: answer["Budget"].pop("BudgetLimit") and None,
    ),
    "adjusts itself": (
        "budget",
        *of_budget(AutoAdjustData={"AutoAdjustType": "FORECAST"}),
    ),
    "counts use, not cost": ("budget", *of_budget(BudgetType="USAGE")),
    "unblended": ("budget", *of_budget(CostTypes={"UseAmortized": False})),
    "net of credits": ("budget", *of_budget(Metrics=["NetAmortizedCost"])),
    "a view of one account": (
        "budget",
        *of_budget(BillingViewArn="arn:aws:billing::111122223333:billingview/custom-1"),
    ),
    "name in another case": ("budget", *of_budget(BudgetName="Paved-Vision-Prod-Monthly")),
    "threshold in dollars": ("spent alert", *of_alert(ThresholdType="ABSOLUTE_VALUE")),
    "threshold reversed": ("spent alert", *of_alert(ComparisonOperator="LESS_THAN")),
    "threshold of 500 %": ("spent alert", *of_alert(Threshold=500.0)),
    "alert on a forecast": ("spent alert", *of_alert(NotificationType="FORECASTED")),
    "alerts gone": (
        "spent alert",
        "budgets.DescribeNotificationsForBudget",
        lambda answer: answer["Notifications"].clear(),
    ),
    "subscribers of alerts gone": (
        "spent alert",
        "budgets.DescribeSubscribersForNotification",
        lambda answer: answer["Subscribers"].pop() and None,
    ),
    "subscribers of alerts are others": (
        "forecast alert",
        "budgets.DescribeSubscribersForNotification",
        lambda answer: answer["Subscribers"][0].update(Address="mallory@example.com"),
    ),
    "action at 1000 %": (
        "freeze",
        *of_action(ActionThreshold={"ActionThresholdValue": 1000.0, "ActionThresholdType": "PERCENTAGE"}),
    ),
    "action at 110 dollars": (
        "freeze",
        *of_action(ActionThreshold={"ActionThresholdValue": 110.0, "ActionThresholdType": "ABSOLUTE_VALUE"}),
    ),
    "action on another role": ("freeze", *of_action(Definition={"IamActionDefinition": ROLE})),
    "action with another policy": ("freeze", *of_action(Definition={"IamActionDefinition": IAM_ACTION})),
    "action on a forecast": ("freeze", *of_action(NotificationType="FORECASTED")),
    "action that asks nobody": ("freeze", *of_action(ApprovalModel="AUTOMATIC")),
    "action by another role": ("freeze", *of_action(ExecutionRoleArn="arn:aws:iam::111122223333:role/other")),
    "action resetting": ("freeze", *of_action(Status="RESET_IN_PROGRESS")),
    "action reversed": ("freeze", *of_action(Status="REVERSE_SUCCESS")),
    "action failed": ("freeze", *of_action(Status="EXECUTION_FAILURE")),
    "action gone": (
        "freeze",
        "budgets.DescribeBudgetActionsForBudget",
        lambda answer: answer["Actions"].clear(),
    ),
    "action twice": (
        "budget",
        "budgets.DescribeBudgetActionsForBudget",
        lambda answer: answer["Actions"].append(
            {**answer["Actions"][0], "ActionId": "22345678-1234-1234-1234-123456789012"}
        ),
    ),
    "freeze policy that denies nothing": (
        "freeze",
        "iam.GetPolicyVersion",
        lambda answer: answer["PolicyVersion"].update(Document=NOTHING),
    ),
    "role with ten policies": (
        "freeze",
        "iam.ListAttachedRolePolicies",
        lambda answer: answer.update(AttachedPolicies=[{"PolicyName": "p", "PolicyArn": ADMIN}] * 10),
    ),
    "role to freeze gone": ("freeze", "iam.ListAttachedRolePolicies", refused("NoSuchEntity")),
    "topic without a subscription": ("alert readers", "sns.ListSubscriptionsByTopic", nobody),
    "subscription of somebody else": (
        "alert readers",
        "sns.ListSubscriptionsByTopic",
        lambda answer: answer["Subscriptions"][0].update(Endpoint="mallory@example.com"),
    ),
    "subscription that filters": (
        "alert readers",
        "sns.GetSubscriptionAttributes",
        lambda answer: answer["Attributes"].update(FilterPolicy='{"kind": ["none"]}'),
    ),
    "subscription not confirmed": (
        "alert readers",
        "sns.ListSubscriptionsByTopic",
        lambda answer: answer["Subscriptions"][0].update(SubscriptionArn="PendingConfirmation"),
    ),
    "topic whose policy refuses": ("alert readers", *of_topic_policy(DENIES)),
    "topic with another key": (
        "alert readers",
        "sns.GetTopicAttributes",
        lambda answer: answer["Attributes"].update(KmsMasterKeyId="alias/aws/sns"),
    ),
    "key switched off": ("alert readers", *of_key(Enabled=False, KeyState="Disabled")),
    "key about to go": ("alert readers", *of_key(KeyState="PendingDeletion")),
    "cost tag switched off": (
        "cost tag",
        "ce.ListCostAllocationTags",
        lambda answer: answer["CostAllocationTags"][0].update(Status="Inactive"),
    ),
}
"""What somebody does to a budget, the guard that falls, the call whose answer shows it, and its change."""


@pytest.mark.parametrize("sabotage", SABOTAGES)
def test_a_sabotage_disarms_its_guard(sabotage, account, guards):
    guard, call, change = SABOTAGES[sabotage]
    account.change(call, change)
    found = {each.name: each for each in guards() if each.verdict != "armed"}
    assert found[guard].verdict == "unarmed"
