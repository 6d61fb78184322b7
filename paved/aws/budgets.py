"""AWS Budgets: budgets, their notifications, and their actions. Reading them is free; Cost Explorer is never asked."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from paved.aws.creating.api import Api
from paved.aws.creating.existence import require_role, require_topic
from paved.aws.creating.inputs import Inputs
from paved.aws.creating.registry import Created, creates
from paved.aws.creating.rejections import Rejected, refused
from paved.aws.creating.request import pairs, request_members
from paved.aws.reading.audited_types import reads
from paved.aws.reading.facts import Found
from paved.aws.reading.lookup import Lookup, camel_case, first, tag_map
from paved.aws.services import NOT_LISTED, SimulatorGap, iam_actions
from paved.live_account import BILLING_REGION
from reference.vocabulary import BUDGET, BUDGETS_SERVICE

IAM_ACTIONS = iam_actions(
    "budgets",
    "DescribeBudgetActionsForBudget",
    "ListTagsForResource",
    DescribeBudget="budgets:ViewBudget",
    DescribeNotificationsForBudget="budgets:ViewBudget",
    DescribeSubscribersForNotification="budgets:ViewBudget",
)
MOTO_UNSUPPORTED = ("budgets.CreateBudgetAction",)
SIMULATOR_GAPS = (
    SimulatorGap(type=BUDGET, property="notifications.subscriber", reason=NOT_LISTED),
    SimulatorGap(type=BUDGET, property="tags", reason=NOT_LISTED),
)
BUDGET_ACTION = "aws:budgets/budgetAction:BudgetAction"

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


@creates(BUDGET_ACTION)
def create_budget_action(inputs: Inputs, api: Api) -> Created:
    call = "budgets.CreateBudgetAction"
    account = inputs.take("accountId", api.scope.account)
    request = {**api.request("budgets", "CreateBudgetAction", inputs), "AccountId": account}
    name, role = request.get("BudgetName"), request.get("ExecutionRoleArn")
    try:
        api.internal_call("budgets", "DescribeBudget", {"AccountId": account, "BudgetName": str(name)})
    except Rejected:
        raise refused(call, "BudgetName", "must name a budget that exists by now", name) from None
    require_role(api, call, "ExecutionRoleArn", role, trusting=BUDGETS_SERVICE)
    for each in request.get("Subscribers") or ():
        if each["SubscriptionType"] == "SNS":
            require_topic(api, call, "Subscribers", each["Address"], BUDGETS_SERVICE)
    api.call("budgets", "CreateBudgetAction", {**request, "ResourceTags": pairs(api.tags(inputs)) or None})
    id = api.generated_uuid("action")
    arn = api.arn("budgets", f"budget/{name}/action/{id}", regional=False)
    return Created(
        id=f"{account}:{id}:{name}",
        outputs={"arn": arn, "actionId": id, "accountId": account, "status": "STANDBY"},
    )


_NOTIFICATION_INPUTS = {
    "ComparisonOperator": "comparisonOperator",
    "NotificationType": "notificationType",
    "Threshold": "threshold",
    "ThresholdType": "thresholdType",
}


@reads(BUDGET, "budget", ("name", "accountId"), tagged=True)
def read_budget(lookup: Lookup) -> Found:
    of_budget = _budget_key(lookup, "name")
    budget = lookup.account.ask("budgets.DescribeBudget", BILLING_REGION, **of_budget)["Budget"]
    limit = budget.get("BudgetLimit", {})
    filters, planned = budget.get("CostFilters", {}), budget.get("PlannedBudgetLimits", {})
    arn = lookup.arn("budgets", f"budget/{lookup.name('name')}", regional=False)
    return Found(
        names=(lookup.name("name"), arn),
        properties={
            "budgetType": budget["BudgetType"],
            "costFilters": [{"name": name, "values": values} for name, values in sorted(filters.items())],
            "costTypes": budget.get("CostTypes"),
            "limitAmount": limit.get("Amount"),
            "limitUnit": limit.get("Unit"),
            "timeUnit": budget["TimeUnit"],
            "plannedLimits": [_planned_limit(start, planned[start]) for start in sorted(planned)],
            "notifications": lambda: _notifications(lookup, of_budget),
        },
        tags=lambda: _tags(lookup, arn),
    )


@reads(BUDGET_ACTION, "budget", ("budgetName", "accountId", "actionType"), tagged=True)
def read_budget_action(lookup: Lookup) -> Found:
    listed = lookup.account.pages(
        "budgets.DescribeBudgetActionsForBudget",
        BILLING_REGION,
        "Actions",
        **_budget_key(lookup, "budgetName"),
    )
    action = first([each for each in listed if each["ActionType"] == lookup.name("actionType")])
    arn = lookup.arn("budgets", f"budget/{action['BudgetName']}/action/{action['ActionId']}", regional=False)
    return Found(
        names=(action["ActionId"], arn),
        properties={**camel_case(action), "subscribers": action.get("Subscribers")},
        tags=lambda: _tags(lookup, arn),
    )


def _budget_key(lookup: Lookup, key: str) -> dict[str, str]:
    return {"AccountId": lookup.target.account, "BudgetName": lookup.name(key)}


def _planned_limit(start: str, limit: Mapping[str, Any]) -> dict[str, Any]:
    moment = datetime.fromtimestamp(int(start), UTC).strftime("%Y-%m-%d_%H:%M")
    return {"startTime": moment, "amount": limit["Amount"], "unit": limit["Unit"]}


def _tags(lookup: Lookup, arn: str) -> dict[str, str]:
    answer = lookup.account.ask("budgets.ListTagsForResource", BILLING_REGION, ResourceARN=arn)
    return tag_map(answer.get("ResourceTags"))


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
