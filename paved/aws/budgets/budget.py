"""Budgets and their notifications."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from paved.aws.budgets import actions_of, budget_key, budget_tags
from paved.aws.creating.api import Api
from paved.aws.creating.existence import require_topic
from paved.aws.creating.inputs import Inputs
from paved.aws.creating.registry import Created, creates
from paved.aws.creating.rejections import refused
from paved.aws.creating.request import pairs, request_members
from paved.aws.reading.account import NotFound
from paved.aws.reading.audited_types import reads
from paved.aws.reading.facts import Content, Found
from paved.aws.reading.lookup import Lookup, camel_case
from paved.aws.services import NOT_LISTED, SimulatorGap, iam_actions
from paved.live_account import BILLING_REGION
from reference.vocabulary import BUDGET, BUDGETS_SERVICE

IAM_ACTIONS = iam_actions(
    "budgets",
    DescribeBudget="budgets:ViewBudget",
    DescribeNotificationsForBudget="budgets:ViewBudget",
    DescribeSubscribersForNotification="budgets:ViewBudget",
)
SIMULATOR_GAPS = (
    SimulatorGap(type=BUDGET, property="notifications.subscriber", reason=NOT_LISTED),
    SimulatorGap(type=BUDGET, property="tags", reason=NOT_LISTED),
    SimulatorGap(type=BUDGET, property="contents.action", reason=NOT_LISTED),
)

MOST_NOTIFICATIONS = 10
"""Of one budget, as the service documents it."""


@creates(BUDGET)
def create_budget(inputs: Inputs, api: Api) -> Created:
    shape: Any = api.shape("budgets", "CreateBudget").members["Budget"]
    account = inputs.take("accountId", api.scope.account)
    renamed = {"name": "BudgetName", "costFilters": None, "plannedLimits": None}
    budget = {
        **request_members(inputs, shape, renamed),
        **_limit_members(inputs),
        "CostFilters": {block.take("name"): block.take("values") for block in inputs.blocks("costFilters")},
    }
    tags = pairs(api.tags(inputs))
    api.call("budgets", "CreateBudget", {"AccountId": account, "Budget": budget, "ResourceTags": tags})
    name = budget["BudgetName"]
    notifications = inputs.blocks("notifications")
    if len(notifications) > MOST_NOTIFICATIONS:
        rule = f"a budget has at most {MOST_NOTIFICATIONS}"
        raise refused("budgets.CreateNotification", "Notification", rule, len(notifications))
    for block in notifications:
        _create_notification(block, api, {"AccountId": account, "BudgetName": name})
    arn = api.arn("budgets", f"budget/{name}", regional=False)
    return Created(id=f"{account}:{name}", outputs={"arn": arn, "accountId": account})


def _limit_members(inputs: Inputs) -> dict[str, Any]:
    """One limit for every month, or one for each month by its start in seconds since 1970."""
    planned = {
        _seconds(block.take("startTime")): {"Amount": block.take("amount"), "Unit": block.take("unit")}
        for block in inputs.blocks("plannedLimits")
    }
    if planned:
        return {"PlannedBudgetLimits": planned}
    return {"BudgetLimit": {"Amount": inputs.take("limitAmount"), "Unit": inputs.take("limitUnit")}}


def _seconds(start: str) -> str:
    return str(int(datetime.strptime(start, "%Y-%m-%d_%H:%M").replace(tzinfo=UTC).timestamp()))


def _create_notification(block: Inputs, api: Api, of_budget: dict[str, Any]) -> None:
    shape: Any = api.shape("budgets", "CreateNotification").members["Notification"]
    emails, topics = block.take("subscriberEmailAddresses", []), block.take("subscriberSnsTopicArns", [])
    for topic in topics:
        require_topic(api, "budgets.CreateNotification", "Subscribers", topic, BUDGETS_SERVICE)
    subscribers = [{"SubscriptionType": "EMAIL", "Address": address} for address in emails]
    subscribers += [{"SubscriptionType": "SNS", "Address": topic} for topic in topics]
    request = {**of_budget, "Notification": request_members(block, shape), "Subscribers": subscribers}
    api.call("budgets", "CreateNotification", request)


_NOTIFICATION_INPUTS = {
    "ComparisonOperator": "comparisonOperator",
    "NotificationType": "notificationType",
    "Threshold": "threshold",
    "ThresholdType": "thresholdType",
}


NO_END = "2087-06-15_00:00"
"""The end of a budget that has none, as AWS Budgets and the provider have it."""
PRIMARY_VIEW = "/primary"
"""The end of the ARN of the billing view of everything, which budgets have unless they name another."""


COST_TYPES = {
    "IncludeCredit": True,
    "IncludeDiscount": True,
    "IncludeOtherSubscription": True,
    "IncludeRecurring": True,
    "IncludeRefund": True,
    "IncludeSubscription": True,
    "IncludeSupport": True,
    "IncludeTax": True,
    "IncludeUpfront": True,
    "UseAmortized": False,
    "UseBlended": False,
}
"""The costs that a budget counts unless it says otherwise (the published model of AWS Budgets)."""


@reads(
    BUDGET,
    "budget",
    ("accountId",),
    assumed={
        "autoAdjustData": {},
        "billingViewArn": "",
        "costFilters": [],
        "filterExpression": {},
        "metrics": [],
        "notifications": [],
        "plannedLimits": [],
        "timePeriodEnd": NO_END,
    },
    tagged=True,
)
def read_budget(lookup: Lookup) -> Found:
    of_budget = budget_key(lookup, "name")
    # Without being asked for, the expression of a budget that has no filters of the older kind is not told.
    asked = lookup.account.ask(
        "budgets.DescribeBudget", BILLING_REGION, **of_budget, ShowFilterExpression=True
    )
    if "Budget" not in asked:
        raise NotFound(lookup.name("name"))
    budget = asked["Budget"]
    arn = lookup.arn("budgets", f"budget/{lookup.name('name')}", regional=False)
    return Found(
        names=(lookup.name("name"), arn),
        properties={**_budget_inputs(budget), "notifications": lambda: _notifications(lookup, of_budget)},
        tags=lambda: budget_tags(lookup, arn),
        contents={"action": lambda: [_action_content(each) for each in actions_of(lookup, "name")]},
    )


def _budget_inputs(budget: Mapping[str, Any]) -> dict[str, Any]:
    limit, planned = budget.get("BudgetLimit", {}), budget.get("PlannedBudgetLimits", {})
    filters, types = budget.get("CostFilters", {}), {**COST_TYPES, **budget.get("CostTypes", {})}
    return {
        "autoAdjustData": camel_case(budget.get("AutoAdjustData", {})),
        "billingViewArn": _other_view(budget.get("BillingViewArn", "")),
        "budgetType": budget["BudgetType"],
        "costFilters": [{"name": name, "values": values} for name, values in sorted(filters.items())],
        "costTypes": types,
        "filterExpression": _other_expression(budget.get("FilterExpression", {}), filters),
        "limitAmount": limit.get("Amount"),
        "limitUnit": limit.get("Unit"),
        "metrics": _other_metrics(budget.get("Metrics", ()), types),
        "name": budget["BudgetName"],
        "plannedLimits": [_planned_limit(start, planned[start]) for start in sorted(planned)],
        "timePeriodEnd": _moment(budget["TimePeriod"]["End"])
        if "End" in budget.get("TimePeriod", {})
        else NO_END,
        "timeUnit": budget["TimeUnit"],
    }


def _other_view(arn: str) -> str:
    return "" if arn.endswith(PRIMARY_VIEW) else arn


def _other_expression(expression: Mapping[str, Any], filters: Mapping[str, list[str]]) -> Mapping[str, Any]:
    """A filter expression, unless it says in AWS's newer language what the cost filters say."""
    values = filters.get("TagKeyValue", [])
    if set(filters) != {"TagKeyValue"} or set(expression) != {"Tags"}:
        return expression
    tags = expression["Tags"]
    key = str(tags.get("Key")).removeprefix("user:")
    said = sorted(f"user:{key}${value}" for value in tags.get("Values", ()))
    is_plain = tags.get("MatchOptions", ["EQUALS"]) == ["EQUALS"]
    return {} if is_plain and said == sorted(values) else expression


