import json
from dataclasses import replace

import pytest

from components.account import Account
from components.detection.records import RecordsArgs, trail_bucket_policy, used_by_trail
from components.detection.trail import Trail, TrailArgs, TrailLogs, trail_arn, write_policy
from components.registry.bucket import Lock

ACCOUNT = Account(id="111122223333", region="us-east-1", partition="aws")
ARN = "arn:aws:cloudtrail:us-east-1:111122223333:trail/paved-foundation-prod"
BUCKET = "paved-foundation-prod-trail-111122223333"
RECORDS = RecordsArgs(
    account=ACCOUNT,
    bucket=BUCKET,
    key_arn="arn:aws:kms:us-east-1:111122223333:key/0f6e",
    keep_days=400,
    lock=Lock(mode="governance", days=400),
    protect=True,
)
UNLOCKED = replace(RECORDS, lock=None)
LOGS = TrailLogs(group="/paved/foundation-prod/trail", role_name="paved-foundation-prod-trail", days=365)
ARGS = TrailArgs(
    trail="paved-foundation-prod",
    records=RECORDS,
    data_events="writes",
    excluded_buckets=["paved-foundation-prod-config-111122223333"],
    logs=None,
)
TRAIL = "aws:cloudtrail/trail:Trail"


@pytest.fixture
def plan(plan_program):
    def run(**changes):
        return plan_program(lambda: Trail("trail", replace(ARGS, **changes)))

    return run


def selectors(plan):
    """The conditions of each selector by field."""
    return [conditions(each["fieldSelectors"]) for each in plan.one(TRAIL).inputs["advancedEventSelectors"]]


def conditions(field_selectors):
    found = [dict(each) for each in field_selectors]
    return {each.pop("field"): each for each in found}


def statements(document):
    return {each["Sid"]: each for each in json.loads(document)["Statement"]}


def test_a_trail_covers_every_region_in_validated_encrypted_files(plan):
    inputs = plan().one(TRAIL).inputs
    for key in ("isMultiRegionTrail", "includeGlobalServiceEvents", "enableLogFileValidation"):
        assert inputs[key] is True
    assert inputs["kmsKeyId"] == RECORDS.key_arn
    assert inputs["s3BucketName"] == BUCKET


def test_a_trail_is_made_after_the_policy_that_admits_it(plan):
    planned = plan()
    policy = planned.one("aws:s3/bucketPolicy:BucketPolicy").urn
    assert policy in planned.one(TRAIL).depends_on


def test_management_events_are_recorded_whatever_is_recorded_of_objects(plan):
    for events in ("off", "writes", "all"):
        first, *_ = selectors(plan(data_events=events))
        assert first == {"eventCategory": {"equals": ["Management"]}}


def test_records_of_records_are_not_made(plan):
    _, data = selectors(plan())
    assert data["resources.ARN"] == {
        "startsWiths": ["arn:aws:s3:::paved-"],
        "notStartsWiths": [
            "arn:aws:s3:::paved-foundation-prod-config-111122223333/",
            f"arn:aws:s3:::{BUCKET}/",
        ],
    }


def test_reads_are_recorded_where_all_data_events_are(plan):
    assert selectors(plan())[1]["readOnly"] == {"equals": ["false"]}
    assert "readOnly" not in selectors(plan(data_events="all"))[1]
    assert len(selectors(plan(data_events="off"))) == 1


def test_a_lock_holds_a_record_for_as_long_as_it_is_kept(plan):
    planned = plan()
    lock = planned.one("aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration")
    assert lock.inputs["rule"] == {"defaultRetention": {"mode": "GOVERNANCE", "days": 400}}
    assert planned.one("aws:s3/bucketVersioning:BucketVersioning").urn in lock.depends_on
    rules = planned.one("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration").inputs["rules"]
    [expiry] = [each for each in rules if each["id"] == "expiry"]
    assert (expiry["status"], expiry["expiration"]) == ("Enabled", {"days": 400})


def test_without_a_lock_nothing_speaks_of_one(plan):
    planned = plan(records=UNLOCKED)
    assert not planned.of("aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration")
    assert "BypassGovernance" not in planned.one("aws:s3/bucketPolicy:BucketPolicy").inputs["policy"]


def test_the_bucket_admits_one_trail_and_its_lock_is_lifted_by_nobody():
    found = statements(trail_bucket_policy(RECORDS, ARN))
    assert set(found) == {"DenyPlainHttp", "DenyEarlyDeletion", "TrailReadsAcl", "TrailWrites"}
    writes = found["TrailWrites"]
    assert writes["Resource"] == [f"arn:aws:s3:::{BUCKET}/AWSLogs/111122223333/*"]
    assert writes["Principal"] == {"Service": "cloudtrail.amazonaws.com"}
    assert writes["Condition"]["StringEquals"] == {
        "aws:SourceArn": ARN,
        "s3:x-amz-acl": "bucket-owner-full-control",
    }
    assert found["TrailReadsAcl"]["Condition"] == {"StringEquals": {"aws:SourceArn": ARN}}
    lasting = found["DenyEarlyDeletion"]
    assert lasting["Principal"] == "*"
    assert lasting["Action"] == ["s3:BypassGovernanceRetention"]


def test_the_key_serves_one_trail_and_lets_it_decrypt_nothing():
    statement = used_by_trail(ARN)
    assert statement["Condition"] == {"StringEquals": {"aws:SourceArn": ARN}}
    assert statement["Action"] == ["kms:DescribeKey", "kms:GenerateDataKey*"]


def test_a_log_group_is_for_who_asks_for_one(plan):
    assert not plan().of("aws:cloudwatch/logGroup:LogGroup")
    planned = plan(logs=LOGS)
    group = planned.one("aws:cloudwatch/logGroup:LogGroup")
    assert group.inputs["retentionInDays"] == 365
    assert group.inputs["kmsKeyId"] == RECORDS.key_arn
    assert {"cloudWatchLogsGroupArn", "cloudWatchLogsRoleArn"} <= set(planned.one(TRAIL).inputs)


def test_cloudtrail_writes_its_own_streams_of_its_own_group():
    [statement] = json.loads(write_policy(ACCOUNT, "/paved/foundation-prod/trail"))["Statement"]
    assert statement["Resource"] == [
        "arn:aws:logs:us-east-1:111122223333:log-group:/paved/foundation-prod/trail:"
        "log-stream:111122223333_CloudTrail_us-east-1*"
    ]


def test_the_arn_of_a_trail_follows_from_its_name():
    assert trail_arn(ACCOUNT, "paved-foundation-prod") == ARN
