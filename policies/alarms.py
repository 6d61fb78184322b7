"""Alarms of CloudWatch: whether one rings at the first count, and whether somebody reads what it publishes."""

from collections.abc import Callable, Iterator
from typing import Any

from policies.resources import JudgedStack, Resource
from policies.rule import Claim, claim
from policies.values import Truth, Value, all_of, any_of
from reference.vocabulary import SNS_SUBSCRIPTION, SNS_TOPIC, SQS_QUEUE

FIRST_COUNT = {"GreaterThanThreshold": (0, 1), "GreaterThanOrEqualToThreshold": (0.001, 1.001)}
"""The thresholds, from and below, at which a comparison is true of one and false of nothing."""
LONGEST_SILENCE_SECONDS = 3600
"""After which somebody hears of a heartbeat that has stopped."""

COUNTED = ("AWS/Events", "AWS/SQS", "Paved/Records")
"""Namespaces whose metrics count what must not happen: one is already too many."""


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


def rings_in_silence(alarm: Resource) -> Truth:
    """Whether an alarm that is on rings once nothing has been published for an hour or less."""
    seconds = alarm.at("evaluationPeriods").number(0) * alarm.at("period").number(0)
    return all_of(
        [
            alarm.at("metricName").equals("NumberOfMessagesPublished"),
            alarm.at("comparisonOperator").equals("LessThanThreshold"),
            alarm.at("threshold").test(lambda raw: 0 < float(raw) <= 1),
            alarm.at("treatMissingData").equals("breaching"),
            alarm.at("statistic").one_of("Sum", "SampleCount", "Maximum"),
            Truth.of(0 < seconds <= LONGEST_SILENCE_SECONDS),
        ]
    )


def is_about_own(alarm: Resource, stack: JudgedStack, dimension: str, kind: str) -> Truth:
    """Whether an alarm's one dimension is the name of a resource of the stack."""
    named = alarm.at("dimensions")
    names = [each.properties.get("name") for each in stack.of(kind)]
    return named.test(lambda raw: set(raw) == {dimension} and raw[dimension] in names)


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


def alarm_claims(alarm: Resource, stack: JudgedStack) -> Iterator[Claim]:
    """The claims about an alarm: it rings soon, about what it should, and somebody reads it."""
    yield claim(alarm.at("actionsEnabled").equals(True, missing=True), "`actionsEnabled` is false")
    yield claim(is_told(alarm, stack), "`alarmActions` is no topic of ours that somebody reads")
    periods = alarm.at("evaluationPeriods")
    needed = alarm.at("datapointsToAlarm").test(lambda raw: float(raw) <= periods.number(1), missing=True)
    yield claim(needed, "`datapointsToAlarm` is more than `evaluationPeriods`: it never rings")
    ignores = alarm.at("treatMissingData").equals("ignore")
    yield claim(~ignores, "`treatMissingData` is `ignore`: it stays as it was, whatever happens")
    if alarm.at("namespace").one_of(*COUNTED):
        yield claim(rings_at_first(alarm), "it does not ring at the first of what must not happen")
        short = alarm.at("period").test(lambda seconds: float(seconds) <= 3600, missing=True)
        yield claim(short, "`period` is more than an hour")
    if alarm.at("namespace").equals("AWS/SQS"):
        waits = alarm.at("metricName").equals("ApproximateNumberOfMessagesVisible")
        about = waits & is_about_own(alarm, stack, "QueueName", SQS_QUEUE)
        yield claim(about, "it is not about messages that wait in a queue of the stack")
    if alarm.at("namespace").equals("AWS/SNS"):
        yield claim(rings_in_silence(alarm), "it does not ring after an hour in which nothing was published")
        yield claim(is_about_own(alarm, stack, "TopicName", SNS_TOPIC), "it is about no topic of the stack")
