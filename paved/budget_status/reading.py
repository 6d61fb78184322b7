"""Asking an account about one team's budget."""

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from paved.budget_status.cost_tags import CostTag, read_cost_tags
from paved.budget_status.guards import Facts
from paved.live_account import LiveAccount, answered
from paved.plan.model import Plan

BILLING_REGION = "us-east-1"
"""Where AWS Budgets and Cost Explorer answer for a whole account."""
NOT_THERE = "NotFoundException"
DENIED = ("AccessDeniedException", "AccessDenied")


def read_facts(account: LiveAccount, plan: Plan, region: str, account_id: str) -> Facts:
    """What the account says of the stack's budget. Raises Refused or BadInput when it cannot be asked."""
    declared, topic = plan.outputs["budget"], plan.outputs.get("alerts", {}).get("topic_arn")
    of_budget = {"AccountId": account_id, "BudgetName": declared["budget_name"]}
    budgets = account.client("budgets", BILLING_REGION)
    with answered("the budget could not be read"):
        budget = _budget(budgets, of_budget)
        return Facts(
            budget=budget,
            notifications=_pages(budgets, "describe_notifications_for_budget", "Notifications", of_budget)
            if budget
            else (),
            actions=_pages(budgets, "describe_budget_actions_for_budget", "Actions", of_budget)
            if budget and "freeze" in declared
            else (),
            cost_tag=_cost_tag(account, declared["cost_tag"]["key"]),
            readers=_readers(account, region, topic) if topic else None,
        )


def _budget(budgets: Any, of_budget: Mapping[str, str]) -> Mapping[str, Any] | None:
    try:
        found: Mapping[str, Any] = budgets.describe_budget(**of_budget)["Budget"]
    except ClientError as error:
        if error.response["Error"]["Code"] == NOT_THERE:
            return None
        raise
    return found


def _cost_tag(account: LiveAccount, key: str) -> CostTag | None:
    """None where the account is not the payer, who alone may ask."""
    try:
        return read_cost_tags(account.client("ce", BILLING_REGION), [key])[0]
    except ClientError as error:
        if error.response["Error"]["Code"] in DENIED:
            return None
        raise


def _readers(account: LiveAccount, region: str, topic_arn: str) -> list[Mapping[str, Any]]:
    pages = account.client("sns", region).get_paginator("list_subscriptions_by_topic")
    return [each for page in pages.paginate(TopicArn=topic_arn) for each in page["Subscriptions"]]


def _pages(budgets: Any, call: str, key: str, of_budget: Mapping[str, str]) -> list[Mapping[str, Any]]:
    return [each for page in budgets.get_paginator(call).paginate(**of_budget) for each in page[key]]
