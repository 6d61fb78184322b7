"""Buckets of an account's records: their policies, and the statements of their key.

In a key policy the resource `*` is the key itself.
"""

from dataclasses import dataclass

from pulumi import ComponentResource, Input, ResourceOptions

from components.account import Account
from components.identity.document import Conditions, Statement, allow, deny, policy_document
from components.registry.bucket import Bucket, BucketArgs, Lock, Retention, deny_plain_http
from reference.vocabulary import CLOUDTRAIL_SERVICE, CONFIG_SERVICE

NONCURRENT_DAYS = 7
"""A record that has come to the end of its time is gone a week later."""

OWNER_KEEPS_CONTROL = "bucket-owner-full-control"


@dataclass(frozen=True, kw_only=True)
class RecordsArgs:
    """A bucket of records, which no pod may use."""

    account: Account
    bucket: str  # physical, at most 63 characters
    key_arn: Input[str]
    keep_days: int
    lock: Lock | None = None
    protect: bool


def records_bucket(name: str, args: RecordsArgs, policy: str, parent: ComponentResource) -> Bucket:
    """The bucket under its policy."""
    return Bucket(
        name,
        BucketArgs(
            bucket=args.bucket,
            policy=policy,
            key_arn=args.key_arn,
            retention=Retention(noncurrent_days=NONCURRENT_DAYS, expire_days=args.keep_days),
            lock=args.lock,
            protect=args.protect,
        ),
        ResourceOptions(parent=parent),
    )


def trail_bucket_policy(args: RecordsArgs, trail_arn: str) -> str:
    """Admit one trail, refuse plain HTTP, and where the bucket is locked refuse to lift the lock of a record.

    No statement looks at encryption headers: CloudTrail names its key in one.
    """
    arn = args.account.bucket_arn(args.bucket)
    by_trail: Conditions = {"StringEquals": {"aws:SourceArn": trail_arn}}
    statements = [
        deny_plain_http(arn),
        _reads_bucket("TrailReadsAcl", arn, CLOUDTRAIL_SERVICE, ["s3:GetBucketAcl"], by_trail),
        _writes("TrailWrites", args.account, arn, CLOUDTRAIL_SERVICE, by_trail),
    ]
    if args.lock:
        # In governance mode a principal with this right could delete a record before its time.
        statements.append(
            deny("DenyEarlyDeletion", ["s3:BypassGovernanceRetention"], [f"{arn}/*"], principal="*")
        )
    return policy_document(*statements)


def config_bucket_policy(args: RecordsArgs) -> str:
    """Admit AWS Config for this account alone, and refuse plain HTTP."""
    arn = args.account.bucket_arn(args.bucket)
    reads = ["s3:GetBucketAcl", "s3:ListBucket"]
    by_account: Conditions = {"StringEquals": {"aws:SourceAccount": args.account.id}}
    return policy_document(
        deny_plain_http(arn),
        _reads_bucket("ConfigReadsBucket", arn, CONFIG_SERVICE, reads, by_account),
        _writes("ConfigWrites", args.account, arn, CONFIG_SERVICE, by_account),
    )


def used_by_trail(trail_arn: str) -> Statement:
    """Let one trail encrypt with the key; a reader of its records is let decrypt by IAM."""
    return allow(
        "UsedByTrail",
        ["kms:DescribeKey", "kms:GenerateDataKey*"],
        ["*"],
        principal={"Service": CLOUDTRAIL_SERVICE},
        conditions={"StringEquals": {"aws:SourceArn": trail_arn}},
    )


def used_by_config(account: Account) -> Statement:
    """Let AWS Config use the key for its records of this account."""
    return allow(
        "UsedByConfig",
        ["kms:Decrypt", "kms:GenerateDataKey*"],
        ["*"],
        principal={"Service": CONFIG_SERVICE},
        conditions={"StringEquals": {"aws:SourceAccount": account.id}},
    )


def _reads_bucket(sid: str, arn: str, service: str, actions: list[str], conditions: Conditions) -> Statement:
    return allow(sid, actions, [arn], principal={"Service": service}, conditions=conditions)


def _writes(sid: str, account: Account, arn: str, service: str, conditions: Conditions) -> Statement:
    objects = f"{arn}/AWSLogs/{account.id}/*"
    with_control: Conditions = {
        "StringEquals": {**conditions["StringEquals"], "s3:x-amz-acl": OWNER_KEEPS_CONTROL}
    }
    return allow(sid, ["s3:PutObject"], [objects], principal={"Service": service}, conditions=with_control)
