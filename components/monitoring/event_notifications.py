"""Events of AWS services that are published to a topic, each as one sentence."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi_aws as aws
from pulumi import ComponentResource, Output, ResourceOptions

from components.monitoring.count_alarms import CountAlarm, alarm_on_count
from components.monitoring.notifications import Notifications
from components.monitoring.runbooks import opened

RULE_NAME_LIMIT = 64
WITH_READS = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"


@dataclass(frozen=True, kw_only=True)
class EventNotification:
    """Events of one EventBridge `pattern`, and the sentence that each is published as.

    `text` names the keys of `paths` in angle brackets; a field that an event lacks is left out.
    `rule` is the rule's physical name, of at most 64 characters. `reads` takes in calls that only read, which
    EventBridge leaves out unless a rule asks for them.
    """

    rule: str
    description: str
    pattern: Mapping[str, Any]
    paths: Mapping[str, str]
    text: str
    reads: bool = False


@dataclass(frozen=True, kw_only=True)
class LostEventsArgs:
    """The physical names of rules, each by a name of its own, and the topic, whose policy has to let alarms publish."""

    rules: Mapping[str, str]
    topic: Notifications


class LostEvents(ComponentResource):
    """An alarm for each rule whose events go elsewhere than to a topic, and may be refused there."""

    def __init__(self, name: str, args: LostEventsArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:monitoring:LostEvents", name, {}, opts)
        for event, rule in args.rules.items():
            alarm_on_lost(rule, f"{name}-{event}", args.topic, self)
        self.register_outputs({})


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
        state=WITH_READS if event.reads else None,
        opts=ResourceOptions(parent=parent),
    )
    aws.cloudwatch.EventTarget(
        name,
        rule=rule.name,
        target_id="topic",
        arn=topic.topic_arn,
        input_transformer=aws.cloudwatch.EventTargetInputTransformerArgs(
            input_paths=dict(event.paths),
            input_template=Output.from_input(topic.runbooks).apply(
                lambda address: json.dumps(opened(event.text, address))
            ),
        ),
        opts=ResourceOptions(parent=parent, depends_on=[topic]),
    )
    alarm_on_lost(event.rule, name, topic, parent)


def alarm_on_lost(rule: str, name: str, topic: Notifications, parent: ComponentResource) -> None:
    """Create the alarm of a rule's events that its target refuses, which EventBridge drops and tells nobody of."""
    lost = CountAlarm(
        alarm=rule,
        description=f"Events of {rule} do not reach their target: its policy or its key refuses them",
        namespace="AWS/Events",
        metric="FailedInvocations",
        dimensions={"RuleName": rule},
    )
    alarm_on_count(lost, f"{name}-lost", topic, parent)
