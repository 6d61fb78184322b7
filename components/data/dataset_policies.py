"""Permissions on shared datasets: statements of their bucket's policy, and the policy of a team's role."""

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
        """The keys of the dataset in the bucket of its data class."""
        return f"{self.name}/"

    @property
    def users(self) -> list[str]:
        """The stacks that may see it, its owner among them."""
        return sorted({self.owner, *self.readers})


@dataclass(frozen=True, kw_only=True)
class DatasetGrant:
    """A team role's right to read, or to read and write, one dataset. `key_alias` is without `alias/`."""

    bucket: str
    prefix: str
    key_alias: str
    writable: bool


def dataset_statements(bucket_arn: str, datasets: Sequence[SharedDataset]) -> list[Statement]:
    """Refuse pods of stacks that do not share a dataset, and writes of pods that do not own it."""
    statements = []
    for number, dataset in enumerate(datasets, start=1):
        objects = f"{bucket_arn}/{dataset.prefix}*"
        # An id has letters and digits alone, so a number stands for the dataset's name.
        strangers, writers = f"DenyStrangers{number}", f"DenyWriters{number}"
        statements.append(_deny_pods_outside(dataset.users, strangers, ["s3:*"], objects))
        statements.append(_deny_pods_outside([dataset.owner], writers, ["s3:Delete*", "s3:Put*"], objects))
    return statements


def _deny_pods_outside(stacks: list[str], sid: str, actions: list[str], objects: str) -> Statement:
    return deny(
        sid,
        actions,
        [objects],
        principal="*",
        conditions={"Null": {POD_NAMESPACE_KEY: "false"}, "StringNotEquals": {POD_NAMESPACE_KEY: stacks}},
    )


def grants_policy(account: Account, grants: Sequence[DatasetGrant]) -> str:
    """The policy of a role that uses these datasets: their keys alone, and nothing is ever deleted.

    Datasets of one bucket share their statements, as IAM limits the characters of all inline policies of a role.
    """
    statements = []
    for number, bucket in enumerate(sorted({grant.bucket for grant in grants}), start=1):
        statements += _object_use(account, [grant for grant in grants if grant.bucket == bucket], number)
    aliases = sorted({grant.key_alias for grant in grants})
    for number, alias in enumerate(aliases, start=1):
        actions = ["kms:Decrypt"]
        if any(grant.writable for grant in grants if grant.key_alias == alias):
            actions.append("kms:GenerateDataKey")
        statements.append(key_use(account, alias, actions, sid=f"UseDatasetKey{number}"))
    return policy_document(*statements)


def _object_use(account: Account, grants: Sequence[DatasetGrant], number: int) -> list[Statement]:
    """The use of datasets of one bucket."""
    bucket = account.bucket_arn(grants[0].bucket)
    prefixes: list[str] = []
    for grant in grants:
        prefixes += [grant.prefix, f"{grant.prefix}*"]
    objects = [f"{bucket}/{grant.prefix}*" for grant in grants]
    written = [f"{bucket}/{grant.prefix}*" for grant in grants if grant.writable]
    listing = allow(
        f"ListDatasets{number}",
        ["s3:ListBucket"],
        [bucket],
        conditions={"StringLike": {"s3:prefix": prefixes}},
    )
    reading = allow(f"ReadDatasets{number}", ["s3:GetObject", "s3:GetObjectVersion"], objects)
    writing = allow(
        f"WriteDatasets{number}",
        ["s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"],
        written,
    )
    return [listing, reading, writing] if written else [listing, reading]
