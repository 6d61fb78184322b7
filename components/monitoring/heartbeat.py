"""The dead man's switch of a cluster's alerts: an alarm of AWS that rings once Alertmanager has fallen silent.

Prometheus's `Watchdog` always fires. Alertmanager publishes it every few minutes to a topic that nobody reads, and
CloudWatch counts. It stops with Prometheus, Alertmanager, the cluster, their way to AWS and their right to publish.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi_aws as aws
import pulumi_kubernetes as k8s
from pulumi import ComponentResource, Input, Output, Resource, ResourceOptions

from components.account import Account
from components.monitoring.notifications import TOPIC_NAME_LIMIT, Notifications, topic_policy
from components.monitoring.routing import matcher
from components.monitoring.runbooks import opened
from components.security.encryption_key import EncryptionKey
from reference.names import physical_name

RUNBOOK = "docs/runbooks/HeartbeatLost.md"
WATCHDOG = "Watchdog"
PERIOD_SECONDS = 300
SILENT_PERIODS = 3
"""A quarter of an hour: longer than both replicas of Alertmanager take to start anew on other nodes."""


@dataclass(frozen=True, kw_only=True)
class HeartbeatArgs:
    """The topic of the heartbeat, under a key that Alertmanager's role may use, and where the alarm is published."""

    account: Account
    stack: str
    key: EncryptionKey
    topic: Notifications


class Heartbeat(ComponentResource):
    """A topic without readers, and the alarm that rings when nothing is published to it."""

    def __init__(self, name: str, args: HeartbeatArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:monitoring:Heartbeat", name, {}, opts)
        arn = heartbeat_arn(args.account, args.stack)
        topic = aws.sns.Topic(
            name,
            name=heartbeat_topic_name(args.stack),
            kms_master_key_id=args.key.alias_arn,
            opts=ResourceOptions(parent=self, depends_on=[args.key]),
        )
        aws.sns.TopicPolicy(
            f"{name}-policy", arn=topic.arn, policy=topic_policy(arn), opts=ResourceOptions(parent=self)
        )
        aws.cloudwatch.MetricAlarm(
            name,
            name=physical_name(args.stack, "heartbeat", limit=255),
            alarm_description=Output.from_input(args.topic.runbooks).apply(
                lambda address: opened(description(args.stack), address)
            ),
            namespace="AWS/SNS",
            metric_name="NumberOfMessagesPublished",
            dimensions={"TopicName": topic.name},
            statistic="Sum",
            period=PERIOD_SECONDS,
            evaluation_periods=SILENT_PERIODS,
            threshold=1,
            comparison_operator="LessThanThreshold",
            treat_missing_data="breaching",  # SNS counts nothing of a topic that nothing is published to
            alarm_actions=[args.topic.topic_arn],
            opts=ResourceOptions(parent=self, depends_on=[args.topic]),
        )
        self.register_outputs({})


@dataclass(frozen=True, kw_only=True)
class HeartbeatRouteArgs:
    """The namespace of Alertmanager, and the topic that it publishes its heartbeat to."""

    namespace: Input[str]
    topic_arn: str
    region: str
    labels: Mapping[str, str]
    after: Sequence[Resource]


class HeartbeatRoute(ComponentResource):
    """An AlertmanagerConfig of the one alert that always fires. Planned work does not mute it."""

    def __init__(self, name: str, args: HeartbeatRouteArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:monitoring:HeartbeatRoute", name, {}, opts)
        k8s.apiextensions.CustomResource(
            name,
            api_version="monitoring.coreos.com/v1alpha1",
            kind="AlertmanagerConfig",
            metadata=k8s.meta.v1.ObjectMetaArgs(
                name="heartbeat", namespace=args.namespace, labels=dict(args.labels)
            ),
            spec=heartbeat_route(args.topic_arn, args.region),
            opts=ResourceOptions(parent=self, depends_on=list(args.after)),
        )
        self.register_outputs({})


def heartbeat_route(topic_arn: str, region: str) -> dict[str, Any]:
    """Publish `Watchdog` about every five minutes, and nothing else."""
    return {
        "route": {
            "receiver": "heartbeat",
            "matchers": [matcher("alertname", WATCHDOG)],
            "groupBy": ["alertname"],
            "groupWait": "30s",
            # Alertmanager looks once in an interval whether it is time to repeat, so this one is the shorter.
            "groupInterval": "1m",
            "repeatInterval": "4m",
        },
        "receivers": [
            {
                "name": "heartbeat",
                "snsConfigs": [
                    {
                        "topicARN": topic_arn,
                        "sigv4": {"region": region},
                        "sendResolved": False,
                        "subject": "heartbeat",
                    }
                ],
            }
        ],
    }


def description(stack: str) -> str:
    """The text of the alarm, which is all that its reader gets."""
    minutes = PERIOD_SECONDS * SILENT_PERIODS // 60
    return (
        f"Alertmanager of {stack} has published no heartbeat for {minutes} minutes: no alert of the cluster reaches "
        f"anybody. What to do: {RUNBOOK}"
    )


def heartbeat_topic_name(stack: str) -> str:
    """The physical name of a foundation's heartbeat topic."""
    # Alertmanager's role may publish to topics whose names end so.
    return physical_name(stack, "heartbeat", "alerts", limit=TOPIC_NAME_LIMIT)


def heartbeat_arn(account: Account, stack: str) -> str:
    """The ARN of a foundation's heartbeat topic, known before it exists."""
    return account.arn("sns", heartbeat_topic_name(stack))
