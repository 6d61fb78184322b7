"""A foundation's storage, built: drivers, the network of Lustre, shared datasets, and backups of buckets."""

from typing import Any

from components.cluster.addons import DRIVERS
from components.cluster.cluster import Cluster
from components.data.dataset_policies import SharedDataset
from components.data.lustre_network import LustreNetwork, LustreNetworkArgs
from components.data.shared_datasets import (
    SharedDatasets,
    SharedDatasetsArgs,
    class_bucket,
    class_key_alias,
)
from components.network.network import Network
from components.recovery.backups import Backups, BackupsArgs
from components.security.encryption_key import deletion_window_days
from reference.names import physical_name
from stacks.program.context import FoundationContext
from stacks.schema.security_level import endpoints_only, is_backed_up
from stacks.schema.storage import Dataset

LUSTRE = "fsx-lustre"


def driver_addons(context: FoundationContext) -> tuple[str, ...]:
    """The add-ons of the drivers that the foundation asks for."""
    return tuple(DRIVERS[driver] for driver in context.stack.storage.drivers)


def build_storage(context: FoundationContext, network: Network, cluster: Cluster) -> dict[str, Any]:
    """Declare the foundation's storage. Returns its outputs, which its platform passes on."""
    section = context.stack.storage
    datasets = [shared_dataset(each) for each in section.datasets]
    if datasets:
        SharedDatasets(
            f"{context.name}-datasets",
            SharedDatasetsArgs(
                account=context.account,
                stack=context.name,
                datasets=datasets,
                noncurrent_days=section.noncurrent_days,
                lustre=LUSTRE in section.drivers,
                endpoints_only=endpoints_only(context.stack),
                deletion_window_days=deletion_window_days(context.stack.environment),
                protect=context.protect,
            ),
            context.options(),
        )
    storage: dict[str, Any] = {"drivers": sorted(section.drivers)}
    if LUSTRE in section.drivers:
        storage["lustre_security_group_id"] = build_lustre_network(context, network, cluster).group_id
    return {
        "storage": storage,
        "datasets": {each.name: dataset_output(context, each) for each in datasets},
    }


def shared_dataset(section: Dataset) -> SharedDataset:
    """A dataset as its component takes it."""
    return SharedDataset(
        name=section.name,
        data_class=section.data_class,
        owner=section.owner,
        # Sorted, so that another order in the file changes no policy.
        readers=tuple(sorted(section.readers)),
    )


def build_lustre_network(context: FoundationContext, network: Network, cluster: Cluster) -> LustreNetwork:
    """Declare the network between nodes and file systems."""
    return LustreNetwork(
        f"{context.name}-lustre",
        LustreNetworkArgs(
            group_name=physical_name(context.name, "lustre", limit=255),
            vpc_id=network.vpc_id,
            nodes_group_id=cluster.security_group_id,
        ),
        context.options(),
    )


def dataset_output(context: FoundationContext, dataset: SharedDataset) -> dict[str, Any]:
    """The output of a dataset: its place, owner and readers."""
    return {
        "bucket": class_bucket(context.account, context.name, dataset.data_class),
        "prefix": dataset.prefix,
        "key_alias": class_key_alias(context.name, dataset.data_class),
        "data_class": dataset.data_class,
        "owner": dataset.owner,
        "readers": list(dataset.readers),
    }


def build_recovery(context: FoundationContext) -> str | None:
    """Declare the backups, where the file or its level of security asks for them. Returns the name of their vault."""
    if not is_backed_up(context.stack):
        return None
    section = context.stack.recovery
    return Backups(
        f"{context.name}-backups",
        BackupsArgs(
            account=context.account,
            stack=context.name,
            data_classes=section.data_classes,
            keep_days=section.keep_days,
            lock=section.lock,
            deletion_window_days=deletion_window_days(context.stack.environment),
            protect=context.protect,
        ),
        context.options(),
    ).vault_name
