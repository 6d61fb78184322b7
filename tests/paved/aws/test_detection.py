"""Trails, detectors and recorders, which the simulator runs, and analyzers, which AWS's model judges."""

import json

import pytest

BUCKET = "aws:s3/bucket:Bucket"
POLICY = "aws:s3/bucketPolicy:BucketPolicy"
LOCK = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"
TRAIL = "aws:cloudtrail/trail:Trail"
DETECTOR = "aws:guardduty/detector:Detector"
FEATURE = "aws:guardduty/detectorFeature:DetectorFeature"
RECORDER = "aws:cfg/recorder:Recorder"
CHANNEL = "aws:cfg/deliveryChannel:DeliveryChannel"
ANALYZER = "aws:accessanalyzer/analyzer:Analyzer"
LINKED_ROLE = "aws:iam/serviceLinkedRole:ServiceLinkedRole"


def document(service):
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": ["s3:PutObject", "kms:GenerateDataKey*"],
        "Resource": ["*"],
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.fixture
def bucket(account):
    """A versioned bucket that a service may write to."""

    def make(service, name="records"):
        account.create(BUCKET, {"bucket": name}, name=name)
        versioning = {"bucket": name, "versioningConfiguration": {"status": "Enabled"}}
        account.create("aws:s3/bucketVersioning:BucketVersioning", versioning, name=f"{name}-versioning")
        account.create(POLICY, {"bucket": name, "policy": document(service)}, name=f"{name}-policy")
        return name

    return make


def key(account, service):
    inputs = {"description": "records", "policy": document(service)}
    return account.create("aws:kms/key:Key", inputs, name=f"key-{service}")[1]["arn"]


@pytest.fixture
def trail(account, bucket):
    return {
        "name": "paved-prod",
        "s3BucketName": bucket("cloudtrail.amazonaws.com"),
        "isMultiRegionTrail": True,
        "includeGlobalServiceEvents": True,
        "enableLogFileValidation": True,
        "kmsKeyId": key(account, "cloudtrail.amazonaws.com"),
        "advancedEventSelectors": [
            {"name": "all", "fieldSelectors": [{"field": "eventCategory", "equals": ["Management"]}]},
            {
                "fieldSelectors": [
                    {"field": "eventCategory", "equals": ["Data"]},
                    {"field": "resources.type", "equals": ["AWS::S3::Object"]},
                    {
                        "field": "resources.ARN",
                        "startsWiths": ["arn:aws:s3:::paved-"],
                        "notStartsWiths": ["arn:aws:s3:::records/"],
                    },
                ]
            },
        ],
    }


def test_a_trail_records_what_its_selectors_say(account, trail):
    id, outputs = account.create(TRAIL, trail)
    calls = ["CreateTrail", "PutEventSelectors", "StartLogging"]
    assert account.calls == [f"cloudtrail.{call}" for call in calls]
    assert id == outputs["arn"] == "arn:aws:cloudtrail:us-east-1:111122223333:trail/paved-prod"
    client = account.client("cloudtrail")
    selectors = client.get_event_selectors(TrailName="paved-prod")["AdvancedEventSelectors"]
    assert selectors[1]["FieldSelectors"][2] == {
        "Field": "resources.ARN",
        "StartsWith": ["arn:aws:s3:::paved-"],
        "NotStartsWith": ["arn:aws:s3:::records/"],
    }
    assert client.get_trail_status(Name="paved-prod")["IsLogging"]


def test_a_trail_that_is_switched_off_is_not_started(account, trail):
    account.create(TRAIL, {**trail, "enableLogging": False})
    assert "cloudtrail.StartLogging" not in account.calls


def test_a_trail_needs_a_bucket_that_admits_cloudtrail(account, bucket, trail):
    other = bucket("config.amazonaws.com", "others")
    assert account.rejections(TRAIL, {**trail, "s3BucketName": other}) == [
        "cloudtrail.CreateTrail `S3BucketName`: must name a bucket whose policy admits "
        "cloudtrail.amazonaws.com, got 'others'"
    ]


def test_a_trail_needs_a_key_that_admits_cloudtrail(account, trail):
    refusal = account.rejections(TRAIL, {**trail, "kmsKeyId": key(account, "config.amazonaws.com")})
    assert "whose policy lets cloudtrail.amazonaws.com use it" in refusal[0]


def test_a_log_group_is_named_with_all_its_streams_and_a_role(account, trail):
    group = "arn:aws:logs:us-east-1:111122223333:log-group:trail"
    alone = account.rejections(TRAIL, {**trail, "cloudWatchLogsGroupArn": f"{group}:*"})
    assert "must be given with CloudWatchLogsLogGroupArn" in alone[0]
    role = {"cloudWatchLogsRoleArn": "arn:aws:iam::111122223333:role/none"}
    whole = account.rejections(TRAIL, {**trail, **role, "cloudWatchLogsGroupArn": group}, name="whole")
    assert "must end in `:*`" in whole[0]


def test_data_events_are_of_a_type(account, trail):
    trail["advancedEventSelectors"][1]["fieldSelectors"].pop(1)
    assert "which `resources.type`" in account.rejections(TRAIL, trail)[0]


