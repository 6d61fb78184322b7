"""AWS Budgets: budgets and who hears of them."""

from typing import Any

from paved.rehearsal.api import Api
from paved.rehearsal.existence import refused
from paved.rehearsal.fitting import fitted, pairs
from paved.rehearsal.inputs import Inputs
from paved.rehearsal.registry import Made, creates

MOST_NOTIFICATIONS = 10
"""Of one budget, as the service documents it."""


@creates("aws:budgets/budget:Budget")
def budget(inputs: Inputs, api: Api) -> Made:
    shape: Any = api.shape("budgets", "CreateBudget").members["Budget"]
    account = inputs.take("accountId", api.place.account)
    asked = {
        **fitted(inputs, shape, {"name": "BudgetName", "costFilters": None}),
        "BudgetLimit": {"Amount": inputs.take("limitAmount"), "Unit": inputs.take("limitUnit")},
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
    return Made(id=f"{account}:{name}", outputs={"arn": arn, "accountId": account})


def _notify(block: Inputs, api: Api, of_budget: dict[str, Any]) -> None:
    shape: Any = api.shape("budgets", "CreateNotification").members["Notification"]
    subscribers = [
        {"SubscriptionType": kind, "Address": address}
        for kind, key in (("EMAIL", "subscriberEmailAddresses"), ("SNS", "subscriberSnsTopicArns"))
        for address in block.take(key, [])
    ]
    request = {**of_budget, "Notification": fitted(block, shape), "Subscribers": subscribers}
    api.call("budgets", "CreateNotification", request)
