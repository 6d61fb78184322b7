"""The audit trail of an account: each API call with its caller, its source and its outcome."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pulumi_aws as aws
from pulumi import ComponentResource, Output, ResourceOptions

from components.account import Account
from components.detection.records import RecordsArgs, records_bucket, trail_bucket_policy
from components.identity.document import allow, policy_document
from components.identity.service_role import RoleArgs, ServiceRole
from components.identity.trust import own_account_trust
from reference.names import PREFIX
from reference.vocabulary import CLOUDTRAIL_SERVICE

DataEvents = Literal["off", "writes", "all"]

MANAGEMENT = aws.cloudtrail.TrailAdvancedEventSelectorArgs(
    name="Management events",
    field_selectors=[
        aws.cloudtrail.TrailAdvancedEventSelectorFieldSelectorArgs(
            field="eventCategory", equals=["Management"]
        )
    ],
)


@dataclass(frozen=True, kw_only=True)
class TrailLogs:
    """A log group that the trail's events go to as well, and the role that CloudTrail writes to it with."""

    group: str  # physical
    role_name: str  # physical, at most 64 characters
    days: int


@dataclass(frozen=True, kw_only=True)
class TrailArgs:
    """One trail over all regions. The writes to `excluded_buckets`, which hold records, would be recorded for ever."""

    trail: str  # physical, 3 to 128 characters
    records: RecordsArgs
    data_events: DataEvents
    excluded_buckets: Sequence[str]
    logs: TrailLogs | None

    @property
    def arn(self) -> str:
        """The ARN of the trail, known before it exists."""
        return trail_arn(self.records.account, self.trail)


class Trail(ComponentResource):
    """A trail whose files are validated, encrypted and kept in a bucket of their own."""

    def __init__(self, name: str, args: TrailArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:detection:Trail", name, {}, opts)
        records = args.records
        policy = trail_bucket_policy(records, args.arn)
        bucket = records_bucket(f"{name}-records", records, policy, self)
        logs = self._make_logs(name, args, args.logs) if args.logs else None
        self.log_group_name: Output[str] | None = logs[0].name if logs else None
        excluded = [records.bucket, *args.excluded_buckets]
        aws.cloudtrail.Trail(
            name,
            name=args.trail,
            s3_bucket_name=bucket.bucket,
            is_multi_region_trail=True,
            include_global_service_events=True,
            enable_log_file_validation=True,
            kms_key_id=records.key_arn,
            advanced_event_selectors=[
                MANAGEMENT,
                *data_selectors(records.account, args.data_events, excluded),
            ],
            cloud_watch_logs_group_arn=logs[0].arn.apply(lambda arn: f"{arn}:*") if logs else None,
            cloud_watch_logs_role_arn=logs[1].role_arn if logs else None,
            # CloudTrail tries to write when it is made, so the bucket must admit it by then.
            opts=ResourceOptions(parent=self, depends_on=[bucket, *(logs or ())]),
        )
        self.register_outputs({})

    def _make_logs(
        self, name: str, args: TrailArgs, logs: TrailLogs
    ) -> tuple[aws.cloudwatch.LogGroup, ServiceRole]:
        account = args.records.account
        group = aws.cloudwatch.LogGroup(
            f"{name}-events",
            name=logs.group,
            kms_key_id=args.records.key_arn,
            retention_in_days=logs.days,
            opts=ResourceOptions(parent=self, protect=args.records.protect),
        )
        role = ServiceRole(
            f"{name}-role",
            RoleArgs(
                name=logs.role_name,
                description="Writes events of the account's trail",
                inline={"write-events": write_policy(account, logs.group)},
            ),
            own_account_trust(CLOUDTRAIL_SERVICE, account, source_arn=args.arn),
            ResourceOptions(parent=self),
        )
        return group, role


def trail_arn(account: Account, trail: str) -> str:
    """The ARN of a trail, which belongs to the region that it was made in."""
    return account.arn("cloudtrail", f"trail/{trail}")


def data_selectors(
    account: Account, events: DataEvents, excluded_buckets: Sequence[str]
) -> list[aws.cloudtrail.TrailAdvancedEventSelectorArgs]:
    """The selector of events on objects in Paved's buckets, but for the excluded ones; none where events are off."""
    if events == "off":
        return []
    field = aws.cloudtrail.TrailAdvancedEventSelectorFieldSelectorArgs
    selectors = [
        field(field="eventCategory", equals=["Data"]),
        field(field="resources.type", equals=["AWS::S3::Object"]),
        field(
            field="resources.ARN",
            starts_withs=[account.bucket_arn(f"{PREFIX}-")],
            not_starts_withs=[f"{account.bucket_arn(bucket)}/" for bucket in sorted(excluded_buckets)],
        ),
    ]
    if events == "writes":
        selectors.append(field(field="readOnly", equals=["false"]))
    return [
        aws.cloudtrail.TrailAdvancedEventSelectorArgs(
            name="Objects of models and datasets", field_selectors=selectors
        )
    ]


def write_policy(account: Account, log_group: str) -> str:
    """Let CloudTrail write its own streams of this one log group."""
    streams = f"log-group:{log_group}:log-stream:{account.id}_CloudTrail_{account.region}*"
    return policy_document(
        allow("WriteEvents", ["logs:CreateLogStream", "logs:PutLogEvents"], [account.arn("logs", streams)])
    )
