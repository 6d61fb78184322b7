"""Actions of budgets: a policy that a role gets once a budget is spent."""

from collections.abc import Iterator, Mapping
from typing import Any

from paved.aws.budgets import actions_of, budget_tags
from paved.aws.creating.api import Api
from paved.aws.creating.existence import require_role, require_topic
from paved.aws.creating.inputs import Inputs
from paved.aws.creating.registry import Created, creates
from paved.aws.creating.rejections import Rejected, refused
from paved.aws.creating.request import pairs
from paved.aws.reading.audited_types import reads
from paved.aws.reading.facts import Content, Found
from paved.aws.reading.lookup import Lookup, camel_case, first
from reference.vocabulary import BUDGET_ACTION, BUDGETS_SERVICE

MOTO_UNSUPPORTED = ("budgets.CreateBudgetAction",)


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


@reads(BUDGET_ACTION, "budget", ("accountId",), tagged=True)
def read_budget_action(lookup: Lookup) -> Found:
    listed = actions_of(lookup, "budgetName")
    action = first(sorted(listed, key=lambda each: _unlike(each, lookup.inputs)))
    arn = lookup.arn("budgets", f"budget/{action['BudgetName']}/action/{action['ActionId']}", regional=False)
    return Found(
        names=(action["ActionId"], arn),
        properties={**camel_case(action), "subscribers": action.get("Subscribers")},
        tags=lambda: budget_tags(lookup, arn),
        contents={"target": lambda: _more_targets(action["Definition"], lookup.inputs["definition"])},
    )


def _unlike(action: Mapping[str, Any], planned: Mapping[str, Any]) -> tuple[bool, bool]:
    """The order in which the actions of a budget are taken for the planned one: the most alike first."""
    return (
        action["ActionType"] != planned["actionType"],
        action["NotificationType"] != planned["notificationType"],
    )


def _more_targets(definition: Mapping[str, Any], planned: Mapping[str, Any]) -> Iterator[Content]:
    """Targets of an action beyond the members that the plan gives."""
    for name, part in camel_case(definition).items():
        for member, value in camel_case(part).items():
            if value and member not in planned.get(name, ()):
                where = f"{name}.{member}"
                yield Content(kind="target", name=where, label=f"{where} {value}", concern="budget")
