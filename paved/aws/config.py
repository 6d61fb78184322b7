"""AWS Config: the recorder of an account, the channel it delivers by, and whether it runs."""

from typing import Any

from paved.aws.creating.api import Api
from paved.aws.creating.existence import require_bucket_admitting, require_key, require_role
from paved.aws.creating.inputs import Inputs
from paved.aws.creating.registry import Created, creates
from paved.aws.creating.rejections import Rejected, refused
from paved.aws.creating.request import request_members
from paved.aws.reading.audited_types import reads
from paved.aws.reading.facts import Found
from paved.aws.reading.lookup import Lookup
from paved.aws.services import NOT_KEPT, SimulatorGap, iam_actions
from reference.vocabulary import CONFIG_RECORDER, CONFIG_SERVICE, DELIVERY_CHANNEL, RECORDER_STATUS

IAM_ACTIONS = iam_actions(
    "config",
    "DescribeConfigurationRecorderStatus",
    "DescribeConfigurationRecorders",
    "DescribeDeliveryChannels",
)
SIMULATOR_GAPS = (SimulatorGap(type=CONFIG_RECORDER, property="recordingMode", reason=NOT_KEPT),)
DELIVER = "config.PutDeliveryChannel"


@creates(CONFIG_RECORDER)
def create_recorder(inputs: Inputs, api: Api) -> Created:
    call = "config.PutConfigurationRecorder"
    shape: Any = api.shape("config", "PutConfigurationRecorder").members["ConfigurationRecorder"]
    renamed = {
        "recordingGroup.recordingStrategies": "recordingStrategy",
        "recordingMode.recordingModeOverride": "recordingModeOverrides",
    }
    recorder = request_members(inputs, shape, renamed)
    role = recorder.get("roleARN")
    require_role(api, call, "ConfigurationRecorder.roleARN", role, trusting=CONFIG_SERVICE)
    api.call("config", "PutConfigurationRecorder", {"ConfigurationRecorder": recorder})
    return Created(id=recorder["name"])


@creates(DELIVERY_CHANNEL)
def create_delivery_channel(inputs: Inputs, api: Api) -> Created:
    shape: Any = api.shape("config", "PutDeliveryChannel").members["DeliveryChannel"]
    renamed = {"snapshotDeliveryProperties": "configSnapshotDeliveryProperties"}
    channel = request_members(inputs, shape, renamed)
    _require_bucket(api, channel.get("s3BucketName"))
    key = channel.get("s3KmsKeyArn")
    require_key(api, DELIVER, "DeliveryChannel.s3KmsKeyArn", key, principal=CONFIG_SERVICE)
    api.call("config", "PutDeliveryChannel", {"DeliveryChannel": channel})
    return Created(id=channel["name"])


@creates(RECORDER_STATUS)
def create_recorder_status(inputs: Inputs, api: Api) -> Created:
    name = inputs.take("name")
    starts = inputs.take("isEnabled")
    operation = "StartConfigurationRecorder" if starts else "StopConfigurationRecorder"
    api.call("config", operation, {"ConfigurationRecorderName": name})
    return Created(id=name)


def _require_bucket(api: Api, bucket: Any) -> None:
    """The bucket's policy must admit the service, and nothing in it may be locked by default."""
    member = "DeliveryChannel.s3BucketName"
    require_bucket_admitting(api, DELIVER, member, bucket, CONFIG_SERVICE)
    try:
        lock = api.internal_call("s3", "GetObjectLockConfiguration", {"Bucket": str(bucket)})
    except Rejected:
        return
    if "Rule" in lock.get("ObjectLockConfiguration", {}):
        raise refused(DELIVER, member, "must name a bucket that locks no object by default", bucket)


@reads(CONFIG_RECORDER, "logging", ("name",), concerns={"roleArn": "identity"})
def read_recorder(lookup: Lookup) -> Found:
    name = lookup.name("name")
    call = "config.DescribeConfigurationRecorders"
    recorder = lookup.one(call, "ConfigurationRecorders", ConfigurationRecorderNames=[name])
    return Found(names=(name,), properties={**recorder, "roleArn": recorder.get("roleARN")})


@reads(DELIVERY_CHANNEL, "logging", ("name",), concerns={"s3KmsKeyArn": "encryption"})
def read_delivery_channel(lookup: Lookup) -> Found:
    name = lookup.name("name")
    channel = lookup.one("config.DescribeDeliveryChannels", "DeliveryChannels", DeliveryChannelNames=[name])
    snapshots = channel.get("configSnapshotDeliveryProperties")
    return Found(names=(name,), properties={**channel, "snapshotDeliveryProperties": snapshots})


@reads(RECORDER_STATUS, "logging", ("name",))
def read_recorder_status(lookup: Lookup) -> Found:
    name = lookup.name("name")
    call = "config.DescribeConfigurationRecorderStatus"
    status = lookup.one(call, "ConfigurationRecordersStatus", ConfigurationRecorderNames=[name])
    return Found(names=(name,), properties={"isEnabled": status["recording"]})
