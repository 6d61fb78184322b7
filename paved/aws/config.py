"""AWS Config: the recorder of an account, where it delivers, and whether it runs."""

from typing import Any

from paved.aws.creating.api import Api
from paved.aws.creating.existence import refused, require_key, require_role
from paved.aws.creating.fitting import fitted
from paved.aws.creating.inputs import Inputs
from paved.aws.creating.registry import Created, creates
from paved.rehearsal.outcome import Rejected
from reference.vocabulary import CONFIG_SERVICE

DELIVER = "config.PutDeliveryChannel"


@creates("aws:cfg/recorder:Recorder")
def recorder(inputs: Inputs, api: Api) -> Created:
    call = "config.PutConfigurationRecorder"
    shape: Any = api.shape("config", "PutConfigurationRecorder").members["ConfigurationRecorder"]
    renamed = {
        "recordingGroup.recordingStrategies": "recordingStrategy",
        "recordingMode.recordingModeOverride": "recordingModeOverrides",
    }
    asked = fitted(inputs, shape, renamed)
    require_role(api, call, "ConfigurationRecorder.roleARN", asked.get("roleARN"), trusting=CONFIG_SERVICE)
    api.call("config", "PutConfigurationRecorder", {"ConfigurationRecorder": asked})
    return Created(id=asked["name"])


@creates("aws:cfg/deliveryChannel:DeliveryChannel")
def delivery_channel(inputs: Inputs, api: Api) -> Created:
    shape: Any = api.shape("config", "PutDeliveryChannel").members["DeliveryChannel"]
    renamed = {"snapshotDeliveryProperties": "configSnapshotDeliveryProperties"}
    asked = fitted(inputs, shape, renamed)
    _require_bucket(api, asked.get("s3BucketName"))
    key = asked.get("s3KmsKeyArn")
    require_key(api, DELIVER, "DeliveryChannel.s3KmsKeyArn", key, principal=CONFIG_SERVICE)
    api.call("config", "PutDeliveryChannel", {"DeliveryChannel": asked})
    return Created(id=asked["name"])


@creates("aws:cfg/recorderStatus:RecorderStatus")
def recorder_status(inputs: Inputs, api: Api) -> Created:
    name = inputs.take("name")
    starts = inputs.take("isEnabled")
    operation = "StartConfigurationRecorder" if starts else "StopConfigurationRecorder"
    api.call("config", operation, {"ConfigurationRecorderName": name})
    return Created(id=name)


def _require_bucket(api: Api, bucket: Any) -> None:
    """The bucket's policy must admit the service, and nothing in it may be locked by default."""
    member = "DeliveryChannel.s3BucketName"
    try:
        policy = api.inside("s3", "GetBucketPolicy", {"Bucket": str(bucket)})["Policy"]
    except Rejected:
        policy = ""
    if CONFIG_SERVICE not in policy:
        raise refused(DELIVER, member, f"must name a bucket whose policy admits {CONFIG_SERVICE}", bucket)
    try:
        lock = api.inside("s3", "GetObjectLockConfiguration", {"Bucket": str(bucket)})
    except Rejected:
        return
    if "Rule" in lock.get("ObjectLockConfiguration", {}):
        raise refused(DELIVER, member, "must name a bucket that locks no object by default", bucket)
