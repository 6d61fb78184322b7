"""Datasets that teams share: one bucket and one key for each data class, one prefix for each dataset."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pulumi import ComponentResource, ResourceOptions

from components.account import Account
from components.data.dataset_policies import SharedDataset, dataset_statements
from components.registry.bucket import Bucket, BucketArgs, Retention, bucket_policy
from components.security.encryption_key import EncryptionKey, EncryptionKeyArgs
from components.security.key_policies import closed_to_other_pods, key_policy, used_by_lustre
from reference.names import physical_name
from reference.tags import DATA_CLASS_TAG


@dataclass(frozen=True, kw_only=True)
class SharedDatasetsArgs:
    """Shared datasets. With `lustre` file systems may be linked to them; with `endpoints_only` pods reach them
    through the account's VPC endpoints alone."""

    account: Account
    stack: str  # physical names derive from it
    datasets: Sequence[SharedDataset]
    noncurrent_days: int
    lustre: bool
    endpoints_only: bool
    deletion_window_days: int
    protect: bool


class SharedDatasets(ComponentResource):
    """Buckets and keys of those data classes that have a dataset."""

    def __init__(self, name: str, args: SharedDatasetsArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:data:SharedDatasets", name, {}, opts)
        for data_class, datasets in by_class(args.datasets).items():
            self._make_class(f"{name}-{data_class}", args, data_class, datasets)
        self.register_outputs({})

    def _make_class(
        self, name: str, args: SharedDatasetsArgs, data_class: str, datasets: Sequence[SharedDataset]
    ) -> None:
        bucket = class_bucket(args.account, args.stack, data_class)
        users = all_users(datasets)
        key = self._make_key(name, args, data_class, users)
        policy = bucket_policy(
            args.account,
            bucket,
            *dataset_statements(args.account.bucket_arn(bucket), datasets),
            namespaces=users,
            endpoints_only=args.endpoints_only,
        )
        Bucket(
            name,
            BucketArgs(
                bucket=bucket,
                policy=policy,
                key_arn=key.key_arn,
                retention=Retention(noncurrent_days=args.noncurrent_days),
                tags={DATA_CLASS_TAG: data_class},
                protect=args.protect,
            ),
            ResourceOptions(parent=self),
        )

    def _make_key(
        self, name: str, args: SharedDatasetsArgs, data_class: str, users: Sequence[str]
    ) -> EncryptionKey:
        bucket = class_bucket(args.account, args.stack, data_class)
        linked = [used_by_lustre(args.account, [bucket])] if args.lustre else []
        return EncryptionKey(
            f"{name}-key",
            EncryptionKeyArgs(
                account=args.account,
                alias=class_key_alias(args.stack, data_class),
                description=f"Shared {data_class} datasets of {args.stack}",
                policy=key_policy(args.account, closed_to_other_pods(users), *linked),
                deletion_window_days=args.deletion_window_days,
                protect=args.protect,
            ),
            ResourceOptions(parent=self),
        )


def by_class(datasets: Sequence[SharedDataset]) -> Mapping[str, list[SharedDataset]]:
    """The datasets of each data class that has any, both sorted."""
    found: dict[str, list[SharedDataset]] = {}
    for dataset in sorted(datasets, key=lambda each: (each.data_class, each.name)):
        found.setdefault(dataset.data_class, []).append(dataset)
    return found


def all_users(datasets: Sequence[SharedDataset]) -> list[str]:
    """The stacks that may see at least one of these datasets."""
    users: set[str] = set()
    for dataset in datasets:
        users.update(dataset.users)
    return sorted(users)


def class_bucket(account: Account, stack: str, data_class: str) -> str:
    """The bucket of a data class. It holds the account's id, because all of AWS shares the names of buckets."""
    return physical_name(stack, "datasets", data_class, account.id, limit=63)


def class_key_alias(stack: str, data_class: str) -> str:
    """The alias of the key of a data class, without `alias/`."""
    return physical_name(stack, "datasets", data_class, limit=250)
