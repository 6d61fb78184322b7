"""Trails, detectors, recorders and analyzers are read as AWS tells them, and a recording that stopped is found."""

import pytest

from components.account import Account
from components.detection.configuration import ConfigurationHistory, ConfigurationHistoryArgs
from components.detection.detectors import (
    AccessAnalysis,
    AccessAnalysisArgs,
    ThreatDetection,
    ThreatDetectionArgs,
    features,
)
from components.detection.records import RecordsArgs
from components.detection.trail import Trail, TrailArgs
from components.registry.bucket import Lock

PLACE = Account(id="111122223333", region="us-east-1", partition="aws")
KEY = "arn:aws:kms:us-east-1:111122223333:key/0f6e"
TRAIL = "arn:aws:cloudtrail:us-east-1:111122223333:trail/main"
ROLE = "arn:aws:iam::111122223333:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"
KINDS = ("aws:cloudtrail/", "aws:guardduty/", "aws:cfg/", "aws:accessanalyzer/", "aws:iam/serviceLinkedRole")


def records(bucket, lock=None):
    return RecordsArgs(account=PLACE, bucket=bucket, key_arn=KEY, keep_days=400, lock=lock, protect=True)


def detection():
    Trail(
        "trail",
        TrailArgs(
            trail="main",
            records=records("trail-111122223333", lock=Lock(mode="GOVERNANCE", days=400)),
            data_events="writes",
            excluded_buckets=["config-111122223333"],
            logs=None,
        ),
    )
    ThreatDetection("threats", ThreatDetectionArgs(runtime=True))
    ConfigurationHistory(
        "config",
        ConfigurationHistoryArgs(
            recorder="default",
            recording="continuous",
            records=records("config-111122223333"),
        ),
    )
    AccessAnalysis(
        "access", AccessAnalysisArgs(external_name="outside", unused_name="unused", unused_days=90)
    )


def told():
    selectors = [
        {
            "Name": "Management events",
            "FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}],
        },
        {
            "Name": "Objects of models and datasets",
            "FieldSelectors": [
                {"Field": "readOnly", "Equals": ["false"]},
                {"Field": "resources.type", "Equals": ["AWS::S3::Object"]},
                {"Field": "eventCategory", "Equals": ["Data"]},
                {
                    "Field": "resources.ARN",
                    "StartsWith": ["arn:aws:s3:::paved-"],
                    "NotStartsWith": [
                        "arn:aws:s3:::config-111122223333/",
                        "arn:aws:s3:::trail-111122223333/",
                    ],
                },
            ],
        },
    ]
    return {
        "cloudtrail.GetTrail": {
            "Trail": {
                "Name": "main",
                "TrailARN": TRAIL,
                "S3BucketName": "trail-111122223333",
                "IncludeGlobalServiceEvents": True,
                "IsMultiRegionTrail": True,
                "IsOrganizationTrail": False,
                "LogFileValidationEnabled": True,
                "KmsKeyId": KEY,
            }
        },
        "cloudtrail.GetTrailStatus": {"IsLogging": True},
        "cloudtrail.GetEventSelectors": {"TrailARN": TRAIL, "AdvancedEventSelectors": selectors},
        "guardduty.ListDetectors": {"DetectorIds": ["d1"]},
        "guardduty.GetDetector": {
            "ServiceRole": ROLE,
            "Status": "ENABLED",
            "FindingPublishingFrequency": "FIFTEEN_MINUTES",
            "Features": [
                {"Name": "CLOUD_TRAIL", "Status": "ENABLED"},
                *(
                    {"Name": name, "Status": "ENABLED" if is_on else "DISABLED", **_agents(name)}
                    for name, is_on in features(runtime=True).items()
                ),
            ],
        },
        "config.DescribeConfigurationRecorders": {
            "ConfigurationRecorders": [
                {
                    "name": "default",
                    "roleARN": ROLE,
                    "recordingGroup": {
                        "allSupported": True,
                        "includeGlobalResourceTypes": True,
                        "resourceTypes": [],
                    },
                    "recordingMode": {"recordingFrequency": "CONTINUOUS"},
                }
            ]
        },
        "config.DescribeDeliveryChannels": {
            "DeliveryChannels": [
                {"name": "default", "s3BucketName": "config-111122223333", "s3KmsKeyArn": KEY}
            ]
        },
        "config.DescribeConfigurationRecorderStatus": {
            "ConfigurationRecordersStatus": [{"name": "default", "recording": True}]
        },
        "accessanalyzer.GetAnalyzer": lambda params: {
            "analyzer": {
                "arn": f"arn:aws:access-analyzer:us-east-1:111122223333:analyzer/{params['analyzerName']}",
                "name": params["analyzerName"],
                "status": "ACTIVE",
                "createdAt": "2026-11-21T00:00:00Z",
                **(
                    {"type": "ACCOUNT"}
                    if params["analyzerName"] == "outside"
                    else {
                        "type": "ACCOUNT_UNUSED_ACCESS",
                        "configuration": {"unusedAccess": {"unusedAccessAge": 90}},
                    }
                ),
            }
        },
        "iam.ListRoles": {"Roles": [_role()]},
        "iam.GetRole": {"Role": _role()},
    }


def _agents(feature):
    names = ("EKS_ADDON_MANAGEMENT", "EC2_AGENT_MANAGEMENT", "ECS_FARGATE_AGENT_MANAGEMENT")
    agents = [{"Name": name, "Status": "DISABLED"} for name in names]
    return {"AdditionalConfiguration": agents} if feature == "RUNTIME_MONITORING" else {}


def _role():
    name = "AWSServiceRoleForConfig"
    path = "/aws-service-role/config.amazonaws.com/"
    return {
        "Path": path,
        "RoleName": name,
        "RoleId": "AROA0123456789ABCDEF",
        "Arn": ROLE,
        "CreateDate": "2026-11-21",
    }


@pytest.fixture
def audited(plan_program, audit_answers):
    plan = plan_program(detection)
    return lambda answers: audit_answers(plan, KINDS, answers)


def test_what_is_recorded_as_planned_is_as_planned(audited):
    found = audited(told())
    assert found.differences == ()
    assert found.named_elsewhere == ()
    assert found.compared == found.planned == 14


@pytest.mark.parametrize(
    ("call", "answer", "property"),
    [
        ("cloudtrail.GetTrailStatus", {"IsLogging": False}, "enableLogging"),
        (
            "config.DescribeConfigurationRecorderStatus",
            {"ConfigurationRecordersStatus": [{"name": "default", "recording": False}]},
            "isEnabled",
        ),
    ],
)
def test_a_recording_that_stopped_is_found(call, answer, property, audited):  # noqa: A002 - the word of a difference
    [difference] = audited({**told(), call: answer}).differences
    assert (difference.kind, difference.concern, difference.property) == ("changed", "logging", property)


def test_a_feature_that_is_off_and_events_that_are_left_out_are_found(audited):
    answers = told()
    for feature in answers["guardduty.GetDetector"]["Features"]:
        if feature["Name"] == "EKS_AUDIT_LOGS":
            feature["Status"] = "DISABLED"
    answers["cloudtrail.GetEventSelectors"]["AdvancedEventSelectors"].pop()
    answers["cloudtrail.GetTrail"]["Trail"]["LogFileValidationEnabled"] = False
    found = {(each.address, each.property) for each in audited(answers).differences}
    assert found == {
        ("guardduty DetectorFeature threats-eks-audit-logs", "status"),
        ("cloudtrail Trail trail", "advancedEventSelectors[1]"),
        ("cloudtrail Trail trail", "enableLogFileValidation"),
    }
