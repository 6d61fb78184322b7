"""A team's monthly budget in AWS, on the tag that every resource of the team carries."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import pulumi_aws as aws
from pulumi import ComponentResource, ResourceOptions

from components.account import Account
from components.names import physical_name
from paved.reference.tags import COST_TAG

BUDGET_NAME_LIMIT = 100
MAX_NOTIFICATIONS = 10
MAX_SUBSCRIBERS = 10  # e-mail addresses of one notification


@dataclass(frozen=True, kw_only=True)
class BudgetArgs:
    """A budget. Percentages are of `monthly_usd`."""

    account: Account
    stack: str
    team: str
    monthly_usd: Decimal
    actual_percent: tuple[int, ...]
    forecast_percent: tuple[int, ...]
    notify: tuple[str, ...]


class Budget(ComponentResource):
    """An AWS Budget on the team's cost tag, told by e-mail.

    It reports; it prevents nothing: AWS is 8 to 24 hours late, forecasts need weeks of history, and a tag
    that is not yet activated as a cost allocation tag reads 0.
    """

    def __init__(self, name: str, args: BudgetArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:budgets:Budget", name, {}, opts)
        self.budget_name = physical_name(args.stack, "monthly", limit=BUDGET_NAME_LIMIT)
        self.budget_arn = budget_arn(args.account, self.budget_name)
        aws.budgets.Budget(
            name,
            name=self.budget_name,
            account_id=args.account.id,
            budget_type="COST",
            time_unit="MONTHLY",
            limit_amount=dollars(args.monthly_usd),
            limit_unit="USD",
            cost_filters=[
                aws.budgets.BudgetCostFilterArgs(name="TagKeyValue", values=[cost_tag_filter(args.team)])
            ],
            # Credits and refunds would hide what the team really burns.
            cost_types=aws.budgets.BudgetCostTypesArgs(include_credit=False, include_refund=False),
            notifications=notifications(
                actual_percent=args.actual_percent,
                forecast_percent=args.forecast_percent,
                notify=args.notify,
            ),
            opts=ResourceOptions(parent=self),
        )
        self.register_outputs({"budget_name": self.budget_name, "budget_arn": self.budget_arn})


def dollars(amount: Decimal) -> str:
    """An amount as AWS and finance read it: two decimals, no thousands mark.

    Raises ValueError when the amount has a fraction of a cent: money is never rounded on the way.
    """
    cents = amount.quantize(Decimal("0.01"))
    if cents != amount:
        raise ValueError(f"an amount in US dollars has at most two decimals, got {amount}")
    return f"{cents:f}"


def cost_tag_filter(team: str) -> str:
    """The value of a `TagKeyValue` filter: a tag that users set has the prefix `user:`."""
    return f"user:{COST_TAG}${team}"


def notifications(
    *, actual_percent: Sequence[int], forecast_percent: Sequence[int], notify: Sequence[str]
) -> list[aws.budgets.BudgetNotificationArgs]:
    """One notification per percentage. Raises ValueError above the limits of AWS Budgets."""
    kinds = [("ACTUAL", percent) for percent in sorted(actual_percent)]
    kinds += [("FORECASTED", percent) for percent in sorted(forecast_percent)]
    if len(kinds) > MAX_NOTIFICATIONS:
        raise ValueError(f"a budget has at most {MAX_NOTIFICATIONS} notifications, got {len(kinds)}")
    if not 1 <= len(notify) <= MAX_SUBSCRIBERS:
        raise ValueError(f"a notification has 1 to {MAX_SUBSCRIBERS} e-mail addresses, got {len(notify)}")
    return [
        aws.budgets.BudgetNotificationArgs(
            notification_type=kind,
            comparison_operator="GREATER_THAN",
            threshold=percent,
            threshold_type="PERCENTAGE",
            subscriber_email_addresses=sorted(notify),
        )
        for kind, percent in kinds
    ]


def budget_arn(account: Account, name: str) -> str:
    """The ARN of a budget. Budgets have no region."""
    return f"arn:{account.partition}:budgets::{account.id}:budget/{name}"
