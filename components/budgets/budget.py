"""A monthly budget in AWS: of a team, on the tag that its resources carry, or of the whole account."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pulumi_aws as aws
from pulumi import ComponentResource, Output, ResourceOptions

from components.account import Account
from components.monitoring.notifications import Notifications
from reference.names import physical_name
from reference.tags import COST_TAG

BUDGET_NAME_LIMIT = 100
MAX_NOTIFICATIONS = 10
MAX_SUBSCRIBERS = 10  # e-mail addresses of one notification; a topic comes on top
PLANNED_MONTHS = 12


@dataclass(frozen=True, kw_only=True)
class Planned:
    """A limit for each of twelve months in a row. `first_month` is written `2026-12`."""

    first_month: str
    monthly_usd: tuple[Decimal, ...]


@dataclass(frozen=True, kw_only=True)
class BudgetArgs:
    """A budget. Percentages are of `monthly_usd`, or of the month's own limit where `planned` has them.

    Without a `team` it is of everything in the account, tagged or not. `topic` gets the notifications of `notify`
    as well; its policy has to let AWS Budgets publish.
    """

    account: Account
    stack: str
    team: str | None
    monthly_usd: Decimal
    planned: Planned | None = None
    actual_percent: tuple[int, ...]
    forecast_percent: tuple[int, ...]
    notify: tuple[str, ...]
    topic: Notifications | None = None


class Budget(ComponentResource):
    """An AWS Budget that notifies by e-mail and through a topic.

    It reports; it prevents nothing: AWS is 8 to 24 hours late, forecasts need weeks of history, and a tag
    that is not yet activated as a cost allocation tag reads 0.
    """

    def __init__(self, name: str, args: BudgetArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:budgets:Budget", name, {}, opts)
        self.args = args
        self.budget_name = physical_name(args.stack, "monthly", limit=BUDGET_NAME_LIMIT)
        self.budget_arn = budget_arn(args.account, self.budget_name)
        budget = aws.budgets.Budget(
            name,
            name=self.budget_name,
            account_id=args.account.id,
            budget_type="COST",
            time_unit="MONTHLY",
            **limit(args),
            cost_filters=cost_filters(args.team),
            cost_types=cost_types(),
            notifications=notifications(args),
            # AWS Budgets cannot publish to a topic before its policy lets it.
            opts=ResourceOptions(parent=self, depends_on=[args.topic] if args.topic else []),
        )
        self.created_name: Output[str] = budget.name
        self.register_outputs({"budget_name": self.budget_name, "budget_arn": self.budget_arn})


def limit(args: BudgetArgs) -> dict[str, Any]:
    """The one limit of every month, or the twelve that are planned: AWS takes either, never both."""
    if args.planned is None:
        return {"limit_amount": dollars(args.monthly_usd), "limit_unit": "USD"}
    planned_limits = [
        aws.budgets.BudgetPlannedLimitArgs(start_time=f"{month}-01_00:00", amount=dollars(usd), unit="USD")
        for month, usd in planned_months(args.planned).items()
    ]
    return {"planned_limits": planned_limits}


def planned_months(planned: Planned) -> dict[str, Decimal]:
    """The limit of each month, written `2026-12`. Raises ValueError unless there are twelve."""
    if len(planned.monthly_usd) != PLANNED_MONTHS:
        raise ValueError(f"a planned budget has {PLANNED_MONTHS} months, got {len(planned.monthly_usd)}")
    year, month = map(int, planned.first_month.split("-"))
    first = year * 12 + month - 1
    return {
        f"{(first + offset) // 12}-{(first + offset) % 12 + 1:02}": usd
        for offset, usd in enumerate(planned.monthly_usd)
    }


def cost_types() -> aws.budgets.BudgetCostTypesArgs:
    """The costs that a budget counts: use at its amortised cost, as estimates and reports do.

    What a Savings Plan or a reservation covers counts at the plan's rate, and the unused part of the plan as well,
    where it is tagged. Every member is given, so that a change by hand shows as a difference from the plan.
    """
    return aws.budgets.BudgetCostTypesArgs(
        use_amortized=True,
        use_blended=False,
        include_discount=True,
        include_other_subscription=True,
        include_recurring=True,
        include_subscription=True,
        include_upfront=True,
        # Both would hide what is really used up.
        include_credit=False,
        include_refund=False,
        # Neither has a team's tag, and no estimate knows them: the report shows them apart.
        include_support=False,
        include_tax=False,
    )


def cost_filters(team: str | None) -> list[aws.budgets.BudgetCostFilterArgs]:
    """The filter of a budget: the team's cost tag, or none."""
    if team is None:
        return []
    return [aws.budgets.BudgetCostFilterArgs(name="TagKeyValue", values=[cost_tag_filter(team)])]


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


def notifications(args: BudgetArgs) -> list[aws.budgets.BudgetNotificationArgs]:
    """One notification per percentage. Raises ValueError above the limits of AWS Budgets."""
    kinds = [("ACTUAL", percent) for percent in sorted(args.actual_percent)]
    kinds += [("FORECASTED", percent) for percent in sorted(args.forecast_percent)]
    if len(kinds) > MAX_NOTIFICATIONS:
        raise ValueError(f"a budget has at most {MAX_NOTIFICATIONS} notifications, got {len(kinds)}")
    if not 1 <= len(args.notify) <= MAX_SUBSCRIBERS:
        raise ValueError(
            f"a notification has 1 to {MAX_SUBSCRIBERS} e-mail addresses, got {len(args.notify)}"
        )
    return [
        aws.budgets.BudgetNotificationArgs(
            notification_type=kind,
            comparison_operator="GREATER_THAN",
            threshold=percent,
            threshold_type="PERCENTAGE",
            subscriber_email_addresses=sorted(args.notify),
            subscriber_sns_topic_arns=[args.topic.topic_arn] if args.topic else None,
        )
        for kind, percent in kinds
    ]


def budget_arn(account: Account, name: str) -> str:
    """The ARN of a budget. Budgets have no region."""
    return f"arn:{account.partition}:budgets::{account.id}:budget/{name}"
