"""Rules of what watches spend: a budget, its freeze and the anomalies are as the stack file declares them."""

import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from policies.resources import JudgedStack, Resource
from policies.rule import EVERYWHERE, Claim, Rule, Severity, claim
from policies.rules.supply_chain import CLOUD_CONTROL_TYPES
from policies.values import Truth, Value, all_of, any_of
from reference.tags import COST_TAG
from reference.vocabulary import (
    ANOMALY_SUBSCRIPTION,
    BUDGET,
    BUDGET_ACTION,
    CLOUD_CONTROL_RESOURCE,
    PULUMI_STACK,
)

COUNTED = ("includeOtherSubscription", "includeRecurring", "includeSubscription", "includeUpfront")
TAKEN_OFF = ("includeCredit", "includeRefund")
NODE_ROLES = "paved-"
PERIOD = ("autoAdjustData", "timePeriodEnd")
OF_PLANNED = ("plannedLimits", "timePeriodStart")
"""What only a budget with limits by month has."""
KINDS = {"actual_percent": "ACTUAL", "forecast_percent": "FORECASTED"}
IMPACT = "ANOMALY_TOTAL_IMPACT_"
MOST_IMPACT = {f"{IMPACT}ABSOLUTE": 10_000, f"{IMPACT}PERCENTAGE": 100}
"""Above these an anomaly is no longer a warning: US dollars in a day, and percent of what was expected."""


