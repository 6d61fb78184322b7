"""S3: buckets, and their configuration, each part of which is a resource of its own."""

import re
from collections.abc import Mapping
from typing import Any

from paved.aws.creating.api import Api
from paved.aws.creating.existence import require_key, require_policy
from paved.aws.creating.inputs import Inputs
from paved.aws.creating.registry import Created, creates
from paved.aws.creating.rejections import refused
from paved.aws.creating.request import pairs, request_members
from paved.aws.reading.account import NotFound
from paved.aws.reading.audited_types import PROVIDER, reads
from paved.aws.reading.facts import Found
from paved.aws.reading.lookup import Lookup, camel_case, tag_map
from paved.aws.s3_extras import ask, bucket_contents, part_name
from paved.aws.services import NOT_KEPT, SimulatorGap, iam_actions
from reference.vocabulary import BUCKET_POLICY, OBJECT_LOCK, S3_BUCKET

IAM_ACTIONS = iam_actions(
    "s3",
    "GetBucketLogging",
    "GetBucketOwnershipControls",
    "GetBucketPolicy",
    "GetBucketTagging",
    "GetBucketVersioning",
    GetBucketEncryption="s3:GetEncryptionConfiguration",
    GetBucketLifecycleConfiguration="s3:GetLifecycleConfiguration",
    GetBucketNotificationConfiguration="s3:GetBucketNotification",
    GetObjectLockConfiguration="s3:GetBucketObjectLockConfiguration",
    GetPublicAccessBlock="s3:GetBucketPublicAccessBlock",
    HeadBucket="s3:ListBucket",
    ListObjectVersions="s3:ListBucketVersions",
)
VERSIONING = "aws:s3/bucketVersioning:BucketVersioning"
ENCRYPTION = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
PUBLIC_ACCESS_BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
OWNERSHIP_CONTROLS = "aws:s3/bucketOwnershipControls:BucketOwnershipControls"
LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
LOGGING = "aws:s3/bucketLogging:BucketLogging"
NOTIFICATION = "aws:s3/bucketNotification:BucketNotification"
SIMULATOR_GAPS = (SimulatorGap(type=NOTIFICATION, property="eventbridge", reason=NOT_KEPT),)

BUCKET_NAME = re.compile(
    r"(?!xn--|sthree-|amzn-s3-demo-)(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?<!-s3alias)"
)
"""The documented grammar; the API model says any text."""


@creates(S3_BUCKET)
def create_bucket(inputs: Inputs, api: Api) -> Created:
    name, region = inputs.take("bucket"), api.scope.region
    if not BUCKET_NAME.fullmatch(str(name)):
        raise refused("s3.CreateBucket", "Bucket", "must be a bucket name of 3 to 63 characters", name)
    inputs.leave_to_provider("forceDestroy")
    request = {
        "Bucket": name,
        "ObjectLockEnabledForBucket": inputs.take("objectLockEnabled"),
        "CreateBucketConfiguration": (
            None if region == "us-east-1" else {"LocationConstraint": region}  # where S3 refuses to hear it
        ),
    }
    api.call("s3", "CreateBucket", request)
    if tags := pairs(api.tags(inputs)):
        api.call("s3", "PutBucketTagging", {"Bucket": name, "Tagging": {"TagSet": tags}})
    suffix = "amazonaws.com.cn" if api.scope.partition == "aws-cn" else "amazonaws.com"
    return Created(
        id=name,
        outputs={
            "arn": f"arn:{api.scope.partition}:s3:::{name}",
            "bucketRegion": region,
            "bucketDomainName": f"{name}.s3.{suffix}",
            "bucketRegionalDomainName": f"{name}.s3.{region}.{suffix}",
        },
    )


@creates(VERSIONING)
def create_versioning(inputs: Inputs, api: Api) -> Created:
    return _put(api, "PutBucketVersioning", api.request("s3", "PutBucketVersioning", inputs))


@creates(ENCRYPTION)
def create_encryption(inputs: Inputs, api: Api) -> Created:
    request = _request(inputs, api, "PutBucketEncryption", "ServerSideEncryptionConfiguration")
    for rule in request["ServerSideEncryptionConfiguration"].get("Rules", []):
        key = rule.get("ApplyServerSideEncryptionByDefault", {}).get("KMSMasterKeyID")
        require_key(api, "s3.PutBucketEncryption", "KMSMasterKeyID", key)
    return _put(api, "PutBucketEncryption", request)


@creates(PUBLIC_ACCESS_BLOCK)
def create_public_access_block(inputs: Inputs, api: Api) -> Created:
    inputs.leave_to_provider("skipDestroy")
    request = _request(inputs, api, "PutPublicAccessBlock", "PublicAccessBlockConfiguration")
    return _put(api, "PutPublicAccessBlock", request)


@creates(OWNERSHIP_CONTROLS)
def create_ownership_controls(inputs: Inputs, api: Api) -> Created:
    request = _request(inputs, api, "PutBucketOwnershipControls", "OwnershipControls", {"rule": "Rules"})
    return _put(api, "PutBucketOwnershipControls", request)


@creates(LIFECYCLE)
def create_lifecycle(inputs: Inputs, api: Api) -> Created:
    request = _request(inputs, api, "PutBucketLifecycleConfiguration", "LifecycleConfiguration")
    return _put(api, "PutBucketLifecycleConfiguration", request)


