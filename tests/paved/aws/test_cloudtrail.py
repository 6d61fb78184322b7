"""CloudTrail: trails, their selectors, and the bucket and key that must admit them."""

import pytest

from tests.paved.rehearsed_account import key_admitting

TRAIL = "aws:cloudtrail/trail:Trail"


@pytest.fixture
def trail(account, bucket_admitting):
    return {
        "name": "paved-prod",
        "s3BucketName": bucket_admitting("cloudtrail.amazonaws.com"),
        "isMultiRegionTrail": True,
        "includeGlobalServiceEvents": True,
        "enableLogFileValidation": True,
        "kmsKeyId": key_admitting(account, "cloudtrail.amazonaws.com"),
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


def test_a_trail_needs_a_bucket_that_admits_cloudtrail(account, bucket_admitting, trail):
    other = bucket_admitting("config.amazonaws.com", "others")
    assert account.rejections(TRAIL, {**trail, "s3BucketName": other}) == [
        "cloudtrail.CreateTrail `S3BucketName`: must name a bucket whose policy admits "
        "cloudtrail.amazonaws.com, got 'others'"
    ]


def test_a_trail_needs_a_key_that_admits_cloudtrail(account, trail):
    refusal = account.rejections(TRAIL, {**trail, "kmsKeyId": key_admitting(account, "config.amazonaws.com")})
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
