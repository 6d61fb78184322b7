"""The queue of a trigger's events, filled by new objects of a dataset or by a drift alert that fires."""

import json
from dataclasses import dataclass
from typing import Any

import pulumi_aws as aws
import pulumi_kubernetes as k8s
from pulumi import ComponentResource, ResourceOptions

from components.account import Account
from components.identity.document import Conditions, Statement, allow, deny_without_tls, policy_document
from components.identity.perimeter import deny_outside
from components.monitoring.count_alarms import CountAlarm, alarm_on_count
from components.monitoring.event_notifications import alarm_on_lost
from components.monitoring.notifications import topic_policy
from components.monitoring.routing import matcher
from components.retraining.run import RetrainingTeam
from reference.names import physical_name
from reference.vocabulary import EVENTS_SERVICE, POD_NAMESPACE_KEY

QUEUE_NAME_LIMIT = 80
RETENTION_SECONDS = 14 * 24 * 3600
"""The longest there is: events wait for a run that waits for GPUs."""

VISIBILITY_TIMEOUT_SECONDS = 900
"""The time of a run to settle its events. After that the messages of one that failed are visible again."""

MAX_RECEIVE_COUNT = 5

RUNBOOK = "docs/runbooks/EventsDead.md"

DRIFT_SIGNAL = {"signal": "drift"}
"""The label of an alert that starts retraining, beside `namespace` and `endpoint`."""


@dataclass(frozen=True, kw_only=True)
class NewData:
    """Objects that appear below a prefix of a bucket, those alone that end in `suffix` where it is given."""

    bucket: str
    prefix: str
    suffix: str


@dataclass(frozen=True, kw_only=True)
class Drift:
    """A drift alert of an endpoint, sent again only `cooldown_hours` later if it still fires."""

    endpoint: str
    cooldown_hours: int


@dataclass(frozen=True, kw_only=True)
class EventQueueArgs:
    """The queue of one trigger. The drift alert comes through a topic under the team's key."""

    team: RetrainingTeam
    trigger: str
    source: NewData | Drift


