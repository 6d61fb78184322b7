"""AWS Budgets: budgets, their notifications, and their actions. Reading them is free; Cost Explorer is never asked."""

from collections.abc import Mapping
from typing import Any

from paved.aws.reading.lookup import Lookup, tag_map
from paved.aws.services import iam_actions
from paved.live_account import BILLING_REGION

IAM_ACTIONS = iam_actions("budgets", "DescribeBudgetActionsForBudget", "ListTagsForResource")


def budget_key(lookup: Lookup, key: str) -> dict[str, str]:
    """The account and the budget that an input names, as most calls ask for them."""
    return {"AccountId": lookup.target.account, "BudgetName": lookup.name(key)}


def budget_tags(lookup: Lookup, arn: str) -> dict[str, str]:
    """The tags of a budget or an action."""
    answer = lookup.account.ask("budgets.ListTagsForResource", BILLING_REGION, ResourceARN=arn)
    return tag_map(answer.get("ResourceTags"))


def actions_of(lookup: Lookup, key: str) -> list[Mapping[str, Any]]:
    """The actions of the budget that an input names."""
    call = "budgets.DescribeBudgetActionsForBudget"
    return lookup.account.pages(call, BILLING_REGION, "Actions", **budget_key(lookup, key))