@creates(OBJECT_LOCK)
def create_object_lock(inputs: Inputs, api: Api) -> Created:
    call = "PutObjectLockConfiguration"
    shape: Any = api.shape("s3", call).members["ObjectLockConfiguration"]
    enabled = inputs.take("objectLockEnabled", "Enabled")  # as the provider does
    lock = {"ObjectLockEnabled": enabled, **request_members(inputs, shape)}
    retention = lock.get("Rule", {}).get("DefaultRetention", {})
    if retention and (("Days" in retention) == ("Years" in retention) or "Mode" not in retention):
        rule = "must have a Mode and either Days or Years"
        raise refused(f"s3.{call}", "ObjectLockConfiguration.Rule.DefaultRetention", rule, retention)
    return _put(api, call, {**api.request("s3", call, inputs), "ObjectLockConfiguration": lock})


@creates(LOGGING)
def create_logging(inputs: Inputs, api: Api) -> Created:
    shape: Any = api.shape("s3", "PutBucketLogging").members["BucketLoggingStatus"]
    request = {
        **api.request("s3", "PutBucketLogging", inputs),
        "BucketLoggingStatus": {"LoggingEnabled": request_members(inputs, shape.members["LoggingEnabled"])},
    }
    return _put(api, "PutBucketLogging", request)


@creates(NOTIFICATION)
def create_notification(inputs: Inputs, api: Api) -> Created:
    """Notifications go to EventBridge alone: the inputs of other targets stay unmapped."""
    request = {
        **api.request("s3", "PutBucketNotificationConfiguration", inputs),
        "NotificationConfiguration": {"EventBridgeConfiguration": {} if inputs.take("eventbridge") else None},
    }
    return _put(api, "PutBucketNotificationConfiguration", request)


@creates(BUCKET_POLICY)
def create_policy(inputs: Inputs, api: Api) -> Created:
    request = api.request("s3", "PutBucketPolicy", inputs)
    require_policy(api, "s3.PutBucketPolicy", "Policy", request.get("Policy"))
    return _put(api, "PutBucketPolicy", request)


def _request(
    inputs: Inputs, api: Api, operation: str, member: str, renamed: dict[str, str] | None = None
) -> dict[str, Any]:
    """The request whose `member` holds the inputs that the provider has at the top."""
    shape: Any = api.shape("s3", operation).members[member]
    return {**api.request("s3", operation, inputs), member: request_members(inputs, shape, renamed)}


def _put(api: Api, operation: str, request: dict[str, Any]) -> Created:
    api.call("s3", operation, request)
    return Created(id=request["Bucket"])


BY_BUCKET = ("bucket",)


@reads(S3_BUCKET, "public access", BY_BUCKET, left_out={"forceDestroy": PROVIDER}, tagged=True)
def read_bucket(lookup: Lookup) -> Found:
    _ask(lookup, "HeadBucket")
    name = lookup.name("bucket")
    return Found(
        names=(name, lookup.arn("s3", name, regional=False, account=False)),
        tags=lambda: tag_map(_ask(lookup, "GetBucketTagging")["TagSet"]),
        contents=bucket_contents(lookup, name),
    )


@reads(VERSIONING, "recovery", BY_BUCKET)
def read_versioning(lookup: Lookup) -> Found:
    return _found(lookup, "versioning", {"versioningConfiguration": _ask(lookup, "GetBucketVersioning")})


@reads(ENCRYPTION, "encryption", BY_BUCKET)
def read_encryption(lookup: Lookup) -> Found:
    return _found(
        lookup, "encryption", _ask(lookup, "GetBucketEncryption")["ServerSideEncryptionConfiguration"]
    )


@reads(PUBLIC_ACCESS_BLOCK, "public access", BY_BUCKET, left_out={"skipDestroy": PROVIDER})
def read_public_access_block(lookup: Lookup) -> Found:
    return _found(
        lookup, "public access block", _ask(lookup, "GetPublicAccessBlock")["PublicAccessBlockConfiguration"]
    )


@reads(OWNERSHIP_CONTROLS, "public access", BY_BUCKET)
def read_ownership_controls(lookup: Lookup) -> Found:
    rules = _ask(lookup, "GetBucketOwnershipControls")["OwnershipControls"]["Rules"]
    return _found(lookup, "ownership", {"rule": rules})


@reads(LIFECYCLE, "recovery", BY_BUCKET)
def read_lifecycle(lookup: Lookup) -> Found:
    return _found(lookup, "lifecycle", {"rules": _ask(lookup, "GetBucketLifecycleConfiguration")["Rules"]})


@reads(OBJECT_LOCK, "recovery", BY_BUCKET, left_out={"token": PROVIDER})
def read_object_lock(lookup: Lookup) -> Found:
    return _found(lookup, "lock", _ask(lookup, "GetObjectLockConfiguration")["ObjectLockConfiguration"])


@reads(LOGGING, "logging", BY_BUCKET)
def read_logging(lookup: Lookup) -> Found:
    answer = _ask(lookup, "GetBucketLogging")
    if "LoggingEnabled" not in answer:
        raise NotFound("logging")
    return _found(lookup, "access log", answer["LoggingEnabled"])


@reads(NOTIFICATION, "settings", BY_BUCKET)
def read_notification(lookup: Lookup) -> Found:
    answer = _ask(lookup, "GetBucketNotificationConfiguration")
    return _found(lookup, "eventbridge", {"eventbridge": "EventBridgeConfiguration" in answer})


@reads(BUCKET_POLICY, "public access", BY_BUCKET, documents=("policy",))
def read_policy(lookup: Lookup) -> Found:
    return _found(lookup, "policy", {"policy": _ask(lookup, "GetBucketPolicy")["Policy"]})


def _ask(lookup: Lookup, operation: str) -> Mapping[str, Any]:
    return ask(lookup, lookup.name("bucket"), operation)


def _found(lookup: Lookup, part: str, answer: Mapping[str, Any]) -> Found:
    bucket = lookup.name("bucket")
    return Found(names=(bucket, part_name(bucket, part)), properties=camel_case(answer))
