"""The history of every resource's configuration: AWS Config's recorder of one account in one region."""

from dataclasses import dataclass
from typing import Literal

import pulumi_aws as aws
from pulumi import ComponentResource, Input, ResourceOptions

from components.account import Account
from components.detection.records import config_bucket_policy
from components.registry.bucket import Bucket, BucketArgs
from reference.vocabulary import CONFIG_SERVICE

NONCURRENT_DAYS = 7

Recording = Literal["continuous", "daily"]


@dataclass(frozen=True, kw_only=True)
class ConfigurationHistoryArgs:
    """The recorder, and where it delivers. AWS Config writes to no bucket that locks objects by default."""

    account: Account
    recorder: str  # physical, at most 256 characters
    bucket: str  # physical, at most 63 characters
    key_arn: Input[str]
    recording: Recording
    keep_days: int
    protect: bool


class ConfigurationHistory(ComponentResource):
    """A recorder of everything, under the role that AWS itself keeps for it."""

    def __init__(self, name: str, args: ConfigurationHistoryArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:detection:ConfigurationHistory", name, {}, opts)
        child = ResourceOptions(parent=self)
        bucket = self._make_bucket(name, args)
        role = aws.iam.ServiceLinkedRole(f"{name}-role", aws_service_name=CONFIG_SERVICE, opts=child)
        recorder = aws.cfg.Recorder(
            name,
            name=args.recorder,
            role_arn=role.arn,
            recording_group=aws.cfg.RecorderRecordingGroupArgs(
                all_supported=True, include_global_resource_types=True
            ),
            recording_mode=aws.cfg.RecorderRecordingModeArgs(recording_frequency=args.recording.upper()),
            opts=child,
        )
        channel = aws.cfg.DeliveryChannel(
            name,
            name=args.recorder,
            s3_bucket_name=bucket.bucket,
            s3_kms_key_arn=args.key_arn,
            opts=ResourceOptions(parent=self, depends_on=[recorder, bucket]),
        )
        aws.cfg.RecorderStatus(
            name,
            name=recorder.name,
            is_enabled=True,
            # AWS Config starts no recorder that has nowhere to deliver.
            opts=ResourceOptions(parent=self, depends_on=[channel]),
        )
        self.register_outputs({})

    def _make_bucket(self, name: str, args: ConfigurationHistoryArgs) -> Bucket:
        return Bucket(
            f"{name}-records",
            BucketArgs(
                account=args.account,
                bucket=args.bucket,
                namespaces=(),
                policy=config_bucket_policy(args.account, args.bucket),
                key_arn=args.key_arn,
                noncurrent_days=NONCURRENT_DAYS,
                archive_days=None,
                expire_days=args.keep_days,
                protect=args.protect,
            ),
            ResourceOptions(parent=self),
        )
