"""A bucket that keeps every version of what a team stores in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import pulumi_aws as aws
from pulumi import ComponentResource, Input, Output, ResourceOptions

from components.account import Account
from components.identity.document import Statement, deny, deny_without_tls, policy_document
from reference.vocabulary import POD_NAMESPACE_KEY

ABORT_UPLOAD_DAYS = 7
"""Parts of an upload that nobody completed are billed until they are aborted."""

SCRATCH = "scratch/"


@dataclass(frozen=True, kw_only=True)
class Lock:
    """For how many days nobody may delete or overwrite a version. In compliance mode not even AWS can lift it."""

    mode: Literal["governance", "compliance"]
    days: int


@dataclass(frozen=True, kw_only=True)
class BucketArgs:
    """A bucket. Days count from when an object was written, or replaced."""

    account: Account
    bucket: str  # physical, at most 63 characters
    namespaces: Sequence[str]  # those whose pods may use it; of all pods these alone
    key_arn: Input[str]
    noncurrent_days: int
    archive_days: int | None
    protect: bool
    scratch_days: int | None = None  # of what lies under `scratch/`
    expire_days: int | None = None  # of every object
    lock: Lock | None = None
    statements: Sequence[Statement] = ()  # of its policy, beside those of every bucket
    endpoints_only: bool = False  # pods come through the account's VPC endpoints or not at all
    policy: str | None = None  # in place of the one for pods, where no pod may use it
    tags: Mapping[str, str] = field(default_factory=dict)


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
            policy=args.policy
            or bucket_policy(
                args.account.bucket_arn(args.bucket),
                *([pods_inside(args.account, args.bucket)] if args.endpoints_only else []),
                *args.statements,
                namespaces=args.namespaces,
            ),
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
            rules=[
                *lifecycle(noncurrent_days=args.noncurrent_days, archive_days=args.archive_days),
                *scratch_lifecycle(args.scratch_days),
                *expiry_lifecycle(args.expire_days),
            ],
            # A rule about noncurrent versions has no meaning before there are versions.
            opts=ResourceOptions(parent=self, depends_on=[versioning]),
        )
        if args.lock:
            self._make_locked(name, args.lock, versioning)

    def _make_locked(self, name: str, lock: Lock, versioning: aws.s3.BucketVersioning) -> None:
        """Lock what is written from now on. The bucket itself does not ask for it, so that it need not be new."""
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


def bucket_policy(bucket_arn: str, *statements: Statement, namespaces: Sequence[str]) -> str:
    """Refuse plain HTTP, pods of other namespaces, and uploads that pick their own encryption.

    An upload sends no encryption header: then the bucket's default applies, which is the team's key. A
    header of `aws:kms` without a key id would mean the key that AWS manages, so any header is refused.
    """
    everything = [bucket_arn, f"{bucket_arn}/*"]
    allowed = namespaces[0] if len(namespaces) == 1 else list(namespaces)
    return policy_document(
        deny_plain_http(bucket_arn),
        deny(
            "DenyPodsOfOtherNamespaces",
            ["s3:*"],
            everything,
            principal="*",
            # EKS Pod Identity sets the tag on every session, so a role that is too wide stops here.
            conditions={
                "Null": {POD_NAMESPACE_KEY: "false"},
                "StringNotEquals": {POD_NAMESPACE_KEY: allowed},
            },
        ),
        _deny_header("DenyOtherEncryption", bucket_arn, "s3:x-amz-server-side-encryption"),
        _deny_header("DenyCustomerKeys", bucket_arn, "s3:x-amz-server-side-encryption-customer-algorithm"),
        *statements,
    )


def deny_plain_http(bucket_arn: str) -> Statement:
    """Nobody reaches the bucket or its objects without TLS."""
    return deny_without_tls(["s3:*"], [bucket_arn, f"{bucket_arn}/*"])


def pods_inside(account: Account, bucket: str) -> Statement:
    """A pod's credentials open nothing from outside the account's VPC endpoints. Who is no pod is not meant.

    It takes effect on whoever has carried them away; a service that acts for a pod comes from elsewhere.
    """
    bucket_arn = account.bucket_arn(bucket)
    return deny(
        "DenyPodsOutsideEndpoints",
        ["s3:*"],
        [bucket_arn, f"{bucket_arn}/*"],
        principal="*",
        conditions={
            "BoolIfExists": {"aws:ViaAWSService": "false"},
            "Null": {POD_NAMESPACE_KEY: "false"},
            "StringNotEquals": {
                "aws:VpceAccount": account.id
            },  # takes no wildcard, and a missing one is denied
        },
    )


def _deny_header(sid: str, bucket_arn: str, header: str) -> Statement:
    return deny(
        sid, ["s3:PutObject"], [f"{bucket_arn}/*"], principal="*", conditions={"Null": {header: "false"}}
    )


def lifecycle(
    *, noncurrent_days: int, archive_days: int | None
) -> list[aws.s3.BucketLifecycleConfigurationRuleArgs]:
    """Old versions expire and abandoned uploads are aborted; current objects at most become cheaper."""
    everything = aws.s3.BucketLifecycleConfigurationRuleFilterArgs(prefix="")
    housekeeping = aws.s3.BucketLifecycleConfigurationRuleArgs(
        id="housekeeping",
        status="Enabled",
        filter=everything,
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
    if archive_days is None:
        return [housekeeping]
    archive = aws.s3.BucketLifecycleConfigurationRuleArgs(
        id="archive",
        status="Enabled",
        filter=everything,
        transitions=[
            aws.s3.BucketLifecycleConfigurationRuleTransitionArgs(
                days=archive_days, storage_class="STANDARD_IA"
            )
        ],
    )
    return [housekeeping, archive]


def scratch_lifecycle(days: int | None) -> list[aws.s3.BucketLifecycleConfigurationRuleArgs]:
    """What lies under `scratch/` is deleted, and a day later cannot be restored."""
    if days is None:
        return []
    return [
        aws.s3.BucketLifecycleConfigurationRuleArgs(
            id="scratch",
            status="Enabled",
            filter=aws.s3.BucketLifecycleConfigurationRuleFilterArgs(prefix=SCRATCH),
            expiration=aws.s3.BucketLifecycleConfigurationRuleExpirationArgs(days=days),
            noncurrent_version_expiration=(
                aws.s3.BucketLifecycleConfigurationRuleNoncurrentVersionExpirationArgs(noncurrent_days=1)
            ),
        )
    ]


def expiry_lifecycle(days: int | None) -> list[aws.s3.BucketLifecycleConfigurationRuleArgs]:
    """Every object is deleted after so many days; a lock that lasts longer holds it."""
    if days is None:
        return []
    return [
        aws.s3.BucketLifecycleConfigurationRuleArgs(
            id="expiry",
            status="Enabled",
            filter=aws.s3.BucketLifecycleConfigurationRuleFilterArgs(prefix=""),
            expiration=aws.s3.BucketLifecycleConfigurationRuleExpirationArgs(days=days),
        )
    ]
