"""Who may do what with a shared dataset: on the bucket's side, and on the side of a team's role."""

from collections.abc import Sequence
from dataclasses import dataclass

from components.account import Account
from components.identity.document import Statement, allow, deny, policy_document
from components.security.key_policies import key_use
from reference.vocabulary import POD_NAMESPACE_KEY


@dataclass(frozen=True, kw_only=True)
class SharedDataset:
    """A dataset: the stack that writes it and those that read it."""

    name: str
    data_class: str
    owner: str
    readers: tuple[str, ...]

    @property
    def prefix(self) -> str:
        """Where in the bucket of its data class it is."""
        return f"{self.name}/"

    @property
    def users(self) -> list[str]:
        """The stacks that may see it, its owner among them."""
        return sorted({self.owner, *self.readers})


@dataclass(frozen=True, kw_only=True)
class DatasetGrant:
    """What a team's role may do with one dataset. `key_alias` is without `alias/`."""

    bucket: str
    prefix: str
    key_alias: str
    writable: bool


def dataset_statements(bucket_arn: str, datasets: Sequence[SharedDataset]) -> list[Statement]:
    """Refuse pods of stacks that do not share a dataset, and writes of pods that do not own it."""
    return [
        statement
        for number, dataset in enumerate(datasets, start=1)
        for statement in (
            _deny_pods_outside(dataset.users, f"DenyStrangers{number}", ["s3:*"], bucket_arn, dataset),
            _deny_pods_outside(
                [dataset.owner], f"DenyWriters{number}", ["s3:Delete*", "s3:Put*"], bucket_arn, dataset
            ),
        )
    ]


def _deny_pods_outside(
    stacks: list[str], sid: str, actions: list[str], bucket_arn: str, dataset: SharedDataset
) -> Statement:
    return deny(
        sid,
        actions,
        [f"{bucket_arn}/{dataset.prefix}*"],
        principal="*",
        conditions={"Null": {POD_NAMESPACE_KEY: "false"}, "StringNotEquals": {POD_NAMESPACE_KEY: stacks}},
    )


def grants_policy(account: Account, grants: Sequence[DatasetGrant]) -> str:
    """The policy of a role that uses these datasets: their keys alone, and nothing is ever deleted."""
    statements = [
        statement for number, grant in enumerate(grants, 1) for statement in _use(account, grant, number)
    ]
    for number, alias in enumerate(sorted({grant.key_alias for grant in grants}), start=1):
        writes = any(grant.writable for grant in grants if grant.key_alias == alias)
        actions = ["kms:Decrypt", *(["kms:GenerateDataKey"] if writes else [])]
        statements.append(key_use(account, alias, actions, sid=f"UseDatasetKey{number}"))
    return policy_document(*statements)


def _use(account: Account, grant: DatasetGrant, number: int) -> list[Statement]:
    bucket = account.bucket_arn(grant.bucket)
    objects = [f"{bucket}/{grant.prefix}*"]
    listing = allow(
        f"ListDataset{number}",
        ["s3:ListBucket"],
        [bucket],
        conditions={"StringLike": {"s3:prefix": [grant.prefix, f"{grant.prefix}*"]}},
    )
    reading = allow(f"ReadDataset{number}", ["s3:GetObject", "s3:GetObjectVersion"], objects)
    writing = allow(
        f"WriteDataset{number}",
        ["s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"],
        objects,
    )
    return [listing, reading, writing] if grant.writable else [listing, reading]
