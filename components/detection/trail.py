"""The audit trail of an account: who called which API, from where, and whether it was allowed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pulumi_aws as aws
from pulumi import ComponentResource, Input, ResourceOptions

from components.account import Account
from components.detection.records import trail_bucket_policy
from components.identity.document import allow, policy_document
from components.identity.service_role import ServiceRole, ServiceRoleArgs
from components.identity.trust import own_account_trust
from components.registry.bucket import Bucket, BucketArgs, Lock
from reference.names import PREFIX
from reference.vocabulary import CLOUDTRAIL_SERVICE

DataEvents = Literal["off", "writes", "all"]

NONCURRENT_DAYS = 7
"""A record that has come to the end of its time is gone a week later."""

MANAGEMENT = aws.cloudtrail.TrailAdvancedEventSelectorArgs(
    name="Management events",
    field_selectors=[
        aws.cloudtrail.TrailAdvancedEventSelectorFieldSelectorArgs(
            field="eventCategory", equals=["Management"]
        )
    ],
)


@dataclass(frozen=True, kw_only=True)
class TrailArgs:
    """One trail over all regions. `unwatched` are buckets of records, whose own writes would be recorded for ever."""

    account: Account
    trail: str  # physical, 3 to 128 characters
    bucket: str  # physical, at most 63 characters
    log_group: str  # physical
    log_role: str  # physical, at most 64 characters
    key_arn: Input[str]
    keep_days: int
    lock: Lock | None
    data_events: DataEvents
    unwatched: Sequence[str]
    log_days: int | None  # None makes no log group
    protect: bool


class Trail(ComponentResource):
    """A trail whose files are validated, encrypted and kept in a bucket of their own."""

    def __init__(self, name: str, args: TrailArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:detection:Trail", name, {}, opts)
        bucket = self._make_bucket(name, args)
        logs = self._make_logs(name, args, args.log_days) if args.log_days else None
        aws.cloudtrail.Trail(
            name,
            name=args.trail,
            s3_bucket_name=bucket.bucket,
            is_multi_region_trail=True,
            include_global_service_events=True,
            enable_log_file_validation=True,
            kms_key_id=args.key_arn,
            advanced_event_selectors=[
                MANAGEMENT,
                *data_selectors(args.account, args.data_events, [args.bucket, *args.unwatched]),
            ],
            cloud_watch_logs_group_arn=logs[0].arn.apply(lambda arn: f"{arn}:*") if logs else None,
            cloud_watch_logs_role_arn=logs[1].role_arn if logs else None,
            # CloudTrail tries to write when it is made, so the bucket must admit it by then.
            opts=ResourceOptions(parent=self, depends_on=[bucket, *(logs or ())]),
        )
        self.register_outputs({})

    def _make_bucket(self, name: str, args: TrailArgs) -> Bucket:
        arn = trail_arn(args.account, args.trail)
        return Bucket(
            f"{name}-records",
            BucketArgs(
                account=args.account,
                bucket=args.bucket,
                namespaces=(),
                policy=trail_bucket_policy(args.account, args.bucket, arn, locked=args.lock is not None),
                key_arn=args.key_arn,
                noncurrent_days=NONCURRENT_DAYS,
                archive_days=None,
                expire_days=args.keep_days,
                lock=args.lock,
                protect=args.protect,
            ),
            ResourceOptions(parent=self),
        )

    def _make_logs(
        self, name: str, args: TrailArgs, days: int
    ) -> tuple[aws.cloudwatch.LogGroup, ServiceRole]:
        group = aws.cloudwatch.LogGroup(
            f"{name}-events",
            name=args.log_group,
            kms_key_id=args.key_arn,
            retention_in_days=days,
            opts=ResourceOptions(parent=self, protect=args.protect),
        )
        role = ServiceRole(
            f"{name}-role",
            ServiceRoleArgs(
                role_name=args.log_role,
                description="Writes events of the account's trail",
                trust=own_account_trust(
                    CLOUDTRAIL_SERVICE, args.account, source_arn=trail_arn(args.account, args.trail)
                ),
                inline={"write-events": write_policy(args.account, args.log_group)},
            ),
            ResourceOptions(parent=self),
        )
        return group, role


def trail_arn(account: Account, trail: str) -> str:
    """The ARN of a trail, which belongs to the region that it was made in."""
    return account.arn("cloudtrail", f"trail/{trail}")


def data_selectors(
    account: Account, events: DataEvents, unwatched: Sequence[str]
) -> list[aws.cloudtrail.TrailAdvancedEventSelectorArgs]:
    """What is recorded of objects in every bucket of Paved's but those of records themselves."""
    if events == "off":
        return []
    field = aws.cloudtrail.TrailAdvancedEventSelectorFieldSelectorArgs
    return [
        aws.cloudtrail.TrailAdvancedEventSelectorArgs(
            name="Objects of models and datasets",
            field_selectors=[
                field(field="eventCategory", equals=["Data"]),
                field(field="resources.type", equals=["AWS::S3::Object"]),
                field(
                    field="resources.ARN",
                    starts_withs=[account.bucket_arn(f"{PREFIX}-")],
                    not_starts_withs=[f"{account.bucket_arn(bucket)}/" for bucket in sorted(unwatched)],
                ),
                *([field(field="readOnly", equals=["false"])] if events == "writes" else []),
            ],
        )
    ]


def write_policy(account: Account, log_group: str) -> str:
    """What CloudTrail may do: write its own streams of this one log group."""
    streams = f"log-group:{log_group}:log-stream:{account.id}_CloudTrail_{account.region}*"
    return policy_document(
        allow("WriteEvents", ["logs:CreateLogStream", "logs:PutLogEvents"], [account.arn("logs", streams)])
    )
