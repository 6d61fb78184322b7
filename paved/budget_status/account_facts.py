"""Facts of an account about one stack's budget, as AWS Budgets, IAM, SNS and Cost Explorer describe them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from paved.audit.audited_stack import AuditedStack, SimulatorLimits
from paved.audit.expectation import address
from paved.audit.resource_comparison import ResourceComparison
from paved.aws.reading.account import AccountReader, Clients, Denied, LookupFailure, NotFound
from paved.aws.reading.facts import Difference
from paved.budget_status.anomalies import read_anomalies
from paved.budget_status.cost_tags import CostTag, read_cost_tags
from paved.budget_status.guards import AnomalyFacts, BudgetFacts, FreezeFacts, GuardDifference
from paved.budget_status.planned_guards import PlannedGuards
from paved.live_account import BILLING_REGION, answered
from reference.vocabulary import ANOMALY_SUBSCRIPTION

DENIED = ("AccessDeniedException", "AccessDenied")
HARMLESS = ("subscription",)
"""Contents that may be there beyond the plan: somebody more who hears of it."""


def read_budget_facts(
    stack: AuditedStack, clients: Clients, limits: SimulatorLimits | None = None
) -> BudgetFacts:
    """Read the facts of the stack's budget. Raises Refused or BadInput when the account cannot be asked."""
    return _Facts(stack, clients, limits).whole()


@dataclass(frozen=True, kw_only=True)
class _Unanswered:
    """A call about a guard that AWS did not answer."""

    guard: str
    reason: str


class _Facts:
    """The facts of one stack while they are read."""

    def __init__(self, stack: AuditedStack, clients: Clients, limits: SimulatorLimits | None):
        self._clients, self._region = clients, stack.region
        self._account = AccountReader(clients)
        self._plan, self._planned = stack.plan, PlannedGuards.of(stack.plan)
        self._of_budget = {"AccountId": stack.target.account, "BudgetName": self._planned.name}
        self._comparison = ResourceComparison(stack, self._account, limits)
        planned = [stack.plan.by_urn[urn] for urn in self._planned.guards]
        self._guards = {address(each): self._planned.guards[each.urn] for each in planned}
        self._unanswered: list[_Unanswered] = []

    def whole(self) -> BudgetFacts:
        self._comparison.compare([urn for urn in self._planned.guards if urn in self._comparison.expected])
        differences = [*self._differences(), *self._uncertain()]
        budget, freeze, readers = self._budget(), self._freeze(), self._topic_readers()
        return BudgetFacts(
            planned=self._planned,
            differences=tuple(sorted(differences, key=_order)),
            unanswered={each.guard: each.reason for each in [*self._unanswered, *self._unread()]},
            budget=budget,
            freeze=freeze,
            cost_tag=self._cost_tag(),
            readers=readers,
            anomalies=self._anomalies(),
        )

    def _differences(self) -> Iterator[GuardDifference]:
        for each in self._comparison.differences:
            if each.concern != "tags" and each.property not in HARMLESS:
                yield GuardDifference(
                    guard=self._guard(each),
                    address=each.address,
                    property=each.property,
                    expected=each.planned,
                    found=each.found,
                    kind=each.kind,
                )

    def _uncertain(self) -> Iterator[GuardDifference]:
        for address_, leaf in self._comparison.uncertain:
            if leaf.planned is not None:
                yield GuardDifference(
                    guard=self._guards[address_],
                    address=address_,
                    property=leaf.path,
                    expected=leaf.planned,
                    found=leaf.found,
                    kind="changed",
                )

    def _guard(self, difference: Difference) -> str:
        place = re.match(r"notifications\[(\d+)\]", difference.property or "")
        return self._planned.alert(int(place[1])) if place else self._guards[difference.address]

    def _unread(self) -> Iterator[_Unanswered]:
        for each in self._comparison.unread:
            missing = f", which needs {each.action}" if each.action else ""
            reason = f"AWS answered {each.reason} to {each.call}{missing}"
            yield _Unanswered(guard=self._guards[each.address], reason=reason)
        for address_ in self._comparison.named_elsewhere:
            yield _Unanswered(guard=self._guards[address_], reason=f"the plan does not name {address_}")

    def _budget(self) -> Mapping[str, Any] | None:
        call, guard = "budgets.DescribeBudget", "budget"
        answer = self._asked(call, guard, **self._of_budget, ShowFilterExpression=True)
        budget: Mapping[str, Any] | None = answer.get("Budget") if answer else None
        return budget

    def _freeze(self) -> FreezeFacts | None:
        action = self._planned.action
        if action is None:
            return None
        found = self._comparison.finder.find(action.urn) if self._is_found(action.urn) else None
        roles = action.inputs["definition"]["iamActionDefinition"]["roles"]
        return FreezeFacts(
            status=str(found.properties["status"]) if found else None,
            policies={role: self._policies_of(role) for role in roles if isinstance(role, str)},
        )

    def _is_found(self, urn: str) -> bool:
        try:
            self._comparison.finder.find(urn)
        except LookupFailure:
            return False
        return True

    def _policies_of(self, role: str) -> int | None:
        """The number of policies that are attached to a role; None where there is no such role."""
        call = "iam.ListAttachedRolePolicies"
        try:
            return len(self._account.pages(call, self._region, "AttachedPolicies", RoleName=role))
        except NotFound:
            return None
        except Denied as denied:
            self._unanswered.append(_Unanswered(guard="freeze", reason=_reason(denied)))
            return 0

    def _topic_readers(self) -> list[Mapping[str, Any]] | None:
        topic = self._planned.topic
        if topic is None:
            return None
        try:
            arn = self._comparison.finder.find(topic.urn).names[0]
            return self._account.pages(
                "sns.ListSubscriptionsByTopic", self._region, "Subscriptions", TopicArn=arn
            )
        except LookupFailure:
            return []

    def _cost_tag(self) -> CostTag | None:
        """The status of the budget's tag; None where the account is not the payer, who alone may ask."""
        key = self._planned.cost_tag
        if key is None:
            return None
        with answered("the cost tag could not be read"):
            try:
                return read_cost_tags(self._clients("ce", BILLING_REGION), [key])[0]
            except ClientError as error:
                if error.response["Error"]["Code"] in DENIED:
                    return None
                raise

    def _anomalies(self) -> AnomalyFacts | None:
        if not self._plan.of(ANOMALY_SUBSCRIPTION):
            return None
        return read_anomalies(self._plan, self._clients("ce", BILLING_REGION))

    def _asked(self, call: str, guard: str, **params: Any) -> Mapping[str, Any] | None:
        try:
            return self._account.ask(call, BILLING_REGION, **params)
        except Denied as denied:
            self._unanswered.append(_Unanswered(guard=guard, reason=_reason(denied)))
        except LookupFailure:
            pass
        return None


def _reason(denied: Denied) -> str:
    needs = f", which needs {denied.action}" if denied.action else ""
    return f"AWS answered {denied.reason} to {denied.call}{needs}"


def _order(difference: GuardDifference) -> tuple[str, str, str, str]:
    return (difference.guard, difference.address, difference.property or "", difference.found or "")
