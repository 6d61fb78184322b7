"""AWS Budgets: limits, who hears of them, and what they do. Asking is free; Cost Explorer is never asked."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from paved.aws.reading.audited_types import reads
from paved.aws.reading.facts import Found
from paved.aws.reading.lookup import Lookup, first, tag_map

HOME = "us-east-1"
"""Where AWS Budgets answers for a whole account."""
_NOTIFICATION = {
    "ComparisonOperator": "comparisonOperator",
    "NotificationType": "notificationType",
    "Threshold": "threshold",
    "ThresholdType": "thresholdType",
}


@reads("aws:budgets/budget:Budget", "budget", ("name", "accountId"), tagged=True)
def budget(sought: Lookup) -> Found:
    of_budget = _of_budget(sought, "name")
    made = sought.asked.ask("budgets.DescribeBudget", HOME, **of_budget)["Budget"]
    limit = made.get("BudgetLimit", {})
    arn = sought.arn("budgets", f"budget/{sought.name('name')}", regional=False)
    return Found(
        names=(sought.name("name"), arn),
        properties={
            "budgetType": made["BudgetType"],
            "costFilters": [
                {"name": name, "values": values}
                for name, values in sorted(made.get("CostFilters", {}).items())
            ],
            "costTypes": made.get("CostTypes"),
            "limitAmount": limit.get("Amount"),
            "limitUnit": limit.get("Unit"),
            "timeUnit": made["TimeUnit"],
            "plannedLimits": [
                {"startTime": _start(start), "amount": each["Amount"], "unit": each["Unit"]}
                for start, each in sorted(made.get("PlannedBudgetLimits", {}).items())
            ],
            "notifications": lambda: _notifications(sought, of_budget),
        },
        tags=lambda: tag_map(
            sought.asked.ask("budgets.ListTagsForResource", HOME, ResourceARN=arn).get("ResourceTags")
        ),
    )


@reads(
    "aws:budgets/budgetAction:BudgetAction", "budget", ("budgetName", "accountId", "actionType"), tagged=True
)
def budget_action(sought: Lookup) -> Found:
    listed = sought.asked.pages(
        "budgets.DescribeBudgetActionsForBudget", HOME, "Actions", **_of_budget(sought, "budgetName")
    )
    made = first([each for each in listed if each["ActionType"] == sought.name("actionType")])
    arn = sought.arn("budgets", f"budget/{made['BudgetName']}/action/{made['ActionId']}", regional=False)
    spelt = {key[0].lower() + key[1:]: value for key, value in made.items()}
    return Found(
        names=(made["ActionId"], arn),
        properties={**spelt, "subscribers": made.get("Subscribers")},
        tags=lambda: tag_map(
            sought.asked.ask("budgets.ListTagsForResource", HOME, ResourceARN=arn).get("ResourceTags")
        ),
    )


def _of_budget(sought: Lookup, key: str) -> dict[str, str]:
    return {"AccountId": sought.place.account, "BudgetName": sought.name(key)}


def _notifications(sought: Lookup, of_budget: Mapping[str, str]) -> list[dict[str, Any]]:
    listed = sought.asked.pages("budgets.DescribeNotificationsForBudget", HOME, "Notifications", **of_budget)
    return [_notification(sought, of_budget, each) for each in listed]


def _notification(sought: Lookup, of_budget: Mapping[str, str], made: Mapping[str, Any]) -> dict[str, Any]:
    which = {key: made[key] for key in _NOTIFICATION if key in made}
    return {
        **{_NOTIFICATION[key]: value for key, value in which.items()},
        **{
            key: lambda kind=kind: [
                reader["Address"]
                for reader in _readers(sought, of_budget, which)
                if reader["SubscriptionType"] == kind
            ]
            for key, kind in (("subscriberEmailAddresses", "EMAIL"), ("subscriberSnsTopicArns", "SNS"))
        },
    }


def _readers(sought: Lookup, of_budget: Mapping[str, str], which: Mapping[str, Any]) -> list[Any]:
    return sought.asked.pages(
        "budgets.DescribeSubscribersForNotification", HOME, "Subscribers", **of_budget, Notification=which
    )


def _start(seconds: str) -> str:
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%d_%H:%M")
