"""S3: buckets, and the configuration that hangs off them."""

from collections.abc import Mapping
from typing import Any

from paved.aws.reading.account import NotFound
from paved.aws.reading.audited_types import PROVIDER, reads
from paved.aws.reading.facts import Found
from paved.aws.reading.lookup import Lookup, tag_map

BY = ("bucket",)


@reads("aws:s3/bucket:Bucket", "public access", BY, left_out={"forceDestroy": PROVIDER}, tagged=True)
def bucket(sought: Lookup) -> Found:
    _asked(sought, "HeadBucket")
    name = sought.name("bucket")
    return Found(
        names=(name, sought.arn("s3", name, regional=False, account=False)),
        tags=lambda: tag_map(_asked(sought, "GetBucketTagging")["TagSet"]),
    )


@reads("aws:s3/bucketVersioning:BucketVersioning", "recovery", BY)
def versioning(sought: Lookup) -> Found:
    return _found(sought, {"versioningConfiguration": _asked(sought, "GetBucketVersioning")})


@reads(
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration", "encryption", BY
)
def encryption(sought: Lookup) -> Found:
    return _found(sought, _asked(sought, "GetBucketEncryption")["ServerSideEncryptionConfiguration"])


@reads(
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    "public access",
    BY,
    left_out={"skipDestroy": PROVIDER},
)
def public_access_block(sought: Lookup) -> Found:
    return _found(sought, _asked(sought, "GetPublicAccessBlock")["PublicAccessBlockConfiguration"])


@reads("aws:s3/bucketOwnershipControls:BucketOwnershipControls", "public access", BY)
def ownership_controls(sought: Lookup) -> Found:
    rules = _asked(sought, "GetBucketOwnershipControls")["OwnershipControls"]["Rules"]
    return _found(sought, {"rule": rules})


@reads("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", "recovery", BY)
def lifecycle(sought: Lookup) -> Found:
    return _found(sought, {"rules": _asked(sought, "GetBucketLifecycleConfiguration")["Rules"]})


@reads(
    "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
    "recovery",
    BY,
    left_out={"token": PROVIDER},
)
def object_lock(sought: Lookup) -> Found:
    return _found(sought, _asked(sought, "GetObjectLockConfiguration")["ObjectLockConfiguration"])


@reads("aws:s3/bucketLogging:BucketLogging", "logging", BY)
def logging(sought: Lookup) -> Found:
    told = _asked(sought, "GetBucketLogging")
    if "LoggingEnabled" not in told:
        raise NotFound("logging")
    return _found(sought, told["LoggingEnabled"])


@reads("aws:s3/bucketNotification:BucketNotification", "settings", BY)
def notification(sought: Lookup) -> Found:
    told = _asked(sought, "GetBucketNotificationConfiguration")
    return _found(sought, {"eventbridge": "EventBridgeConfiguration" in told})


@reads("aws:s3/bucketPolicy:BucketPolicy", "public access", BY, documents=("policy",))
def policy(sought: Lookup) -> Found:
    return _found(sought, {"policy": _asked(sought, "GetBucketPolicy")["Policy"]})


def _asked(sought: Lookup, operation: str) -> Mapping[str, Any]:
    """A call about the bucket, which is refused for a bucket of that name in somebody else's account."""
    owner = sought.place.account
    return sought.ask(f"s3.{operation}", Bucket=sought.name("bucket"), ExpectedBucketOwner=owner)


def _found(sought: Lookup, answer: Mapping[str, Any]) -> Found:
    """The answer in the provider's spelling: S3's own, with a small first letter."""
    properties = {key[0].lower() + key[1:]: value for key, value in answer.items()}
    return Found(names=(sought.name("bucket"),), properties=properties)
