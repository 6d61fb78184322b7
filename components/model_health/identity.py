"""The role of the jobs that judge models: it reads what they judge by, and creates their records."""

from collections.abc import Sequence
from urllib.parse import urlparse

from components.account import Account
from components.identity.document import Statement, allow, policy_document
from components.registry.registry import IF_ABSENT
from components.security.key_policies import key_use
from reference.vocabulary import LINEAGE_FOLDER

RECORDS = f"{LINEAGE_FOLDER}/model-health"
"""The folder of the models bucket with the records, of which the image of `model_health` knows the name too."""


def monitor_policy(account: Account, *, places: Sequence[str], models: str, key_alias: str) -> str:
    """Read the files of places such as `s3://bucket/prefix/` and no others, and replace no record."""
    prefixes: dict[str, list[str]] = {}
    for place in sorted(set(places)):
        found = urlparse(place)
        prefixes.setdefault(found.netloc, []).append(found.path.lstrip("/"))
    listing: list[Statement] = []
    files: list[str] = []
    for number, (bucket, keys) in enumerate(sorted(prefixes.items()), start=1):
        listing.append(listed(account, bucket, keys, number))
        files += [f"{account.bucket_arn(bucket)}/{key}*" for key in keys]
    records = [f"{account.bucket_arn(models)}/{RECORDS}/*"]
    return policy_document(
        *listing,
        allow("ReadData", ["s3:GetObject"], files),
        allow("WriteRecordsOnce", ["s3:PutObject"], records, conditions=IF_ABSENT),
        key_use(account, key_alias, ["kms:Decrypt", "kms:GenerateDataKey"]),
    )


def listed(account: Account, bucket: str, keys: Sequence[str], number: int) -> Statement:
    """List what lies below some prefixes of a bucket. `number` tells the statement from those of other buckets."""
    below = [f"{key}*" for key in keys]
    conditions = {"StringLike": {"s3:prefix": below}}
    return allow(f"ListData{number}", ["s3:ListBucket"], [account.bucket_arn(bucket)], conditions=conditions)
