"""The planned resources that have to be right for a budget to ring and to act."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from paved.plan.model import Plan, PlannedResource
from reference.tags import COST_TAG
from reference.vocabulary import BUDGET, BUDGET_ACTION, KMS_ALIAS, SNS_TOPIC

ALERTS = {"ACTUAL": "spent alert", "FORECASTED": "forecast alert"}
"""The guard that a notification of AWS Budgets is, by its type."""
READERS = "alert readers"


@dataclass(frozen=True, kw_only=True)
class PlannedGuards:
    """A stack's budget, and its freeze and its topic where it has them, with what each of them stands on.

    `guards` names the guard that each resource belongs to, by URN.
    """

    budget: PlannedResource
    action: PlannedResource | None
    topic: PlannedResource | None
    guards: dict[str, str]

    @classmethod
    def of(cls, plan: Plan) -> "PlannedGuards":
        """The guards of a plan. Raises LookupError for one without a budget."""
        budget = plan.one(BUDGET)
        action = next(iter(plan.of(BUDGET_ACTION)), None)
        topic = _topic(plan, budget)
        guards = {budget.urn: "budget"}
        for guard, main in (("freeze", action), (READERS, topic), (READERS, topic and _alias(plan, topic))):
            if main:
                guards |= dict.fromkeys(_with_siblings(plan, main), guard)
        return cls(budget=budget, action=action, topic=topic, guards=guards)

    @property
    def name(self) -> str:
        """The name of the budget in AWS."""
        return str(self.budget.inputs["name"])

    @property
    def cost_tag(self) -> str | None:
        """The tag that the budget filters by; None for a budget of everything."""
        return COST_TAG if self.budget.inputs.get("costFilters") else None

    def percents(self, kind: str) -> list[Any]:
        """The thresholds of the notifications of a type."""
        planned = self.budget.inputs["notifications"]
        return [each["threshold"] for each in planned if each["notificationType"] == kind]

    def alert(self, index: int) -> str:
        """The guard that a planned notification is, by its place."""
        return ALERTS[self.budget.inputs["notifications"][index]["notificationType"]]


def _topic(plan: Plan, budget: PlannedResource) -> PlannedResource | None:
    """The topic that the budget publishes to, which its notifications name by an ARN known before it exists."""
    addresses: set[str] = set()
    for notification in budget.inputs["notifications"]:
        addresses |= set(notification.get("subscriberSnsTopicArns") or ())
    names = {address.rpartition(":")[2] for address in addresses}
    return next((topic for topic in plan.of(SNS_TOPIC) if topic.inputs.get("name") in names), None)


def _alias(plan: Plan, topic: PlannedResource) -> PlannedResource | None:
    """The alias of the key that encrypts a topic, where the stack makes it."""
    key = str(topic.inputs.get("kmsMasterKeyId")).rpartition(":")[2]
    return next((alias for alias in plan.of(KMS_ALIAS) if alias.inputs.get("name") == key), None)


def _with_siblings(plan: Plan, resource: PlannedResource) -> Iterator[str]:
    """The URNs of every resource in the component of a resource."""
    component = plan.by_urn[resource.parent or ""]
    return (each.urn for each in plan.descendants(component) if each.custom)
