"""Keys and aliases."""

import json

import pytest

KEY = "aws:kms/key:Key"


def policy(principal):
    statement = {
        "Sid": "A",
        "Effect": "Allow",
        "Principal": principal,
        "Action": ["kms:*"],
        "Resource": ["*"],
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


ROOT = policy({"AWS": "arn:aws:iam::111122223333:root"})


def test_a_key_has_its_policy_its_rotation_and_its_tags(account):
    inputs = {
        "description": "Data",
        "policy": ROOT,
        "enableKeyRotation": True,
        "rotationPeriodInDays": 180,
        "deletionWindowInDays": 14,
    }
    id, outputs = account.create(KEY, inputs)
    kms = account.client("kms")
    key = kms.describe_key(KeyId=id)["KeyMetadata"]
    assert (key["Description"], key["Enabled"], key["Arn"]) == ("Data", True, outputs["arn"])
    assert json.loads(kms.get_key_policy(KeyId=id, PolicyName="default")["Policy"]) == json.loads(ROOT)
    assert kms.get_key_rotation_status(KeyId=id)["KeyRotationEnabled"]  # moto forgets the period
    tags = {tag["TagKey"]: tag["TagValue"] for tag in kms.list_resource_tags(KeyId=id)["Tags"]}
    assert tags == {"team": "vision", "service": "test"}
    assert outputs["keyId"] == id


def test_a_key_may_be_made_disabled(account):
    id, _ = account.create(KEY, {"isEnabled": False})
    assert not account.client("kms").describe_key(KeyId=id)["KeyMetadata"]["Enabled"]


def test_an_alias_points_at_its_key(account):
    arn = account.key("data")
    (alias,) = [a for a in account.client("kms").list_aliases()["Aliases"] if a["AliasName"] == "alias/data"]
    assert alias["TargetKeyId"] == arn.rpartition("/")[2]
    assert account.last.id == "alias/data"


@pytest.mark.parametrize("days", [6, 31])
def test_the_deletion_window_is_held_though_nothing_is_deleted(account, days):
    assert account.rejections(KEY, {"deletionWindowInDays": days}) == [
        f"kms.ScheduleKeyDeletion `PendingWindowInDays`: must be of 7 to 30, got {days}"
    ]


def test_the_rotation_period_is_held(account):
    (said,) = account.rejections(KEY, {"enableKeyRotation": True, "rotationPeriodInDays": 30})
    assert said == "kms.EnableKeyRotation `RotationPeriodInDays`: must be of 90 to 2560, got 30"


def test_a_key_policy_may_not_name_a_role_that_is_not_there(account):
    arn = "arn:aws:iam::111122223333:role/reader"
    (said,) = account.rejections(KEY, {"policy": policy({"AWS": arn})}, name="before")
    assert said == f"kms.CreateKey `Policy principal`: must name a role that exists by now, got '{arn}'"
    account.role("reader", "ec2.amazonaws.com")
    account.create(KEY, {"policy": policy({"AWS": arn})}, name="after")


def test_an_alias_has_its_prefix(account):
    id, _ = account.create(KEY, {})
    assert account.rejections("aws:kms/alias:Alias", {"name": "data", "targetKeyId": id})
