"""Buckets and their configuration."""

import json

import pytest

BUCKET = "aws:s3/bucket:Bucket"
OBJECT_LOCK = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"
NAME = "paved-vision-prod-models"

NOTIFICATION = "aws:s3/bucketNotification:BucketNotification"


@pytest.fixture
def bucket(account):
    return account.create(BUCKET, {"bucket": NAME, "forceDestroy": True})[0]


def test_a_bucket_is_in_its_region_with_its_tags(account, bucket):
    s3 = account.client("s3")
    assert s3.get_bucket_location(Bucket=bucket)["LocationConstraint"] is None  # how S3 spells us-east-1
    tags = {tag["Key"]: tag["Value"] for tag in s3.get_bucket_tagging(Bucket=bucket)["TagSet"]}
    assert tags == {"team": "vision", "service": "test"}
    assert account.last.calls[0].operation == "CreateBucket"


def test_a_bucket_elsewhere_names_its_region(account):
    _, outputs = account.create(BUCKET, {"bucket": NAME, "region": "eu-central-1"})
    location = account.client("s3").get_bucket_location(Bucket=NAME)
    assert location["LocationConstraint"] == "eu-central-1"
    assert outputs["arn"] == f"arn:aws:s3:::{NAME}"
    assert outputs["bucketRegionalDomainName"] == f"{NAME}.s3.eu-central-1.amazonaws.com"


@pytest.mark.parametrize(
    "name", ["ab", "a" * 64, "Models", "a_b", "-ab", "ab-", "a..b", "xn--ab", "a-s3alias", "sthree-a"]
)
def test_a_bucket_name_is_held_to_its_grammar(account, name):
    (said,) = account.rejections(BUCKET, {"bucket": name})
    assert said.startswith("s3.CreateBucket `Bucket`: must be a bucket name of 3 to 63 characters")


def test_versioning_reads_back(account, bucket):
    inputs = {"bucket": bucket, "versioningConfiguration": {"status": "Enabled"}}
    id, _ = account.create("aws:s3/bucketVersioning:BucketVersioning", inputs)
    assert id == bucket
    assert account.client("s3").get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"


def test_versioning_has_two_states_and_they_have_capitals(account, bucket):
    inputs = {"bucket": bucket, "versioningConfiguration": {"status": "enabled"}}
    assert account.rejections("aws:s3/bucketVersioning:BucketVersioning", inputs) == [
        "s3.PutBucketVersioning `VersioningConfiguration.Status`: must be one of Enabled, Suspended, got 'enabled'"
    ]


ENCRYPTION = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"


def encrypted(bucket, algorithm, key):
    default = {"sseAlgorithm": algorithm, "kmsMasterKeyId": key}
    return {
        "bucket": bucket,
        "rules": [{"bucketKeyEnabled": True, "applyServerSideEncryptionByDefault": default}],
    }