def test_a_selector_of_an_unknown_operator_is_unmapped(account, trail):
    trail["advancedEventSelectors"][0]["fieldSelectors"][0]["contains"] = ["x"]
    assert "unmapped input" in " ".join(account.rejections(TRAIL, trail))


def test_a_detector_has_its_features_one_by_one(account):
    id, _ = account.create(DETECTOR, {"enable": True, "findingPublishingFrequency": "FIFTEEN_MINUTES"})
    agents = [{"name": "EKS_ADDON_MANAGEMENT", "status": "DISABLED"}]
    feature = {"detectorId": id, "name": "RUNTIME_MONITORING", "status": "ENABLED"}
    account.create(FEATURE, {**feature, "additionalConfigurations": agents})
    assert account.calls == ["guardduty.UpdateDetector"]
    assert account.client("guardduty").get_detector(DetectorId=id)["Features"][0]["Name"] == (
        "RUNTIME_MONITORING"
    )


def test_a_region_has_one_detector_and_one_kind_of_runtime_monitoring(account):
    id, _ = account.create(DETECTOR, {"enable": True})
    assert "the account has a detector" in account.rejections(DETECTOR, {"enable": True}, name="two")[0]
    feature = {"detectorId": id, "name": "RUNTIME_MONITORING", "status": "ENABLED"}
    account.create(FEATURE, feature)
    older = {**feature, "name": "EKS_RUNTIME_MONITORING"}
    assert "not both" in account.rejections(FEATURE, older, name="older")[0]


def test_a_feature_that_the_model_does_not_know_is_refused(account):
    id, _ = account.create(DETECTOR, {"enable": True})
    feature = {"detectorId": id, "name": "EKS_AUDIT_LOG", "status": "ENABLED"}
    assert "EKS_AUDIT_LOGS" in account.rejections(FEATURE, feature)[0]


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


def test_a_recorder_delivers_and_runs(account, bucket, recorder):
    channel = {
        "name": "paved",
        "s3BucketName": bucket("config.amazonaws.com"),
        "s3KmsKeyArn": key(account, "config.amazonaws.com"),
    }
    account.create(CHANNEL, channel)
    account.create("aws:cfg/recorderStatus:RecorderStatus", {"name": recorder, "isEnabled": True})
    assert account.calls == ["config.StartConfigurationRecorder"]
    status = account.client("config").describe_configuration_recorder_status()
    assert status["ConfigurationRecordersStatus"][0]["recording"]


def test_a_recorder_delivers_to_no_bucket_that_locks_by_default(account, bucket, recorder):
    name = bucket("config.amazonaws.com")
    rule = {"defaultRetention": {"mode": "GOVERNANCE", "days": 400}}
    account.create(LOCK, {"bucket": name, "objectLockEnabled": "Enabled", "rule": rule})
    refusal = account.rejections(CHANNEL, {"name": "paved", "s3BucketName": name})
    assert "must name a bucket that locks no object by default" in refusal[0]


def test_a_recorder_needs_a_role_that_config_may_assume(account):
    inputs = {"name": "paved", "roleArn": "arn:aws:iam::111122223333:role/nobody"}
    assert "must name a role that exists by now" in account.rejections(RECORDER, inputs)[0]


def test_a_lock_is_for_days_or_years_of_a_bucket_that_keeps_versions(account, bucket):
    name = bucket("cloudtrail.amazonaws.com")
    both = {"mode": "COMPLIANCE", "days": 1, "years": 1}
    refusal = account.rejections(LOCK, {"bucket": name, "rule": {"defaultRetention": both}})
    assert "must have a Mode and either Days or Years" in refusal[0]
    account.create(BUCKET, {"bucket": "plain"}, name="plain")
    lock = {"mode": "GOVERNANCE", "days": 30}
    refusal = account.rejections(LOCK, {"bucket": "plain", "rule": {"defaultRetention": lock}}, name="two")
    assert "Versioning must be 'Enabled'" in refusal[0]
    account.create(LOCK, {"bucket": name, "rule": {"defaultRetention": lock}}, name="three")
    found = account.client("s3").get_object_lock_configuration(Bucket=name)["ObjectLockConfiguration"]
    assert found["Rule"]["DefaultRetention"]["Mode"] == "GOVERNANCE"


def test_analyzers_are_checked_against_the_api_model(account):
    account.create(ANALYZER, {"analyzerName": "external", "type": "ACCOUNT"})
    unused = {"unusedAccess": {"unusedAccessAge": 90}}
    account.create(
        ANALYZER,
        {"analyzerName": "unused", "type": "ACCOUNT_UNUSED_ACCESS", "configuration": unused},
        name="unused",
    )
    assert account.last.calls[0].ran is False
    second = {"analyzerName": "second", "type": "ACCOUNT"}
    assert "one analyzer of external access" in account.rejections(ANALYZER, second, name="second")[0]
    wrong = {"analyzerName": "wrong", "type": "ACCOUNTS"}
    assert "ACCOUNT_UNUSED_ACCESS" in account.rejections(ANALYZER, wrong, name="wrong")[0]
