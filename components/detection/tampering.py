"""Alarms of what an intruder does first: switch the records and the detectors off, or delete the keys.

They follow the CIS AWS Foundations Benchmark, section 4 (monitoring): the root user, CloudTrail, keys, policies of
buckets, AWS Config. EventBridge hears of a call within a minute or so, in the region that it was made in, and of one
that was refused as well. The root user signs in through us-east-1, so the trail's log group has to tell of that.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pulumi import ComponentResource, Input, ResourceOptions

from components.monitoring.count_alarms import RecordAlarm, alarm_on_records
from components.monitoring.event_notifications import RULE_NAME_LIMIT, EventNotification, publish_events
from components.monitoring.notifications import Notifications
from reference.names import physical_name

RUNBOOK = "docs/runbooks/RecordsTampered.md"
ROOT_RUNBOOK = "docs/runbooks/RootUsed.md"
ALARM_NAME_LIMIT = 255

ROOT_PATTERN = (
    '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS'
    ' && $.eventType != "AwsServiceEvent" }'
)
"""The filter of a trail's records for what somebody does as root, and no service for them (CIS 4.3)."""

BUCKET_CALLS = (
    *("DeleteBucket", "DeleteBucketLifecycle", "DeleteBucketPolicy", "DeleteBucketReplication"),
    *("PutBucketAcl", "PutBucketCors", "PutBucketLifecycle", "PutBucketPolicy", "PutBucketReplication"),
    *("PutBucketObjectLockConfiguration", "PutBucketVersioning"),
)


@dataclass(frozen=True, kw_only=True)
class Watched:
    """Calls to one service, and who hears of them in one sentence."""

    source: str
    service: str
    calls: Sequence[str]
    what: str


WATCHED: Mapping[str, Watched] = {
    "trail": Watched(
        source="aws.cloudtrail",
        service="cloudtrail.amazonaws.com",
        calls=("DeleteTrail", "PutEventSelectors", "StopLogging", "UpdateTrail"),
        what="the audit trail",
    ),
    "keys": Watched(
        source="aws.kms",
        service="kms.amazonaws.com",
        calls=("DisableKey", "ScheduleKeyDeletion"),
        what="a key, without which its data cannot be read",
    ),
    "threats": Watched(
        source="aws.guardduty",
        service="guardduty.amazonaws.com",
        calls=("CreateFilter", "CreateIPSet", "DeleteDetector", "UpdateDetector"),
        what="the search for threats",
    ),
    "config": Watched(
        source="aws.config",
        service="config.amazonaws.com",
        calls=("DeleteConfigurationRecorder", "DeleteDeliveryChannel", "StopConfigurationRecorder"),
        what="the history of configuration",
    ),
    "bells": Watched(
        source="aws.monitoring",
        service="monitoring.amazonaws.com",
        calls=("DeleteAlarms", "DisableAlarmActions"),
        what="an alarm that would have rung",
    ),
}
"""What is watched in every account. Calls of deployments ring too: they are as rare."""


@dataclass(frozen=True, kw_only=True)
class TamperingArgs:
    """The buckets of records, and the log group of the trail, if any. The topic lets EventBridge and alarms publish."""

    stack: str
    buckets: Sequence[str]
    trail_log_group: Input[str] | None
    topic: Notifications


class TamperingAlarms(ComponentResource):
    """A rule for each thing that is watched, and an alarm of the root user."""

    def __init__(self, name: str, args: TamperingArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:detection:TamperingAlarms", name, {}, opts)
        for what, event in notifications(args.stack, args.buckets).items():
            publish_events(event, f"{name}-{what}", args.topic, parent=self)
        if args.trail_log_group is not None:
            alarm_on_records(root_alarm(args.stack, args.trail_log_group), f"{name}-root", args.topic, self)
        self.register_outputs({})


def notifications(stack: str, buckets: Sequence[str]) -> dict[str, EventNotification]:
    """The events that are published, by what they are about."""
    found = {what: _notification(stack, what, each, {}) for what, each in WATCHED.items()}
    if buckets:
        records = Watched(
            source="aws.s3", service="s3.amazonaws.com", calls=BUCKET_CALLS, what="a bucket of records"
        )
        of_records = {"requestParameters": {"bucketName": sorted(buckets)}}
        found["buckets"] = _notification(stack, "buckets", records, of_records)
    return found


def root_alarm(stack: str, log_group: Input[str]) -> RecordAlarm:
    """The trail's records, of all regions, of somebody who works as the root user."""
    return RecordAlarm(
        alarm=physical_name(stack, "root-used", limit=ALARM_NAME_LIMIT),
        description=f"Somebody works as the root user of the account of {stack}. What to do: {ROOT_RUNBOOK}",
        log_group=log_group,
        pattern=ROOT_PATTERN,
    )


def _notification(stack: str, what: str, watched: Watched, more: Mapping[str, Any]) -> EventNotification:
    return EventNotification(
        rule=physical_name(stack, "changed", what, limit=RULE_NAME_LIMIT),
        description=f"Somebody changes {watched.what}",
        pattern={
            "source": [watched.source],
            "detail-type": ["AWS API Call via CloudTrail"],
            "detail": {"eventSource": [watched.service], "eventName": list(watched.calls), **more},
        },
        paths={
            "address": "$.detail.sourceIPAddress",
            "call": "$.detail.eventName",
            "error": "$.detail.errorCode",
            "principal": "$.detail.userIdentity.arn",
            "region": "$.detail.awsRegion",
            "time": "$.detail.eventTime",
        },
        text=f"Somebody changes {watched.what}: <call> by <principal> from <address> at <time> (<region>) <error>. "
        f"Account of {stack}. What to do: {RUNBOOK}",
    )