class EventQueue(ComponentResource):
    """A queue, its source, and a second queue for messages that no run could handle.

    SQS encrypts both with a key of its own. Messages hold names of objects and of alerts, never their contents.
    """

    def __init__(self, name: str, args: EventQueueArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:retraining:EventQueue", name, {}, opts)
        self._name, self._args = name, args
        self._team = args.team
        self.queue_name = queue_name(args.team.stack, args.trigger)
        self.url = queue_url(args.team.account, self.queue_name)
        self._queue = self._make_queue()
        match args.source:
            case NewData() as source:
                self._make_rule(source)
            case Drift() as source:
                self._make_topic(source)
        self.register_outputs({"url": self.url})

    def _make_queue(self) -> aws.sqs.Queue:
        account, child = self._team.account, ResourceOptions(parent=self)
        dead_name = queue_name(self._team.stack, self._args.trigger, "dead")
        dead = aws.sqs.Queue(
            f"{self._name}-dead",
            name=dead_name,
            message_retention_seconds=RETENTION_SECONDS,
            sqs_managed_sse_enabled=True,
            redrive_allow_policy=json.dumps(
                {"redrivePermission": "byQueue", "sourceQueueArns": [account.arn("sqs", self.queue_name)]},
                sort_keys=True,
            ),
            opts=child,
        )
        # Its messages are those of the queue, so it is as closed. SQS moves them itself and asks no policy.
        aws.sqs.QueuePolicy(
            f"{self._name}-dead-policy",
            queue_url=dead.url,
            policy=policy_document(*_denials(account, dead_name)),
            opts=child,
        )
        alarm_on_count(
            dead_letters(self._team.stack, self._args.trigger),
            f"{self._name}-dead",
            self._team.topic,
            self,
            after=dead,
        )
        return aws.sqs.Queue(
            self._name,
            name=self.queue_name,
            message_retention_seconds=RETENTION_SECONDS,
            visibility_timeout_seconds=VISIBILITY_TIMEOUT_SECONDS,
            sqs_managed_sse_enabled=True,
            redrive_policy=json.dumps(
                {"deadLetterTargetArn": account.arn("sqs", dead_name), "maxReceiveCount": MAX_RECEIVE_COUNT},
                sort_keys=True,
            ),
            opts=ResourceOptions(parent=self, depends_on=[dead]),
        )

    def _make_policy(self, service: str, source_arn: str) -> aws.sqs.QueuePolicy:
        return aws.sqs.QueuePolicy(
            f"{self._name}-policy",
            queue_url=self._queue.url,
            policy=queue_policy(self._team.account, self.queue_name, service, source_arn),
            opts=ResourceOptions(parent=self),
        )

    def _make_rule(self, source: NewData) -> None:
        stack, trigger, account = self._team.stack, self._args.trigger, self._team.account
        rule_name = physical_name(stack, "retrain", trigger, limit=64)
        policy = self._make_policy(EVENTS_SERVICE, account.arn("events", f"rule/{rule_name}"))
        rule = aws.cloudwatch.EventRule(
            f"{self._name}-rule",
            name=rule_name,
            description=f"New objects that start the retraining {trigger} of {stack}",
            event_pattern=json.dumps(object_pattern(source), sort_keys=True),
            opts=ResourceOptions(parent=self),
        )
        aws.cloudwatch.EventTarget(
            f"{self._name}-rule",
            rule=rule.name,
            arn=self._queue.arn,
            target_id="retraining",
            opts=ResourceOptions(parent=self, depends_on=[policy]),
        )
        alarm_on_lost(rule_name, f"{self._name}-rule", self._team.topic, self)

    def _make_topic(self, source: Drift) -> None:
        team, child = self._team, ResourceOptions(parent=self)
        # Alertmanager's role may publish to topics whose names end so.
        topic_name = physical_name(team.stack, self._args.trigger, "alerts", limit=256)
        topic_arn = team.account.arn("sns", topic_name)
        policy = self._make_policy("sns.amazonaws.com", topic_arn)
        topic = aws.sns.Topic(
            f"{self._name}-topic",
            name=topic_name,
            kms_master_key_id=team.key.alias_arn,
            opts=ResourceOptions(parent=self, depends_on=[team.key]),
        )
        aws.sns.TopicPolicy(
            f"{self._name}-topic-policy", arn=topic.arn, policy=topic_policy(topic_arn), opts=child
        )
        aws.sns.TopicSubscription(
            f"{self._name}-topic",
            topic=topic.arn,
            protocol="sqs",
            endpoint=self._queue.arn,
            # Else SNS wraps the alert in an envelope of its own.
            raw_message_delivery=True,
            opts=ResourceOptions(parent=self, depends_on=[policy]),
        )
        k8s.apiextensions.CustomResource(
            f"{self._name}-route",
            api_version="monitoring.coreos.com/v1alpha1",
            kind="AlertmanagerConfig",
            metadata=k8s.meta.v1.ObjectMetaArgs(
                name=f"retrain-{self._args.trigger}", namespace=team.namespace, labels=dict(team.labels)
            ),
            spec=drift_route(source, topic_arn=topic_arn, region=team.account.region),
            opts=child,
        )


def dead_letters(stack: str, trigger: str) -> CountAlarm:
    """The alarm of events that no run could handle. It stays until they were moved back or deleted."""
    name = queue_name(stack, trigger, "dead")
    return CountAlarm(
        alarm=name,
        description=f"Events of {stack} that start {trigger} were given up after {MAX_RECEIVE_COUNT} attempts. "
        f"What to do: {RUNBOOK}",
        namespace="AWS/SQS",
        metric="ApproximateNumberOfMessagesVisible",
        dimensions={"QueueName": name},
    )


def object_pattern(source: NewData) -> dict[str, Any]:
    """The events of S3 that count: an object was created, under a key of this form."""
    key = {"wildcard": f"{source.prefix}*{source.suffix}"} if source.suffix else {"prefix": source.prefix}
    return {
        "source": ["aws.s3"],
        "detail-type": ["Object Created"],
        "detail": {"bucket": {"name": [source.bucket]}, "object": {"key": [key]}},
    }


def drift_route(source: Drift, *, topic_arn: str, region: str) -> dict[str, Any]:
    """Send the endpoint's drift alerts to the topic, together and no more often than the cooldown says.

    Alertmanager itself sees to it that only alerts with the namespace's label come here.
    """
    pause = f"{source.cooldown_hours}h"
    labels = {**DRIFT_SIGNAL, "endpoint": source.endpoint}
    return {
        "route": {
            "receiver": "retraining",
            "matchers": [matcher(name, value) for name, value in labels.items()],
            "groupBy": ["endpoint"],
            "groupWait": "30s",
            "groupInterval": pause,  # another alert of the endpoint is not another run
            "repeatInterval": pause,
        },
        "receivers": [
            {
                "name": "retraining",
                "snsConfigs": [
                    {
                        "topicARN": topic_arn,
                        "sigv4": {"region": region},
                        "sendResolved": False,  # an alert that ends starts no run
                        "subject": f"drift: {source.endpoint}",
                    }
                ],
            }
        ],
    }


def queue_policy(account: Account, name: str, service: str, source_arn: str) -> str:
    """Refuse plain HTTP, and pods' credentials from outside; let one rule or topic send, and nobody else."""
    return policy_document(
        *_denials(account, name),
        allow(
            "SentBySource",
            ["sqs:SendMessage"],
            [account.arn("sqs", name)],
            principal={"Service": service},
            conditions={"ArnEquals": {"aws:SourceArn": source_arn}},
        ),
    )


def _denials(account: Account, name: str) -> list[Statement]:
    arn = account.arn("sqs", name)
    by_pods: Conditions = {"Null": {POD_NAMESPACE_KEY: "false"}}
    outside = deny_outside(account, ["sqs:*"], [arn], principal="*", conditions=by_pods)
    return [deny_without_tls(["sqs:*"], [arn]), *outside]


def queue_name(stack: str, trigger: str, *role: str) -> str:
    """The physical name of a trigger's queue."""
    # KEDA may ask for the length of queues named `paved-*-retrain-*` alone.
    return physical_name(stack, "retrain", trigger, *role, limit=QUEUE_NAME_LIMIT)


def queue_url(account: Account, name: str) -> str:
    """The URL of a queue by name."""
    return f"https://sqs.{account.region}.{account.dns_suffix}/{account.id}/{name}"
