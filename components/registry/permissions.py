"""The permissions of a team's pods in the registry: least privilege per service account."""

from collections.abc import Sequence

from components.account import Account
from components.identity.document import Statement, allow, policy_document
from components.security.key_policies import key_use


def trainer_policy(account: Account, *, models: str, datasets: str, key_alias: str) -> str:
    """Training reads datasets and models and writes models. It deletes nothing: a new version replaces."""
    return policy_document(
        *reading(account, [datasets, models]),
        allow(
            "WriteModels",
            ["s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"],
            [f"{account.bucket_arn(models)}/*"],
        ),
        key_use(account, key_alias, ["kms:Decrypt", "kms:GenerateDataKey"]),
    )


def server_policy(account: Account, *, models: str, key_alias: str) -> str:
    """Serving reads models and nothing else."""
    return policy_document(*reading(account, [models]), key_use(account, key_alias, ["kms:Decrypt"]))


def reading(account: Account, buckets: Sequence[str]) -> tuple[Statement, Statement]:
    """List buckets and read every version of their objects."""
    arns = [account.bucket_arn(bucket) for bucket in buckets]
    return (
        allow("ListBuckets", ["s3:ListBucket", "s3:GetBucketLocation"], arns),
        allow("ReadObjects", ["s3:GetObject", "s3:GetObjectVersion"], [f"{arn}/*" for arn in arns]),
    )