def _other_metrics(metrics: Sequence[str], types: Mapping[str, bool]) -> list[str]:
    """The metrics of a budget, unless they say what its cost types say."""
    amortized, blended = types.get("UseAmortized"), types.get("UseBlended")
    same = "AmortizedCost" if amortized else "BlendedCost" if blended else "UnblendedCost"
    return [] if list(metrics) == [same] else list(metrics)


def _planned_limit(start: str, limit: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "startTime": _moment(datetime.fromtimestamp(int(start), UTC)),
        "amount": limit["Amount"],
        "unit": limit["Unit"],
    }


def _moment(moment: datetime) -> str:
    """A moment as the provider writes it, in UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d_%H:%M")


def _notifications(lookup: Lookup, of_budget: Mapping[str, str]) -> list[dict[str, Any]]:
    call = "budgets.DescribeNotificationsForBudget"
    listed = lookup.account.pages(call, BILLING_REGION, "Notifications", **of_budget)
    return [_notification_inputs(lookup, of_budget, each) for each in listed]


def _notification_inputs(
    lookup: Lookup, of_budget: Mapping[str, str], notification: Mapping[str, Any]
) -> dict[str, Any]:
    key = {member: notification[member] for member in _NOTIFICATION_INPUTS if member in notification}
    return {
        **{_NOTIFICATION_INPUTS[member]: value for member, value in key.items()},
        "subscriberEmailAddresses": lambda: _addresses(lookup, of_budget, key, "EMAIL"),
        "subscriberSnsTopicArns": lambda: _addresses(lookup, of_budget, key, "SNS"),
    }


def _addresses(
    lookup: Lookup, of_budget: Mapping[str, str], notification: Mapping[str, Any], kind: str
) -> list[str]:
    call = "budgets.DescribeSubscribersForNotification"
    listed = lookup.account.pages(call, BILLING_REGION, "Subscribers", **of_budget, Notification=notification)
    return [each["Address"] for each in listed if each["SubscriptionType"] == kind]


def _action_content(action: Mapping[str, Any]) -> Content:
    threshold = action["ActionThreshold"]
    label = (
        f"{action['ActionType']} at {threshold['ActionThresholdValue']:g} {threshold['ActionThresholdType']}"
    )
    return Content(kind="action", name=action["ActionId"], label=label, concern="budget")
