"""KMS: keys, found by their alias, and aliases."""

from paved.aws.reading.account import NotFound
from paved.aws.reading.audited_types import PROVIDER, reads
from paved.aws.reading.facts import Found
from paved.aws.reading.lookup import Lookup, UnknownName, tag_map

RULES = {"PolicyName": "default"}


@reads(
    "aws:kms/key:Key",
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
def key(sought: Lookup) -> Found:
    aliases = sought.users("aws:kms/alias:Alias", "targetKeyId")
    if not aliases:
        raise UnknownName("alias")
    made = sought.ask("kms.DescribeKey", KeyId=str(aliases[0].inputs["name"]))["KeyMetadata"]
    if made["KeyState"] == "PendingDeletion":
        raise NotFound("the key is about to be deleted")
    id = made["KeyId"]
    return Found(
        names=(id, made["Arn"]),
        properties={
            "description": made.get("Description"),
            "isEnabled": made["Enabled"],
            "keyUsage": made.get("KeyUsage"),
            "customerMasterKeySpec": made.get("KeySpec"),
            "multiRegion": made.get("MultiRegion"),
            "policy": lambda: sought.ask("kms.GetKeyPolicy", KeyId=id, **RULES)["Policy"],
            "enableKeyRotation": lambda: _rotation(sought, id).get("KeyRotationEnabled"),
            "rotationPeriodInDays": lambda: _rotation(sought, id).get("RotationPeriodInDays"),
        },
        tags=lambda: tag_map(sought.pages("kms.ListResourceTags", "Tags", KeyId=id), "TagKey", "TagValue"),
    )


@reads("aws:kms/alias:Alias", "encryption", ("name",))
def alias(sought: Lookup) -> Found:
    name = sought.name("name")
    made = sought.ask("kms.DescribeKey", KeyId=name)["KeyMetadata"]
    return Found(names=(name, sought.arn("kms", name)), properties={"targetKeyId": made["KeyId"]})


def _rotation(sought: Lookup, id: str) -> dict[str, object]:
    return dict(sought.ask("kms.GetKeyRotationStatus", KeyId=id))
