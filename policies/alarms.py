"""Alarms of CloudWatch: whether one rings at the first count, and whether somebody reads what it publishes."""

from collections.abc import Callable
from typing import Any

from policies.resources import JudgedStack, Resource
from policies.values import Truth, Value, any_of
from reference.vocabulary import SNS_SUBSCRIPTION, SNS_TOPIC

FIRST_COUNT = {"GreaterThanThreshold": (0, 1), "GreaterThanOrEqualToThreshold": (0.001, 1.001)}
"""The thresholds, from and below, at which a comparison is true of one and false of nothing."""


def rings_at_first(alarm: Resource) -> Truth:
    """Whether an alarm that is on rings in the first period in which anything was counted."""
    comparison, threshold = alarm.at("comparisonOperator"), alarm.at("threshold")
    by_first = any_of(
        comparison.equals(operator) & threshold.test(_is_between(*limits))
        for operator, limits in FIRST_COUNT.items()
    )
    return (
        by_first
        & alarm.at("actionsEnabled").equals(True, missing=True)
        & alarm.at("statistic").one_of("Sum", "SampleCount", "Maximum")
        & alarm.at("evaluationPeriods").test(lambda raw: float(raw) == 1)
    )


def is_read(topic: Value, stack: JudgedStack) -> Truth:
    """Whether a topic by its ARN has a subscriber; that of a topic of another stack is that stack's to have."""
    if not topic.is_known:
        return Truth.UNSURE
    arn = topic.text()
    own = [each for each in stack.of(SNS_TOPIC) if each.at("name").raw == arn.rpartition(":")[2]]
    subscribed = any_of(each.at("topic").equals(arn) for each in stack.of(SNS_SUBSCRIPTION))
    for each in own:
        subscribed = subscribed | bool(stack.companions(each, SNS_SUBSCRIPTION, "topic"))
    account = stack.context.account
    # A topic of another account is read by whoever is there.
    ours = account is None or arn.split(":")[4:5] == [account]
    return Truth.of(":sns:" in arn and ours) & (subscribed | (not own))


def is_told(alarm: Resource, stack: JudgedStack) -> Truth:
    """Whether an alarm publishes to a topic that somebody reads."""
    return any_of(is_read(each, stack) for each in alarm.at("alarmActions").items())


def _is_between(least: float, below: float) -> Callable[[Any], bool]:
    return lambda raw: least <= float(raw) < below
