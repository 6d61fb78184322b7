"""AWS Config: the recorder, its delivery channel and its status."""

import pytest

from tests.paved.rehearsed_account import key_admitting

LOCK = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"
RECORDER = "aws:cfg/recorder:Recorder"
CHANNEL = "aws:cfg/deliveryChannel:DeliveryChannel"
LINKED_ROLE = "aws:iam/serviceLinkedRole:ServiceLinkedRole"


@pytest.fixture
def recorder(account):
    role = account.create(LINKED_ROLE, {"awsServiceName": "config.amazonaws.com"}, name="role")[1]["arn"]
    inputs = {
        "name": "paved",
        "roleArn": role,
        "recordingGroup": {"allSupported": True, "includeGlobalResourceTypes": True},
        "recordingMode": {"recordingFrequency": "DAILY"},
    }
    return account.create(RECORDER, inputs)[0]


def test_a_recorder_delivers_and_runs(account, bucket_admitting, recorder):
    channel = {
        "name": "paved",
        "s3BucketName": bucket_admitting("config.amazonaws.com"),
        "s3KmsKeyArn": key_admitting(account, "config.amazonaws.com"),
    }
    account.create(CHANNEL, channel)
    account.create("aws:cfg/recorderStatus:RecorderStatus", {"name": recorder, "isEnabled": True})
    assert account.calls == ["config.StartConfigurationRecorder"]
    status = account.client("config").describe_configuration_recorder_status()
    assert status["ConfigurationRecordersStatus"][0]["recording"]


def test_a_recorder_delivers_to_no_bucket_that_locks_by_default(account, bucket_admitting, recorder):
    name = bucket_admitting("config.amazonaws.com")
    rule = {"defaultRetention": {"mode": "GOVERNANCE", "days": 400}}
    account.create(LOCK, {"bucket": name, "objectLockEnabled": "Enabled", "rule": rule})
    refusal = account.rejections(CHANNEL, {"name": "paved", "s3BucketName": name})
    assert "must name a bucket that locks no object by default" in refusal[0]


def test_a_recorder_needs_a_role_that_config_may_assume(account):
    inputs = {"name": "paved", "roleArn": "arn:aws:iam::111122223333:role/nobody"}
    assert "must name a role that exists by now" in account.rejections(RECORDER, inputs)[0]
