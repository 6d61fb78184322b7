"""AWS Budgets as a principal: it acts for the budgets of one account alone."""

from components.account import Account
from components.identity.document import Conditions


def of_own_budgets(account: Account) -> Conditions:
    """Hold a statement for AWS Budgets to what it does for budgets of this account."""
    return {
        "ArnLike": {"aws:SourceArn": f"arn:{account.partition}:budgets::{account.id}:*"},
        "StringEquals": {"aws:SourceAccount": account.id},
    }
