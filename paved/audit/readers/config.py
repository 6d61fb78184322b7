"""AWS Config: the recorder of an account, where it delivers, and whether it runs."""

from paved.aws.reading.audited_types import reads
from paved.aws.reading.facts import Found
from paved.aws.reading.lookup import Lookup


@reads("aws:cfg/recorder:Recorder", "logging", ("name",), concerns={"roleArn": "identity"})
def recorder(sought: Lookup) -> Found:
    name = sought.name("name")
    call = "config.DescribeConfigurationRecorders"
    made = sought.one(call, "ConfigurationRecorders", ConfigurationRecorderNames=[name])
    return Found(names=(name,), properties={**made, "roleArn": made.get("roleARN")})


@reads(
    "aws:cfg/deliveryChannel:DeliveryChannel", "logging", ("name",), concerns={"s3KmsKeyArn": "encryption"}
)
def delivery_channel(sought: Lookup) -> Found:
    name = sought.name("name")
    made = sought.one("config.DescribeDeliveryChannels", "DeliveryChannels", DeliveryChannelNames=[name])
    snapshots = made.get("configSnapshotDeliveryProperties")
    return Found(names=(name,), properties={**made, "snapshotDeliveryProperties": snapshots})


@reads("aws:cfg/recorderStatus:RecorderStatus", "logging", ("name",))
def recorder_status(sought: Lookup) -> Found:
    name = sought.name("name")
    call = "config.DescribeConfigurationRecorderStatus"
    made = sought.one(call, "ConfigurationRecordersStatus", ConfigurationRecorderNames=[name])
    return Found(names=(name,), properties={"isEnabled": made["recording"]})
