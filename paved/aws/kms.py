"""KMS: keys and aliases."""

import re
from collections.abc import Iterator

from paved.aws.creating.api import Api
from paved.aws.creating.existence import require_policy
from paved.aws.creating.inputs import Inputs
from paved.aws.creating.registry import Created, creates
from paved.aws.creating.rejections import refused
from paved.aws.creating.request import pairs
from paved.aws.reading.account import NotFound
from paved.aws.reading.audited_types import PROVIDER, reads
from paved.aws.reading.facts import Content, Found
from paved.aws.reading.lookup import Lookup, UnknownName, tag_map
from paved.aws.services import iam_actions
from reference.vocabulary import KMS_ALIAS, KMS_KEY

IAM_ACTIONS = iam_actions(
    "kms", "DescribeKey", "GetKeyPolicy", "GetKeyRotationStatus", "ListGrants", "ListKeys", "ListResourceTags"
)

DELETION_WINDOW = range(7, 31)
"""Days, as KMS documents it; the API model says 1 to 365."""


@creates(KMS_KEY)
def create_key(inputs: Inputs, api: Api) -> Created:
    request = api.request("kms", "CreateKey", inputs, {"customerMasterKeySpec": "KeySpec"})
    if "Policy" in request:
        require_policy(api, "kms.CreateKey", "Policy", request["Policy"])
    tags = pairs(api.tags(inputs), "TagKey", "TagValue")
    key = api.call("kms", "CreateKey", {**request, "Tags": tags})["KeyMetadata"]
    id = key["KeyId"]
    rotation = {"KeyId": id, "RotationPeriodInDays": inputs.take("rotationPeriodInDays")}
    if inputs.take("enableKeyRotation"):
        api.call("kms", "EnableKeyRotation", rotation)
    if inputs.take("isEnabled", True) is False:
        api.call("kms", "DisableKey", {"KeyId": id})
    _check_deletion(inputs, api, id)
    return Created(id=id, outputs={"arn": key["Arn"], "keyId": id})


@creates(KMS_ALIAS)
def create_alias(inputs: Inputs, api: Api) -> Created:
    request = api.request("kms", "CreateAlias", inputs, {"name": "AliasName"})
    api.call("kms", "CreateAlias", request)
    target = api.internal_call("kms", "DescribeKey", {"KeyId": request["TargetKeyId"]})["KeyMetadata"]
    name = request["AliasName"]
    return Created(id=name, outputs={"arn": api.arn("kms", name), "targetKeyArn": target["Arn"]})


def _check_deletion(inputs: Inputs, api: Api, id: str) -> None:
    days = inputs.take("deletionWindowInDays")
    # The provider sends it when the key is destroyed, which is too late to learn that it is wrong.
    api.check("kms", "ScheduleKeyDeletion", {"KeyId": id, "PendingWindowInDays": days})
    if days is not None and days not in DELETION_WINDOW:
        raise refused("kms.ScheduleKeyDeletion", "PendingWindowInDays", "must be of 7 to 30", days)


@reads(
    KMS_KEY,
    "encryption",
    (),
    concerns={"description": "settings"},
    left_out={
        "deletionWindowInDays": "said when a key is deleted, and kept nowhere until then",
        "bypassPolicyLockoutSafetyCheck": PROVIDER,
    },
    assumed={"isEnabled": True},
    documents=("policy",),
    tagged=True,
)
def read_key(lookup: Lookup) -> Found:
    """A key is found by an alias: its id is AWS's, and no other name leads to it."""
    aliases = lookup.dependents(KMS_ALIAS, "targetKeyId")
    if not aliases:
        raise UnknownName("alias")
    key = lookup.ask("kms.DescribeKey", KeyId=str(aliases[0].inputs["name"]))["KeyMetadata"]
    # KMS keeps a key for days after its deletion was scheduled, and lets nobody use it.
    if key["KeyState"] == "PendingDeletion":
        raise NotFound("the key is about to be deleted")
    id = key["KeyId"]
    return Found(
        names=(id, key["Arn"]),
        properties={
            "description": key.get("Description"),
            "isEnabled": key["Enabled"],
            "keyUsage": key.get("KeyUsage"),
            "customerMasterKeySpec": key.get("KeySpec"),
            "multiRegion": key.get("MultiRegion"),
            "policy": lambda: lookup.ask("kms.GetKeyPolicy", KeyId=id, PolicyName="default")["Policy"],
            "enableKeyRotation": lambda: _rotation(lookup, id).get("KeyRotationEnabled"),
            "rotationPeriodInDays": lambda: _rotation(lookup, id).get("RotationPeriodInDays"),
        },
        tags=lambda: tag_map(lookup.pages("kms.ListResourceTags", "Tags", KeyId=id), "TagKey", "TagValue"),
        contents={"grant": lambda: _grants(lookup, id)},
    )


@reads(KMS_ALIAS, "encryption", ("name",))
def read_alias(lookup: Lookup) -> Found:
    name = lookup.name("name")
    key = lookup.ask("kms.DescribeKey", KeyId=name)["KeyMetadata"]
    return Found(names=(name, lookup.arn("kms", name)), properties={"targetKeyId": key["KeyId"]})


OF_AWS = re.compile(r"[a-z0-9.-]+\.amazonaws\.com(\.cn)?")
"""A service of AWS as the grantee of a key."""


def _grants(lookup: Lookup, id: str) -> Iterator[Content]:
    """The grants of a key but for those that services of AWS take as they use it for somebody who may."""
    of_services = tuple(
        lookup.arn(service, path, regional=False)
        for service, path in (("iam", "role/aws-service-role/"), ("sts", "assumed-role/aws:"))
    )
    for grant in lookup.pages("kms.ListGrants", "Grants", KeyId=id):
        grantee = str(grant["GranteePrincipal"])
        if not (OF_AWS.fullmatch(grantee) or grantee.startswith(of_services)):
            label = f"{', '.join(sorted(grant.get('Operations', ())))} for {grantee}"
            # A role of the plan may have a grant: EKS gives the cluster's own one for the key of its secrets.
            yield Content(kind="grant", name=grantee, label=label, concern="encryption")


def _rotation(lookup: Lookup, id: str) -> dict[str, object]:
    return dict(lookup.ask("kms.GetKeyRotationStatus", KeyId=id))