def test_encryption_reads_back(account, bucket):
    key = account.key("models")
    account.create(ENCRYPTION, encrypted(bucket, "aws:kms", key))
    found = account.client("s3").get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]
    (rule,) = found["Rules"]
    assert rule["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
    assert rule["BucketKeyEnabled"] is True


def test_encryption_needs_an_algorithm_and_a_key_that_are_there(account, bucket):
    key = account.key("models")
    (said,) = account.rejections(ENCRYPTION, encrypted(bucket, "aws:kmss", key))
    assert said.endswith(
        "SSEAlgorithm`: must be one of AES256, aws:fsx, aws:backup, aws:kms, aws:kms:dsse, got 'aws:kmss'"
    )
    (said,) = account.rejections(ENCRYPTION, encrypted(bucket, "aws:kms", key[:-4] + "0000"), name="again")
    assert "must name a KMS key that exists by now" in said


def test_public_access_is_blocked(account, bucket):
    keys = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
    inputs = {"bucket": bucket, **dict.fromkeys(keys, True)}
    account.create("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", inputs)
    found = account.client("s3").get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    assert found == {key[0].upper() + key[1:]: True for key in keys}


def test_ownership_reads_back(account, bucket):
    inputs = {"bucket": bucket, "rule": {"objectOwnership": "BucketOwnerEnforced"}}
    account.create("aws:s3/bucketOwnershipControls:BucketOwnershipControls", inputs)
    found = account.client("s3").get_bucket_ownership_controls(Bucket=bucket)["OwnershipControls"]
    assert found["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]


def test_lifecycle_rules_read_back(account, bucket):
    rules = [
        {
            "id": "housekeeping",
            "status": "Enabled",
            "filter": {"prefix": ""},
            "noncurrentVersionExpiration": {"noncurrentDays": 90},
            "expiration": {"expiredObjectDeleteMarker": True},
            "abortIncompleteMultipartUpload": {"daysAfterInitiation": 7},
        },
        {
            "id": "archive",
            "status": "Enabled",
            "filter": {"prefix": "old/"},
            "transitions": [{"days": 60, "storageClass": "STANDARD_IA"}],
        },
    ]
    lifecycle = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
    account.create(lifecycle, {"bucket": bucket, "rules": rules})
    found = account.client("s3").get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    assert found == [
        {
            "ID": "housekeeping",
            "Status": "Enabled",
            "Filter": {"Prefix": ""},
            "NoncurrentVersionExpiration": {"NoncurrentDays": 90},
            "Expiration": {"ExpiredObjectDeleteMarker": True},
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
        },
        {
            "ID": "archive",
            "Status": "Enabled",
            "Filter": {"Prefix": "old/"},
            "Transitions": [{"Days": 60, "StorageClass": "STANDARD_IA"}],
        },
    ]


def test_a_policy_reads_back(account, bucket):
    statement = {
        "Sid": "A",
        "Effect": "Deny",
        "Principal": "*",
        "Action": ["s3:*"],
        "Resource": [f"arn:aws:s3:::{bucket}"],
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    account.create("aws:s3/bucketPolicy:BucketPolicy", {"bucket": bucket, "policy": document})
    assert account.client("s3").get_bucket_policy(Bucket=bucket)["Policy"] == document


def test_a_policy_is_read(account, bucket):
    (said,) = account.rejections("aws:s3/bucketPolicy:BucketPolicy", {"bucket": bucket, "policy": "anything"})
    assert said == "s3.PutBucketPolicy `Policy`: must be a JSON object"


def test_configuration_of_a_bucket_that_is_not_there_is_refused(account):
    inputs = {"bucket": "nothing-here", "versioningConfiguration": {"status": "Enabled"}}
    (said,) = account.rejections("aws:s3/bucketVersioning:BucketVersioning", inputs)
    assert "(NoSuchBucket)" in said


def test_a_bucket_tells_eventbridge_of_its_objects(account):
    account.create("aws:s3/bucket:Bucket", {"bucket": "datasets"})
    account.create(NOTIFICATION, {"bucket": "datasets", "eventbridge": True})
    assert account.calls == ["s3.PutBucketNotificationConfiguration"]
    assert account.last.status == "created"


def test_other_notifications_are_not_passed_over(account):
    account.create("aws:s3/bucket:Bucket", {"bucket": "datasets"})
    topics = [{"topicArn": "arn:aws:sns:us-east-1:111122223333:t", "events": ["s3:ObjectCreated:*"]}]
    said = account.rejections(NOTIFICATION, {"bucket": "datasets", "eventbridge": True, "topics": topics})
    assert "topics[0].topicArn`: unmapped input" in " ".join(said)


def test_a_lock_is_for_days_or_years_of_a_bucket_that_keeps_versions(account, bucket_admitting):
    name = bucket_admitting("cloudtrail.amazonaws.com")
    both = {"mode": "COMPLIANCE", "days": 1, "years": 1}
    refusal = account.rejections(OBJECT_LOCK, {"bucket": name, "rule": {"defaultRetention": both}})
    assert "must have a Mode and either Days or Years" in refusal[0]
    account.create(BUCKET, {"bucket": "plain"}, name="plain")
    lock = {"mode": "GOVERNANCE", "days": 30}
    refusal = account.rejections(
        OBJECT_LOCK, {"bucket": "plain", "rule": {"defaultRetention": lock}}, name="two"
    )
    assert "Versioning must be 'Enabled'" in refusal[0]
    account.create(OBJECT_LOCK, {"bucket": name, "rule": {"defaultRetention": lock}}, name="three")
    found = account.client("s3").get_object_lock_configuration(Bucket=name)["ObjectLockConfiguration"]
    assert found["Rule"]["DefaultRetention"]["Mode"] == "GOVERNANCE"
