import json
from dataclasses import replace

import pytest

from components.account import Account
from components.identity.document import policy_document
from components.registry.bucket import (
    Bucket,
    BucketArgs,
    Retention,
    bucket_policy,
    deny_pods_outside_endpoints,
)
from tests.iam import Request, decides

ACCOUNT = Account(id="111122223333", region="us-east-1", partition="aws")
LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
ARN = "arn:aws:s3:::paved-vision-prod-models-111122223333"
BUCKET = "paved-vision-prod-models-111122223333"
POLICY = bucket_policy(ACCOUNT, BUCKET, namespaces=["vision-prod"])
ARGS = BucketArgs(
    bucket=BUCKET,
    policy=POLICY,
    key_arn="arn:aws:kms:us-east-1:111122223333:key/0f6e",
    retention=Retention(noncurrent_days=90),
    protect=True,
)


def statements(sid):
    return [statement for statement in json.loads(POLICY)["Statement"] if statement["Sid"] == sid]


@pytest.fixture
def plan(plan_program):
    def run(**changes):
        return plan_program(lambda: Bucket("models", replace(ARGS, **changes)))

    return run


def test_plain_http_is_refused_for_the_bucket_and_its_objects():
    [statement] = statements("DenyPlainHttp")
    assert statement["Effect"] == "Deny"
    assert statement["Principal"] == "*"
    assert statement["Action"] == ["s3:*"]
    assert statement["Resource"] == [ARN, f"{ARN}/*"]
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_pods_of_other_namespaces_are_refused_and_other_principals_are_not():
    [statement] = statements("DenyPodsOfOtherNamespaces")
    assert statement["Resource"] == [ARN, f"{ARN}/*"]
    assert statement["Condition"] == {
        "Null": {"aws:PrincipalTag/kubernetes-namespace": "false"},
        "StringNotEquals": {"aws:PrincipalTag/kubernetes-namespace": "vision-prod"},
    }


@pytest.mark.parametrize(
    ("sid", "header"),
    [
        ("DenyOtherEncryption", "s3:x-amz-server-side-encryption"),
        ("DenyCustomerKeys", "s3:x-amz-server-side-encryption-customer-algorithm"),
    ],
)
def test_an_upload_that_picks_its_own_encryption_is_refused(sid, header):
    [statement] = statements(sid)
    assert statement["Action"] == ["s3:PutObject"]
    assert statement["Resource"] == [f"{ARN}/*"]
    assert statement["Condition"] == {"Null": {header: "false"}}


def test_the_policy_of_a_bucket_allows_nobody():
    document = json.loads(POLICY)
    assert {statement["Effect"] for statement in document["Statement"]} == {"Deny"}


def test_the_default_encryption_is_the_teams_key_with_a_bucket_key(plan):
    rules = plan().one(
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
    )
    assert rules.inputs["rules"] == [
        {
            "bucketKeyEnabled": True,
            "applyServerSideEncryptionByDefault": {
                "sseAlgorithm": "aws:kms",
                "kmsMasterKeyId": "arn:aws:kms:us-east-1:111122223333:key/0f6e",
            },
        }
    ]


def test_a_bucket_is_versioned_private_and_owned_by_the_account(plan):
    planned = plan()
    access = planned.one("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock").inputs
    flags = {"blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"}
    assert {key for key, value in access.items() if value is True} == flags
    versioning = planned.one("aws:s3/bucketVersioning:BucketVersioning").inputs
    assert versioning["versioningConfiguration"] == {"status": "Enabled"}
    ownership = planned.one("aws:s3/bucketOwnershipControls:BucketOwnershipControls").inputs
    assert ownership["rule"] == {"objectOwnership": "BucketOwnerEnforced"}


def test_every_part_belongs_to_the_one_bucket(plan):
    parts = [resource for resource in plan().resources if resource.type.startswith("aws:s3/")]
    assert {part.inputs["bucket"] for part in parts} == {ARGS.bucket}
    assert len(parts) == 7


def test_old_versions_expire_and_abandoned_uploads_are_aborted(plan):
    rules = plan(retention=Retention(noncurrent_days=30)).one(LIFECYCLE)
    assert rules.inputs["rules"] == [
        {
            "id": "housekeeping",
            "status": "Enabled",
            "filter": {"prefix": ""},
            "noncurrentVersionExpiration": {"noncurrentDays": 30},
            "expiration": {"expiredObjectDeleteMarker": True},
            "abortIncompleteMultipartUpload": {"daysAfterInitiation": 7},
        }
    ]
    assert any("BucketVersioning" in urn for urn in rules.depends_on)


def test_current_objects_become_cheaper_only_where_it_is_asked_for(plan):
    lifecycle = plan(retention=Retention(noncurrent_days=90, archive_days=60)).one(LIFECYCLE)
    [archive] = [rule for rule in lifecycle.inputs["rules"] if rule["id"] == "archive"]
    assert archive["transitions"] == [{"days": 60, "storageClass": "STANDARD_IA"}]


@pytest.mark.parametrize("protect", [True, False])
def test_the_bucket_itself_is_protected_as_asked(plan, protect):
    assert plan(protect=protect).one("aws:s3/bucket:Bucket").protect is protect


def test_a_bucket_is_never_emptied_to_be_deleted(plan):
    assert "forceDestroy" not in plan().one("aws:s3/bucket:Bucket").inputs


def test_scratch_goes_for_good_and_only_where_it_is_asked_for(plan):
    kept = Retention(noncurrent_days=90, scratch_days=7)
    rules = {rule["id"]: rule for rule in plan(retention=kept).one(LIFECYCLE).inputs["rules"]}
    assert rules["scratch"]["filter"] == {"prefix": "scratch/"}
    assert rules["scratch"]["expiration"] == {"days": 7}
    assert rules["scratch"]["noncurrentVersionExpiration"] == {"noncurrentDays": 1}
    assert [rule["id"] for rule in plan().one(LIFECYCLE).inputs["rules"]] == ["housekeeping"]


def test_several_namespaces_may_share_a_bucket():
    document = json.loads(bucket_policy(ACCOUNT, BUCKET, namespaces=["ads-prod", "vision-prod"]))
    [closed] = [each for each in document["Statement"] if each["Sid"] == "DenyPodsOfOtherNamespaces"]
    found = closed["Condition"]["StringNotEquals"]["aws:PrincipalTag/kubernetes-namespace"]
    assert found == ["ads-prod", "vision-prod"]


def test_credentials_of_a_pod_open_nothing_from_elsewhere():
    document = policy_document(deny_pods_outside_endpoints(ACCOUNT, "paved-vision-prod-models"))

    def decided(**context):
        pod = {"aws:principaltag/kubernetes-namespace": ("vision-prod",)}
        found = {key.replace("_", ":"): (value,) for key, value in context.items()}
        request = Request(
            action="s3:GetObject",
            resource="arn:aws:s3:::paved-vision-prod-models/a",
            context={**({} if found.pop("is:admin", None) else pod), **found},
        )
        return decides(document, request)

    assert decided() == "deny"
    assert decided(aws_vpceaccount="999999999999") == "deny"
    assert decided(aws_vpceaccount="111122223333") == "nothing"
    assert decided(aws_viaawsservice="true") == "nothing"
    assert decided(is_admin="yes") == "nothing"
