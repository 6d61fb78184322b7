"""Early warning of nodes that AWS is about to take back: events, and the queue that they arrive in."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import ComponentResource, Output, ResourceOptions

from components.account import Account
from components.identity.document import allow, deny_without_tls, policy_document
from reference.names import physical_name
from reference.vocabulary import EVENTS_SERVICE

RETENTION_SECONDS = 300
"""A warning older than this is about a node that is gone."""

EVENTS: Mapping[str, tuple[str, str]] = {
    "capacity-reservation": ("aws.ec2", "EC2 Capacity Reservation Instance Interruption Warning"),
    "health": ("aws.health", "AWS Health Event"),
    "rebalance": ("aws.ec2", "EC2 Instance Rebalance Recommendation"),
    "spot": ("aws.ec2", "EC2 Spot Instance Interruption Warning"),
    "state-change": ("aws.ec2", "EC2 Instance State-change Notification"),
}
"""Event id -> source and detail type."""


@dataclass(frozen=True, kw_only=True)
class InterruptionsArgs:
    """The queue's physical name, and the stack that the rules' names derive from."""

    account: Account
    stack: str
    queue_name: str


class Interruptions(ComponentResource):
    """A queue that EventBridge alone may write to, over TLS, and one rule per kind of event.

    SQS encrypts it with a key of its own: the messages hold instance ids for five minutes, and a key policy
    that EventBridge could not use would lose warnings in silence.
    """

    def __init__(self, name: str, args: InterruptionsArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:cluster:Interruptions", name, {}, opts)
        child = ResourceOptions(parent=self)
        queue = aws.sqs.Queue(
            name,
            name=args.queue_name,
            message_retention_seconds=RETENTION_SECONDS,
            sqs_managed_sse_enabled=True,
            opts=child,
        )
        rules = interruption_rules(args.stack)
        policy = aws.sqs.QueuePolicy(
            f"{name}-policy",
            queue_url=queue.url,
            policy=queue_policy(args.account, args.queue_name, rules.values()),
            opts=child,
        )
        for event, (source, detail_type) in EVENTS.items():
            rule = aws.cloudwatch.EventRule(
                f"{name}-{event}",
                name=rules[event],
                description=f"{detail_type}, for the node provisioner",
                event_pattern=json.dumps({"detail-type": [detail_type], "source": [source]}),
                opts=child,
            )
            aws.cloudwatch.EventTarget(
                f"{name}-{event}",
                rule=rule.name,
                arn=queue.arn,
                target_id="interruption-queue",
                opts=ResourceOptions(parent=self, depends_on=[policy]),
            )
        self.queue_name: Output[str] = queue.name
        self.register_outputs({"queue_name": self.queue_name})


def interruption_rules(stack: str) -> dict[str, str]:
    """The physical name of the rule of each kind of event."""
    return {event: physical_name(stack, "interruption", event, limit=64) for event in EVENTS}


def queue_policy(account: Account, queue_name: str, rules: Iterable[str]) -> str:
    """Refuse plain HTTP; let these EventBridge rules send, and no others."""
    queue_arn = account.arn("sqs", queue_name)
    return policy_document(
        deny_without_tls(["sqs:*"], [queue_arn]),
        allow(
            "SentByRules",
            ["sqs:SendMessage"],
            [queue_arn],
            principal={"Service": EVENTS_SERVICE},
            conditions={
                "ArnEquals": {
                    "aws:SourceArn": [account.arn("events", f"rule/{rule}") for rule in sorted(rules)]
                }
            },
        ),
    )
