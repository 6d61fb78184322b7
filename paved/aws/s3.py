"""S3: buckets, and the configuration that hangs off them."""

import re
from typing import Any

from paved.aws.creating.api import Api
from paved.aws.creating.existence import refused, require_key, require_policy
from paved.aws.creating.fitting import fitted, pairs
from paved.aws.creating.inputs import Inputs
from paved.aws.creating.registry import Created, creates

BUCKET_NAME = re.compile(
    r"(?!xn--|sthree-|amzn-s3-demo-)(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?<!-s3alias)"
)
"""The documented grammar; the API model says any text."""


@creates("aws:s3/bucket:Bucket")
def bucket(inputs: Inputs, api: Api) -> Created:
    name, region = inputs.take("bucket"), api.place.region
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
    suffix = "amazonaws.com.cn" if api.place.partition == "aws-cn" else "amazonaws.com"
    return Created(
        id=name,
        outputs={
            "arn": f"arn:{api.place.partition}:s3:::{name}",
            "bucketRegion": region,
            "bucketDomainName": f"{name}.s3.{suffix}",
            "bucketRegionalDomainName": f"{name}.s3.{region}.{suffix}",
        },
    )


@creates("aws:s3/bucketVersioning:BucketVersioning")
def versioning(inputs: Inputs, api: Api) -> Created:
    return _configured(inputs, api, "PutBucketVersioning")


@creates("aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration")
def encryption(inputs: Inputs, api: Api) -> Created:
    request = _request(inputs, api, "PutBucketEncryption", "ServerSideEncryptionConfiguration")
    for rule in request["ServerSideEncryptionConfiguration"].get("Rules", []):
        key = rule.get("ApplyServerSideEncryptionByDefault", {}).get("KMSMasterKeyID")
        require_key(api, "s3.PutBucketEncryption", "KMSMasterKeyID", key)
    return _put(api, "PutBucketEncryption", request)


@creates("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock")
def public_access_block(inputs: Inputs, api: Api) -> Created:
    inputs.leave_to_provider("skipDestroy")
    return _put(
        api,
        "PutPublicAccessBlock",
        _request(inputs, api, "PutPublicAccessBlock", "PublicAccessBlockConfiguration"),
    )


@creates("aws:s3/bucketOwnershipControls:BucketOwnershipControls")
def ownership_controls(inputs: Inputs, api: Api) -> Created:
    request = _request(inputs, api, "PutBucketOwnershipControls", "OwnershipControls", {"rule": "Rules"})
    return _put(api, "PutBucketOwnershipControls", request)


@creates("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration")
def lifecycle(inputs: Inputs, api: Api) -> Created:
    request = _request(inputs, api, "PutBucketLifecycleConfiguration", "LifecycleConfiguration")
    return _put(api, "PutBucketLifecycleConfiguration", request)


@creates("aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration")
def object_lock(inputs: Inputs, api: Api) -> Created:
    call = "PutObjectLockConfiguration"
    shape: Any = api.shape("s3", call).members["ObjectLockConfiguration"]
    enabled = inputs.take("objectLockEnabled", "Enabled")  # as the provider does
    lock = {"ObjectLockEnabled": enabled, **fitted(inputs, shape)}
    retention = lock.get("Rule", {}).get("DefaultRetention", {})
    if retention and (("Days" in retention) == ("Years" in retention) or "Mode" not in retention):
        rule = "must have a Mode and either Days or Years"
        raise refused(f"s3.{call}", "ObjectLockConfiguration.Rule.DefaultRetention", rule, retention)
    return _put(api, call, {**api.fit("s3", call, inputs), "ObjectLockConfiguration": lock})


@creates("aws:s3/bucketLogging:BucketLogging")
def logging(inputs: Inputs, api: Api) -> Created:
    shape: Any = api.shape("s3", "PutBucketLogging").members["BucketLoggingStatus"]
    request = {
        **api.fit("s3", "PutBucketLogging", inputs),
        "BucketLoggingStatus": {"LoggingEnabled": fitted(inputs, shape.members["LoggingEnabled"])},
    }
    return _put(api, "PutBucketLogging", request)


@creates("aws:s3/bucketNotification:BucketNotification")
def notification(inputs: Inputs, api: Api) -> Created:
    """Of what a bucket can notify, EventBridge alone: other inputs stay unmapped."""
    request = {
        **api.fit("s3", "PutBucketNotificationConfiguration", inputs),
        "NotificationConfiguration": {"EventBridgeConfiguration": {} if inputs.take("eventbridge") else None},
    }
    return _put(api, "PutBucketNotificationConfiguration", request)


@creates("aws:s3/bucketPolicy:BucketPolicy")
def policy(inputs: Inputs, api: Api) -> Created:
    request = api.fit("s3", "PutBucketPolicy", inputs)
    require_policy(api, "s3.PutBucketPolicy", "Policy", request.get("Policy"))
    return _put(api, "PutBucketPolicy", request)


def _configured(inputs: Inputs, api: Api, operation: str) -> Created:
    return _put(api, operation, api.fit("s3", operation, inputs))


def _request(
    inputs: Inputs, api: Api, operation: str, member: str, renamed: dict[str, str] | None = None
) -> dict[str, Any]:
    """The request whose `member` holds what the provider spells at the top of its inputs."""
    shape: Any = api.shape("s3", operation).members[member]
    return {**api.fit("s3", operation, inputs), member: fitted(inputs, shape, renamed)}


def _put(api: Api, operation: str, request: dict[str, Any]) -> Created:
    api.call("s3", operation, request)
    return Created(id=request["Bucket"])
