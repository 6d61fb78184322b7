"""A private bucket that keeps every version of its objects: policy, encryption, lifecycle and lock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import pulumi_aws as aws
from pulumi import ComponentResource, Input, Output, ResourceOptions

from components.account import Account
from components.identity.document import Statement, deny, deny_without_tls, policy_document
from components.identity.perimeter import DIRECT
from reference.vocabulary import POD_NAMESPACE_KEY, SCRATCH_FOLDER

ABORT_UPLOAD_DAYS = 7
UPLOAD = ("s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts")
"""The actions of a client that writes objects, large ones by parts."""
"""Parts of an upload that nobody completed are billed until they are aborted."""


@dataclass(frozen=True, kw_only=True)
class Lock:
    """The days that nobody may delete or overwrite a version. In compliance mode not even AWS can lift the lock."""

    mode: Literal["governance", "compliance"]
    days: int


@dataclass(frozen=True, kw_only=True)
class Retention:
    """The days that objects are kept, counted from when one was written, or replaced."""

    noncurrent_days: int
    archive_days: int | None = None  # until a current object moves to a cheaper class
    scratch_days: int | None = None  # of the objects under `scratch/`
    expire_days: int | None = None  # of every object
    expire_folders: Mapping[str, int] = field(default_factory=dict)  # of the objects of a folder


@dataclass(frozen=True, kw_only=True)
class BucketArgs:
    """A bucket, its policy, its key and its retention."""

    bucket: str  # physical, at most 63 characters
    policy: str
    key_arn: Input[str]
    retention: Retention
    lock: Lock | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    protect: bool


class Bucket(ComponentResource):
    """A private bucket: versioned, encrypted with one key, reachable over TLS alone."""

    def __init__(self, name: str, args: BucketArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:registry:Bucket", name, {}, opts)
        self._bucket = aws.s3.Bucket(
            name,
            bucket=args.bucket,
            tags=args.tags or None,
            opts=ResourceOptions(parent=self, protect=args.protect),
        )
        self.bucket: Output[str] = self._bucket.bucket
        self._make_closed(name, args)
        self._make_encrypted(name, args)
        self._make_durable(name, args)
        self.register_outputs({"bucket": self.bucket})

    def _make_closed(self, name: str, args: BucketArgs) -> None:
        child = ResourceOptions(parent=self)
        aws.s3.BucketOwnershipControls(
            f"{name}-ownership",
            bucket=self.bucket,
            rule=aws.s3.BucketOwnershipControlsRuleArgs(object_ownership="BucketOwnerEnforced"),
            opts=child,
        )
        public_access = aws.s3.BucketPublicAccessBlock(
            f"{name}-public-access",
            bucket=self.bucket,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=child,
        )
        aws.s3.BucketPolicy(
            f"{name}-policy",
            bucket=self.bucket,
            policy=args.policy,
            # S3 refuses two changes of a bucket's access at the same moment.
            opts=ResourceOptions(parent=self, depends_on=[public_access]),
        )

    def _make_encrypted(self, name: str, args: BucketArgs) -> None:
        aws.s3.BucketServerSideEncryptionConfiguration(
            f"{name}-encryption",
            bucket=self.bucket,
            rules=[
                aws.s3.BucketServerSideEncryptionConfigurationRuleArgs(
                    bucket_key_enabled=True,
                    apply_server_side_encryption_by_default=(
                        aws.s3.BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultArgs(
                            sse_algorithm="aws:kms", kms_master_key_id=args.key_arn
                        )
                    ),
                )
            ],
            opts=ResourceOptions(parent=self),
        )

    def _make_durable(self, name: str, args: BucketArgs) -> None:
        versioning = aws.s3.BucketVersioning(
            f"{name}-versioning",
            bucket=self.bucket,
            versioning_configuration=aws.s3.BucketVersioningVersioningConfigurationArgs(status="Enabled"),
            opts=ResourceOptions(parent=self),
        )
        aws.s3.BucketLifecycleConfiguration(
            f"{name}-lifecycle",
            bucket=self.bucket,
            rules=lifecycle_rules(args.retention),
            # A rule about noncurrent versions has no meaning before there are versions.
            opts=ResourceOptions(parent=self, depends_on=[versioning]),
        )
        if args.lock:
            self._make_locked(name, args.lock, versioning)

    def _make_locked(self, name: str, lock: Lock, versioning: aws.s3.BucketVersioning) -> None:
        """Lock objects that are written from now on. A lock set on the bucket itself would need a new bucket."""
        aws.s3.BucketObjectLockConfiguration(
            f"{name}-lock",
            bucket=self.bucket,
            object_lock_enabled="Enabled",
            rule=aws.s3.BucketObjectLockConfigurationRuleArgs(
                default_retention=aws.s3.BucketObjectLockConfigurationRuleDefaultRetentionArgs(
                    mode=lock.mode.upper(), days=lock.days
                )
            ),
            # S3 locks versions, so it refuses a bucket that keeps none.
            opts=ResourceOptions(parent=self, depends_on=[versioning]),
        )


def bucket_policy(
    account: Account,
    bucket: str,
    *statements: Statement,
    namespaces: Sequence[str],
    endpoints_only: bool = False,
) -> str:
    """Refuse plain HTTP, pods of other namespaces, and uploads that pick their own encryption.

    An upload sends no encryption header: then the bucket's default applies, which is the team's key. A
    header of `aws:kms` without a key id would mean the key that AWS manages, so any header is refused.
    With `endpoints_only` pods come through the account's VPC endpoints or not at all.
    """
    arn = account.bucket_arn(bucket)
    denials = [
        deny_plain_http(arn),
        _deny_pods_of_other_namespaces(arn, namespaces),
        _deny_header("DenyOtherEncryption", arn, "s3:x-amz-server-side-encryption"),
        _deny_header("DenyCustomerKeys", arn, "s3:x-amz-server-side-encryption-customer-algorithm"),
    ]
    if endpoints_only:
        denials.append(deny_pods_outside_endpoints(account, bucket))
    return policy_document(*denials, *statements)


def _deny_pods_of_other_namespaces(bucket_arn: str, namespaces: Sequence[str]) -> Statement:
    return deny(
        "DenyPodsOfOtherNamespaces",
        ["s3:*"],
        [bucket_arn, f"{bucket_arn}/*"],
        principal="*",
        # EKS Pod Identity sets the tag on every session, so a role that is too wide stops here.
        conditions={
            "Null": {POD_NAMESPACE_KEY: "false"},
            "StringNotEquals": {
                POD_NAMESPACE_KEY: namespaces[0] if len(namespaces) == 1 else list(namespaces)
            },
        },
    )


def deny_plain_http(bucket_arn: str) -> Statement:
    """Refuse access to the bucket and its objects without TLS."""
    return deny_without_tls(["s3:*"], [bucket_arn, f"{bucket_arn}/*"])


def deny_pods_outside_endpoints(account: Account, bucket: str) -> Statement:
    """Refuse a pod's credentials from outside the account's VPC endpoints. Principals other than pods are not meant.

    It stops credentials that were carried away; a service that acts for a pod comes from elsewhere.
    """
    bucket_arn = account.bucket_arn(bucket)
    return deny(
        "DenyPodsOutsideEndpoints",
        ["s3:*"],
        [bucket_arn, f"{bucket_arn}/*"],
        principal="*",
        conditions={
            **DIRECT,
            "Null": {POD_NAMESPACE_KEY: "false"},
            # The key takes no wildcard; a request without it is denied.
            "StringNotEquals": {"aws:VpceAccount": account.id},
        },
    )


def _deny_header(sid: str, bucket_arn: str, header: str) -> Statement:
    return deny(
        sid, ["s3:PutObject"], [f"{bucket_arn}/*"], principal="*", conditions={"Null": {header: "false"}}
    )


def lifecycle_rules(retention: Retention) -> list[aws.s3.BucketLifecycleConfigurationRuleArgs]:
    """Old versions expire and abandoned uploads are aborted; the other rules apply where their days are given."""
    rules = [housekeeping_rule(retention.noncurrent_days)]
    if retention.archive_days is not None:
        rules.append(archive_rule(retention.archive_days))
    if retention.scratch_days is not None:
        rules.append(scratch_rule(retention.scratch_days))
    if retention.expire_days is not None:
        rules.append(expiry_rule(retention.expire_days))
    rules += [expiry_rule(days, folder) for folder, days in retention.expire_folders.items()]
    return rules


def housekeeping_rule(noncurrent_days: int) -> aws.s3.BucketLifecycleConfigurationRuleArgs:
    """Delete old versions, the markers they leave behind, and the parts of abandoned uploads."""
    return aws.s3.BucketLifecycleConfigurationRuleArgs(
        id="housekeeping",
        status="Enabled",
        filter=_objects(""),
        noncurrent_version_expiration=aws.s3.BucketLifecycleConfigurationRuleNoncurrentVersionExpirationArgs(
            noncurrent_days=noncurrent_days
        ),
        expiration=aws.s3.BucketLifecycleConfigurationRuleExpirationArgs(expired_object_delete_marker=True),
        abort_incomplete_multipart_upload=(
            aws.s3.BucketLifecycleConfigurationRuleAbortIncompleteMultipartUploadArgs(
                days_after_initiation=ABORT_UPLOAD_DAYS
            )
        ),
    )


def archive_rule(days: int) -> aws.s3.BucketLifecycleConfigurationRuleArgs:
    """Move current objects to a cheaper storage class."""
    transition = aws.s3.BucketLifecycleConfigurationRuleTransitionArgs(days=days, storage_class="STANDARD_IA")
    return aws.s3.BucketLifecycleConfigurationRuleArgs(
        id="archive", status="Enabled", filter=_objects(""), transitions=[transition]
    )


def scratch_rule(days: int) -> aws.s3.BucketLifecycleConfigurationRuleArgs:
    """Delete the objects under `scratch/`, which a day later cannot be restored."""
    return aws.s3.BucketLifecycleConfigurationRuleArgs(
        id="scratch",
        status="Enabled",
        filter=_objects(f"{SCRATCH_FOLDER}/"),
        expiration=aws.s3.BucketLifecycleConfigurationRuleExpirationArgs(days=days),
        noncurrent_version_expiration=(
            aws.s3.BucketLifecycleConfigurationRuleNoncurrentVersionExpirationArgs(noncurrent_days=1)
        ),
    )


def expiry_rule(days: int, folder: str = "") -> aws.s3.BucketLifecycleConfigurationRuleArgs:
    """Delete every object, or those of a folder, after so many days; a lock that lasts longer holds it."""
    return aws.s3.BucketLifecycleConfigurationRuleArgs(
        id=f"expiry-{folder}" if folder else "expiry",
        status="Enabled",
        filter=_objects(f"{folder}/" if folder else ""),
        expiration=aws.s3.BucketLifecycleConfigurationRuleExpirationArgs(days=days),
    )


def _objects(prefix: str) -> aws.s3.BucketLifecycleConfigurationRuleFilterArgs:
    return aws.s3.BucketLifecycleConfigurationRuleFilterArgs(prefix=prefix)
