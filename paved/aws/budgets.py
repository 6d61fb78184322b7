"""AWS Budgets: budgets, who hears of them, and what they do."""

from datetime import UTC, datetime
from typing import Any

from paved.aws.creating.api import Api
from paved.aws.creating.existence import refused, require_role, require_topic
from paved.aws.creating.fitting import fitted, pairs
from paved.aws.creating.inputs import Inputs
from paved.aws.creating.registry import Created, creates
from paved.rehearsal.outcome import Rejected
from reference.vocabulary import BUDGETS_SERVICE

MOST_NOTIFICATIONS = 10
"""Of one budget, as the service documents it."""


@creates("aws:budgets/budget:Budget")
def budget(inputs: Inputs, api: Api) -> Created:
    shape: Any = api.shape("budgets", "CreateBudget").members["Budget"]
    account = inputs.take("accountId", api.place.account)
    asked = {
        **fitted(inputs, shape, {"name": "BudgetName", "costFilters": None, "plannedLimits": None}),
        **_limit(inputs),
        "CostFilters": {f.take("name"): f.take("values") for f in inputs.blocks("costFilters")},
    }
    tags = pairs(api.tags(inputs))
    api.call("budgets", "CreateBudget", {"AccountId": account, "Budget": asked, "ResourceTags": tags})
    name = asked["BudgetName"]
    notifications = inputs.blocks("notifications")
    if len(notifications) > MOST_NOTIFICATIONS:
        rule = f"a budget has at most {MOST_NOTIFICATIONS}"
        raise refused("budgets.CreateNotification", "Notification", rule, len(notifications))
    for block in notifications:
        _notify(block, api, {"AccountId": account, "BudgetName": name})
    arn = api.arn("budgets", f"budget/{name}", regional=False)
    return Created(id=f"{account}:{name}", outputs={"arn": arn, "accountId": account})


def _limit(inputs: Inputs) -> dict[str, Any]:
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


def _notify(block: Inputs, api: Api, of_budget: dict[str, Any]) -> None:
    shape: Any = api.shape("budgets", "CreateNotification").members["Notification"]
    subscribers = [
        {"SubscriptionType": kind, "Address": address}
        for kind, key in (("EMAIL", "subscriberEmailAddresses"), ("SNS", "subscriberSnsTopicArns"))
        for address in block.take(key, [])
    ]
    for each in subscribers:
        if each["SubscriptionType"] == "SNS":
            require_topic(api, "budgets.CreateNotification", "Subscribers", each["Address"], BUDGETS_SERVICE)
    request = {**of_budget, "Notification": fitted(block, shape), "Subscribers": subscribers}
    api.call("budgets", "CreateNotification", request)


@creates("aws:budgets/budgetAction:BudgetAction")
def budget_action(inputs: Inputs, api: Api) -> Created:
    call = "budgets.CreateBudgetAction"
    account = inputs.take("accountId", api.place.account)
    request = {**api.fit("budgets", "CreateBudgetAction", inputs), "AccountId": account}
    name, role = request.get("BudgetName"), request.get("ExecutionRoleArn")
    try:
        api.inside("budgets", "DescribeBudget", {"AccountId": account, "BudgetName": str(name)})
    except Rejected:
        raise refused(call, "BudgetName", "must name a budget that exists by now", name) from None
    require_role(api, call, "ExecutionRoleArn", role, trusting=BUDGETS_SERVICE)
    for each in request.get("Subscribers") or ():
        if each["SubscriptionType"] == "SNS":
            require_topic(api, call, "Subscribers", each["Address"], BUDGETS_SERVICE)
    api.call("budgets", "CreateBudgetAction", {**request, "ResourceTags": pairs(api.tags(inputs)) or None})
    id = api.made_up_uuid("action")
    arn = api.arn("budgets", f"budget/{name}/action/{id}", regional=False)
    return Created(
        id=f"{account}:{id}:{name}",
        outputs={"arn": arn, "actionId": id, "accountId": account, "status": "STANDBY"},
    )
