"""The history of every resource's configuration: AWS Config's recorder of one account in one region."""

from dataclasses import dataclass
from typing import Literal

import pulumi_aws as aws
from pulumi import ComponentResource, ResourceOptions

from components.detection.records import RecordsArgs, config_bucket_policy, records_bucket
from reference.vocabulary import CONFIG_SERVICE

Recording = Literal["continuous", "daily"]


@dataclass(frozen=True, kw_only=True)
class ConfigurationHistoryArgs:
    """The recorder, and the bucket that it delivers to. AWS Config writes to none that locks objects by default."""

    recorder: str  # physical, at most 256 characters
    recording: Recording
    records: RecordsArgs


class ConfigurationHistory(ComponentResource):
    """A recorder of everything, under the role that AWS itself keeps for it."""

    def __init__(self, name: str, args: ConfigurationHistoryArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:detection:ConfigurationHistory", name, {}, opts)
        child = ResourceOptions(parent=self)
        bucket = records_bucket(f"{name}-records", args.records, config_bucket_policy(args.records), self)
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
            s3_kms_key_arn=args.records.key_arn,
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
