"""Events of AWS services that are published to a topic, each as one sentence."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi_aws as aws
from pulumi import ComponentResource, ResourceOptions

from components.monitoring.notifications import Notifications

RULE_NAME_LIMIT = 64


@dataclass(frozen=True, kw_only=True)
class EventNotification:
    """Events of one EventBridge `pattern`, and the sentence that each is published as.

    `text` names the keys of `paths` in angle brackets; a field that an event lacks is left out.
    `rule` is the rule's physical name, of at most 64 characters.
    """

    rule: str
    description: str
    pattern: Mapping[str, Any]
    paths: Mapping[str, str]
    text: str


def publish_events(
    event: EventNotification, name: str, topic: Notifications, parent: ComponentResource
) -> None:
    """Create the rule, its target, and the alarm of events that do not arrive.

    The topic's policy has to let EventBridge publish, and the policy of the topic's key EventBridge use it. Where one
    of them does not, EventBridge drops the event, and the metric `FailedInvocations` alone tells.
    """
    rule = aws.cloudwatch.EventRule(
        name,
        name=event.rule,
        description=event.description,
        event_pattern=json.dumps(event.pattern, sort_keys=True),
        opts=ResourceOptions(parent=parent),
    )
    aws.cloudwatch.EventTarget(
        name,
        rule=rule.name,
        target_id="topic",
        arn=topic.topic_arn,
        input_transformer=aws.cloudwatch.EventTargetInputTransformerArgs(
            input_paths=dict(event.paths), input_template=json.dumps(event.text)
        ),
        opts=ResourceOptions(parent=parent, depends_on=[topic]),
    )
    _alarm_on_lost(event, name, topic, parent)


def _alarm_on_lost(
    event: EventNotification, name: str, topic: Notifications, parent: ComponentResource
) -> None:
    aws.cloudwatch.MetricAlarm(
        f"{name}-lost",
        name=event.rule,
        alarm_description=f"Events of {event.rule} do not reach their topic: its policy or its key refuses them",
        namespace="AWS/Events",
        metric_name="FailedInvocations",
        dimensions={"RuleName": event.rule},
        statistic="Sum",
        period=300,
        evaluation_periods=1,
        threshold=0,
        comparison_operator="GreaterThanThreshold",
        treat_missing_data="notBreaching",  # the metric is there only while events fail
        alarm_actions=[topic.topic_arn],
        opts=ResourceOptions(parent=parent, depends_on=[topic]),
    )
