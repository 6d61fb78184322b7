"""KMS: keys and aliases."""

from paved.aws.creating.api import Api
from paved.aws.creating.existence import refused, require_policy
from paved.aws.creating.fitting import pairs
from paved.aws.creating.inputs import Inputs
from paved.aws.creating.registry import Created, creates

DELETION_WINDOW = range(7, 31)
"""Days, as KMS documents it; the API model says 1 to 365."""


@creates("aws:kms/key:Key")
def key(inputs: Inputs, api: Api) -> Created:
    request = api.fit("kms", "CreateKey", inputs, {"customerMasterKeySpec": "KeySpec"})
    if "Policy" in request:
        require_policy(api, "kms.CreateKey", "Policy", request["Policy"])
    tags = pairs(api.tags(inputs), "TagKey", "TagValue")
    made = api.call("kms", "CreateKey", {**request, "Tags": tags})["KeyMetadata"]
    id = made["KeyId"]
    rotation = {"KeyId": id, "RotationPeriodInDays": inputs.take("rotationPeriodInDays")}
    if inputs.take("enableKeyRotation"):
        api.call("kms", "EnableKeyRotation", rotation)
    if inputs.take("isEnabled", True) is False:
        api.call("kms", "DisableKey", {"KeyId": id})
    _check_deletion(inputs, api, id)
    return Created(id=id, outputs={"arn": made["Arn"], "keyId": id})


@creates("aws:kms/alias:Alias")
def alias(inputs: Inputs, api: Api) -> Created:
    request = api.fit("kms", "CreateAlias", inputs, {"name": "AliasName"})
    api.call("kms", "CreateAlias", request)
    target = api.inside("kms", "DescribeKey", {"KeyId": request["TargetKeyId"]})["KeyMetadata"]
    name = request["AliasName"]
    return Created(id=name, outputs={"arn": api.arn("kms", name), "targetKeyArn": target["Arn"]})


def _check_deletion(inputs: Inputs, api: Api, id: str) -> None:
    days = inputs.take("deletionWindowInDays")
    api.check("kms", "ScheduleKeyDeletion", {"KeyId": id, "PendingWindowInDays": days})
    if days is not None and days not in DELETION_WINDOW:
        raise refused("kms.ScheduleKeyDeletion", "PendingWindowInDays", "must be of 7 to 30", days)
