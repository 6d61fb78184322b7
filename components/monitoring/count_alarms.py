"""Alarms of CloudWatch that ring at the first occurrence of what should not occur."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi_aws as aws
from pulumi import ComponentResource, Input, Output, Resource, ResourceOptions

from components.monitoring.notifications import Notifications
from components.monitoring.runbooks import opened

PERIOD_SECONDS = 300
METRIC_NAMESPACE = "Paved/Records"
"""The namespace of metrics that are counted from log records."""


@dataclass(frozen=True, kw_only=True)
class CountAlarm:
    """An alarm by its physical name, and the metric whose first count it rings at."""

    alarm: str
    description: str
    namespace: str
    metric: str
    dimensions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class RecordAlarm:
    """An alarm on the JSON records of a log group that match a filter pattern, of at most 1024 characters."""

    alarm: str
    description: str
    log_group: Input[str]
    pattern: str


def alarm_on_count(
    counted: CountAlarm,
    name: str,
    topic: Notifications,
    parent: ComponentResource,
    after: Resource | None = None,
) -> None:
    """Create an alarm that publishes to the topic, whose policy and key have to let CloudWatch."""
    aws.cloudwatch.MetricAlarm(
        name,
        name=counted.alarm,
        alarm_description=Output.from_input(topic.runbooks).apply(
            lambda address: opened(counted.description, address)
        ),
        namespace=counted.namespace,
        metric_name=counted.metric,
        dimensions=dict(counted.dimensions) or None,
        statistic="Sum",
        period=PERIOD_SECONDS,
        evaluation_periods=1,
        threshold=0,
        comparison_operator="GreaterThanThreshold",
        treat_missing_data="notBreaching",  # the metric is there only while something is counted
        alarm_actions=[topic.topic_arn],
        opts=ResourceOptions(parent=parent, depends_on=[topic, *([after] if after else [])]),
    )


def alarm_on_records(
    records: RecordAlarm, name: str, topic: Notifications, parent: ComponentResource
) -> None:
    """Count the records that match, and create the alarm on the count."""
    counting = aws.cloudwatch.LogMetricFilter(
        name,
        name=records.alarm,
        log_group_name=records.log_group,
        pattern=records.pattern,
        metric_transformation=aws.cloudwatch.LogMetricFilterMetricTransformationArgs(
            namespace=METRIC_NAMESPACE, name=records.alarm, value="1"
        ),
        opts=ResourceOptions(parent=parent),
    )
    counted = CountAlarm(
        alarm=records.alarm,
        description=records.description,
        namespace=METRIC_NAMESPACE,
        metric=records.alarm,
    )
    alarm_on_count(counted, name, topic, parent, after=counting)
