"""Facts of an account about one team's budget, as AWS Budgets, Cost Explorer and SNS describe them."""

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from paved.budget_status.cost_tags import CostTag, read_cost_tags
from paved.budget_status.guards import BudgetFacts
from paved.live_account import BILLING_REGION, LiveAccount, answered
from paved.plan.model import Plan

NOT_THERE = "NotFoundException"
DENIED = ("AccessDeniedException", "AccessDenied")


def read_budget_facts(account: LiveAccount, plan: Plan, region: str, account_id: str) -> BudgetFacts:
    """Read the facts of the stack's budget. Raises Refused or BadInput when the account cannot be asked."""
    declared, topic = plan.outputs["budget"], plan.outputs.get("alerts", {}).get("topic_arn")
    of_budget = {"AccountId": account_id, "BudgetName": declared["budget_name"]}
    budgets = account.client("budgets", BILLING_REGION)
    with answered("the budget could not be read"):
        budget = _budget(budgets, of_budget)
        notifications: list[Mapping[str, Any]] = []
        actions: list[Mapping[str, Any]] = []
        if budget:
            notifications = _pages(budgets, "describe_notifications_for_budget", "Notifications", **of_budget)
        if budget and "freeze" in declared:
            actions = _pages(budgets, "describe_budget_actions_for_budget", "Actions", **of_budget)
        cost_tag = _cost_tag(account, declared["cost_tag"]["key"])
        readers = _topic_readers(account, region, topic) if topic else None
    return BudgetFacts(
        budget=budget, notifications=notifications, actions=actions, cost_tag=cost_tag, readers=readers
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
    """The status of a tag; None where the account is not the payer, who alone may ask."""
    try:
        return read_cost_tags(account.client("ce", BILLING_REGION), [key])[0]
    except ClientError as error:
        if error.response["Error"]["Code"] in DENIED:
            return None
        raise


def _topic_readers(account: LiveAccount, region: str, topic_arn: str) -> list[Mapping[str, Any]]:
    sns = account.client("sns", region)
    return _pages(sns, "list_subscriptions_by_topic", "Subscriptions", TopicArn=topic_arn)


def _pages(client: Any, operation: str, key: str, **arguments: str) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = []
    for page in client.get_paginator(operation).paginate(**arguments):
        found += page[key]
    return found
