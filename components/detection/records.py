"""Who may write an account's records, and under which key. In a key policy the resource `*` is the key itself."""

from components.account import Account
from components.identity.document import Conditions, Statement, allow, deny, policy_document
from components.registry.bucket import deny_plain_http
from reference.vocabulary import CLOUDTRAIL_SERVICE, CONFIG_SERVICE

OWNER_KEEPS_CONTROL = "bucket-owner-full-control"


def trail_bucket_policy(account: Account, bucket: str, trail_arn: str, *, locked: bool) -> str:
    """Admit one trail, refuse plain HTTP, and where the bucket is locked refuse to lift the lock of a record.

    No statement looks at encryption headers: CloudTrail names its key in one.
    """
    arn = account.bucket_arn(bucket)
    lasting = deny("DenyEarlyDeletion", ["s3:BypassGovernanceRetention"], [f"{arn}/*"], principal="*")
    return policy_document(
        deny_plain_http(arn),
        *([lasting] if locked else []),
        _reads_bucket(
            "TrailReadsAcl", arn, CLOUDTRAIL_SERVICE, ["s3:GetBucketAcl"], "aws:SourceArn", trail_arn
        ),
        _writes("TrailWrites", account, arn, CLOUDTRAIL_SERVICE, "aws:SourceArn", trail_arn),
    )


def config_bucket_policy(account: Account, bucket: str) -> str:
    """Admit AWS Config for this account alone, and refuse plain HTTP."""
    arn = account.bucket_arn(bucket)
    reads = ["s3:GetBucketAcl", "s3:ListBucket"]
    return policy_document(
        deny_plain_http(arn),
        _reads_bucket("ConfigReadsBucket", arn, CONFIG_SERVICE, reads, "aws:SourceAccount", account.id),
        _writes("ConfigWrites", account, arn, CONFIG_SERVICE, "aws:SourceAccount", account.id),
    )


def used_by_trail(trail_arn: str) -> Statement:
    """One trail may encrypt with the key; whoever reads its records needs IAM's leave to decrypt."""
    return allow(
        "UsedByTrail",
        ["kms:DescribeKey", "kms:GenerateDataKey*"],
        ["*"],
        principal={"Service": CLOUDTRAIL_SERVICE},
        conditions={"StringEquals": {"aws:SourceArn": trail_arn}},
    )


def used_by_config(account: Account) -> Statement:
    """AWS Config may use the key for what it records of this account."""
    return allow(
        "UsedByConfig",
        ["kms:Decrypt", "kms:GenerateDataKey*"],
        ["*"],
        principal={"Service": CONFIG_SERVICE},
        conditions={"StringEquals": {"aws:SourceAccount": account.id}},
    )


def _reads_bucket(
    sid: str, arn: str, service: str, actions: list[str], condition: str, value: str
) -> Statement:
    conditions: Conditions = {"StringEquals": {condition: value}}
    return allow(sid, actions, [arn], principal={"Service": service}, conditions=conditions)


def _writes(sid: str, account: Account, arn: str, service: str, condition: str, value: str) -> Statement:
    conditions: Conditions = {"StringEquals": {condition: value, "s3:x-amz-acl": OWNER_KEEPS_CONTROL}}
    objects = f"{arn}/AWSLogs/{account.id}/*"
    return allow(sid, ["s3:PutObject"], [objects], principal={"Service": service}, conditions=conditions)