def _declared(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    budget = stack.context.budget
    if budget is None:
        yield claim(Truth.UNSURE, "the stack file is not there, which says what the budget is")
    elif subject.kind == PULUMI_STACK:
        if budget.get("freeze"):
            yield claim(bool(stack.of(BUDGET_ACTION)), "no BudgetAction is the freeze of the stack file")
    elif subject.kind == BUDGET:
        yield from _budget(subject, budget, stack)
    else:
        yield from _freeze(subject, budget, stack)


def _budget(subject: Resource, budget: Mapping[str, Any], stack: JudgedStack) -> Iterator[Claim]:
    planned = bool(budget.get("planned"))
    limit, monthly = subject.at("limitAmount"), Decimal(str(budget.get("monthly_usd") or 0))
    yield claim(
        Truth.of(planned) | limit.test(lambda raw: Decimal(str(raw)) == monthly),
        "`limitAmount` is not `monthly_usd`",
    )
    for each in subject.at("plannedLimits").items():
        within = each.at("amount").test(lambda raw: Decimal(str(raw)) <= monthly)
        yield claim(within & planned, f"`{each.path}` is no month that the stack file plans")
    yield claim(subject.at("limitUnit").equals("USD", missing=planned), "`limitUnit` is not `USD`")
    for key in PERIOD if planned else (*PERIOD, *OF_PLANNED):
        yield claim(subject.at(key).is_absent, f"`{key}` ends or shifts what the budget counts")
    yield claim(_is_ours(subject.at("accountId"), stack), "`accountId` is not the stack's account")
    for key, wanted in (*((each, True) for each in COUNTED), *((each, False) for each in TAKEN_OFF)):
        counted = subject.at(f"costTypes.{key}").equals(wanted, missing=wanted)
        yield claim(counted, f"`costTypes.{key}` is not {str(wanted).lower()}")
    yield from _notifications(subject, budget, stack)


def _is_ours(account: Value, stack: JudgedStack) -> Truth:
    if stack.context.account is None:
        return Truth.UNSURE
    return account.equals(stack.context.account, missing=True)


def _notifications(subject: Resource, budget: Mapping[str, Any], stack: JudgedStack) -> Iterator[Claim]:
    given = subject.at("notifications").items()
    for key, kind in KINDS.items():
        for percent in budget.get(key) or ():
            told = any_of(_tells(each, kind, percent, budget.get("notify") or ()) for each in given)
            yield claim(told, f"nobody of `notify` is told at {percent} percent, {kind.lower()}")
    for each in given:
        yield from _topics(each.at("subscriberSnsTopicArns"), stack)


def _tells(each: Value, kind: str, percent: Any, readers: Sequence[str]) -> Truth:
    """Whether a notification of a kind at a percentage tells every reader."""
    subscribed = all_of(each.at("subscriberEmailAddresses").contains(reader) for reader in readers)
    return (
        each.at("notificationType").equals(kind)
        & each.at("comparisonOperator").equals("GREATER_THAN")
        & each.at("threshold").test(lambda raw: Decimal(str(raw)) == Decimal(str(percent)))
        & subscribed
    )


def _topics(topics: Value, stack: JudgedStack) -> Iterator[Claim]:
    for topic in topics.items():
        yield claim(_is_in_account(topic, stack), f"`{topic.path}` is a topic of another account")


def _is_in_account(arn: Value, stack: JudgedStack) -> Truth:
    account = stack.context.account
    return (
        arn.test(lambda raw: raw.split(":")[4:5] == [account])
        if account or not arn.is_known
        else Truth.UNSURE
    )


def _freeze(action: Resource, budget: Mapping[str, Any], stack: JudgedStack) -> Iterator[Claim]:
    freeze = budget.get("freeze") or {}
    yield claim(bool(freeze), "the stack file declares no freeze")
    approval = str(freeze.get("approval") or "manual").upper()
    yield claim(
        action.at("approvalModel").equals(approval), "`approvalModel` is not `budget.freeze.approval`"
    )
    kind = "FORECASTED" if freeze.get("spend") == "forecast" else "ACTUAL"
    yield claim(action.at("notificationType").equals(kind), f"`notificationType` is not `{kind}`")
    percent = Decimal(str(freeze.get("percent") or 0))
    value = action.at("actionThreshold.actionThresholdValue")
    same = value.test(lambda raw: Decimal(str(raw)) == percent)
    by_percent = action.at("actionThreshold.actionThresholdType").equals("PERCENTAGE")
    yield claim(same & by_percent, f"`{value.path}` is not `budget.freeze.percent`")
    yield claim(action.at("actionType").equals("APPLY_IAM_POLICY"), "`actionType` is not `APPLY_IAM_POLICY`")
    roles = action.at("definition.iamActionDefinition.roles")
    yield claim(roles.is_given, f"`{roles.path}` is empty: nobody is frozen")
    for role in roles.items():
        ours = role.test(lambda raw: raw.startswith(NODE_ROLES))
        yield claim(ours, f"`{role.path}` is no role of a foundation")
    names = [each.properties.get("name") for each in stack.of(BUDGET)]
    referred = bool(stack.targets(action, "budgetName", BUDGET))
    same = action.at("budgetName").test(lambda raw: raw in names)
    yield claim(same | referred, "`budgetName` is no budget of the stack")
    addresses = [each.at("address") for each in action.at("subscribers").items()]
    for reader in budget.get("notify") or ():
        told = any_of(each.equals(reader) for each in addresses)
        yield claim(told, "somebody of `notify` is not among `subscribers`")


def _anomalies(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if subject.kind == CLOUD_CONTROL_RESOURCE:
        if subject.at("typeName").one_of(*CLOUD_CONTROL_TYPES):
            yield from _monitor(subject)
        return
    yield claim(subject.at("frequency").one_of("DAILY", "IMMEDIATE"), "`frequency` is later than a day")
    some = ~subject.at("monitorArnLists").is_absent | bool(stack.targets(subject, "monitorArnLists"))
    yield claim(some, "`monitorArnLists` is empty")
    readers = subject.at("subscribers")
    yield claim(readers.is_given, "`subscribers` is empty")
    for each in readers.items():
        of_topic = each.at("type").equals("SNS")
        yield claim(
            ~of_topic | _is_in_account(each.at("address"), stack), f"`{each.path}` is of another account"
        )
    expression = subject.at("thresholdExpression")
    either = [expression, *expression.at("ors").items()]
    low = any_of(_is_low(each.at("dimension")) for each in either)
    yield claim(low, f"`{expression.path}` waits for more than a warning should, or for two things at once")


def _is_low(dimension: Value) -> Truth:
    most = any_of(
        dimension.at("key").equals(key)
        & any_of(_is_at_most(each, limit) for each in dimension.at("values").items())
        for key, limit in MOST_IMPACT.items()
    )
    return most & dimension.at("matchOptions").contains("GREATER_THAN_OR_EQUAL")


def _is_at_most(value: Value, limit: int) -> Truth:
    return value.test(lambda raw: Decimal(str(raw)) <= limit)


def _monitor(monitor: Resource) -> Iterator[Claim]:
    yield claim(
        monitor.at("desiredState").test(_is_of_all_teams), "it does not look at the spend of each team"
    )


def _is_of_all_teams(text: str) -> bool:
    state = json.loads(text)
    tags = json.loads(state.get("MonitorSpecification", "{}")).get("Tags", {})
    by_tag = state.get("MonitorType") == "DIMENSIONAL" and state.get("MonitorDimension") == "TAG"
    return by_tag and tags.get("Key") == COST_TAG and not tags.get("Values")


RULES = (
    Rule(
        id="CO-09",
        name="budget-as-declared",
        title="A budget and its freeze are those of the stack file",
        why="A limit, a threshold or a reader that differs is a budget that tells another story than the approved one.",
        fix="Leave the budget to the component, and change `paved:budget` in a reviewed file.",
        severity=Severity.HIGH,
        enforcement=EVERYWHERE,
        owner="finops",
        scope="stack",
        kinds=(PULUMI_STACK, BUDGET, BUDGET_ACTION),
        check=_declared,
    ),
    Rule(
        id="CO-10",
        name="anomalies-told",
        title="Spend that nobody expected is told within a day",
        why="A threshold that no day reaches, or a monitor of one team, reads well and warns of nothing.",
        fix="Leave the monitor and the subscription to the component; lower what the message names.",
        severity=Severity.MEDIUM,
        enforcement=EVERYWHERE,
        owner="finops",
        scope="stack",
        kinds=(ANOMALY_SUBSCRIPTION, CLOUD_CONTROL_RESOURCE),
        check=_anomalies,
        note="One of two thresholds has to be low: 100 percent of what was expected, or 10000 US dollars.",
    ),
)
