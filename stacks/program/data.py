"""The data section of a team stack: file systems in AWS, volumes in the namespace, grants for training."""

from collections.abc import Mapping
from typing import Any

from pulumi import Input, Output, ResourceOptions

from components.data.dataset_policies import DatasetGrant, grants_policy
from components.data.file_system import FileSystem, FileSystemArgs, Link
from components.data.volume import Volume, VolumeArgs, volume_name
from components.data.volume_sources import (
    LUSTRE_DRIVER,
    MOUNTPOINT_DRIVER,
    BucketView,
    lustre_source,
    mountpoint_source,
)
from components.identity.document import Statement
from components.registry.registry import Registry, bucket_name
from components.security.encryption_key import EncryptionKey
from components.security.key_policies import used_by_lustre
from reference.lustre import throughput_mbps
from reference.names import physical_name
from stacks.program.context import TeamContext
from stacks.schema.data import Data, DatasetUse, Mount
from stacks.schema.data import FileSystemSpec as FileSystemSection
from stacks.schema.data import LinkSpec as LinkSection

MOUNT_GIB = 1
"""A mounted bucket has no size; Kubernetes demands one."""


def key_statements(context: TeamContext) -> list[Statement]:
    """What the team's key has to allow so that file systems reach the team's own buckets."""
    links = [link for each in _section(context).file_systems for link in each.links]
    buckets = sorted({_team_bucket(context, link.bucket) for link in links if link.bucket})
    return [used_by_lustre(context.account, buckets)] if buckets else []


def dataset_grants(context: TeamContext) -> dict[str, Input[str]]:
    """The policy by which training uses shared datasets, by its id; none where it uses none."""
    uses = _section(context).datasets
    if not uses:
        return {}
    found = Output.all(*(_grant(context, use) for use in uses))
    return {"datasets": found.apply(lambda grants: grants_policy(context.account, grants))}


def build_file_systems(context: TeamContext, registry: Registry, key: EncryptionKey) -> dict[str, FileSystem]:
    """The team's file systems by name."""
    return {
        section.name: FileSystem(
            f"{context.name}-{section.name}",
            FileSystemArgs(
                title=physical_name(context.name, section.name, limit=255),
                deployment=section.deployment,
                storage_gib=section.storage_gib,
                mbps_per_tib=section.mbps_per_tib,
                subnet_id=context.platform.output("network", "private_subnets", section.zone),
                security_group_id=context.platform.output("storage", "lustre_security_group_id"),
                key_arn=key.key_arn,
                backup_days=section.backup_days,
                maintenance=section.maintenance,
                expires=section.expires,
                links=tuple(_link(context, link) for link in section.links),
                buckets=registry.buckets,
                protect=context.protect,
            ),
            context.in_aws(),
        )
        for section in _section(context).file_systems
    }


def build_volumes(
    context: TeamContext,
    namespace: Input[str],
    file_systems: Mapping[str, FileSystem],
    options: ResourceOptions,
) -> dict[str, Any]:
    """A claim for each file system and each mount; what the team reads of them, by name."""
    found: dict[str, Any] = {}
    for section in _section(context).file_systems:
        made = file_systems[section.name]
        args = VolumeArgs(
            volume=volume_name(context.name, section.name),
            claim=section.name,
            namespace=namespace,
            storage_gib=section.storage_gib,
            source=lustre_source(made),
            labels=context.labels,
            after=made.ready,
        )
        Volume(f"{context.name}-{section.name}-volume", args, options)
        found[section.name] = _file_system_output(context, section)
    for mount in _section(context).mounts:
        volume = volume_name(context.name, mount.name)
        args = VolumeArgs(
            volume=volume,
            claim=mount.name,
            namespace=namespace,
            storage_gib=MOUNT_GIB,
            source=mountpoint_source(volume, _view(context, mount)),
            labels=context.labels,
        )
        Volume(f"{context.name}-{mount.name}-volume", args, options)
        found[mount.name] = {
            "kind": "mountpoint-s3",
            "claim": mount.name,
            "source": _source(context, mount),
            "writable": mount.writable,
            "cache_gib": mount.cache_gib,
        }
    return found


def drivers(section: Data | None) -> tuple[str, ...]:
    """The CSI drivers that mount the section's volumes."""
    used = section or Data()
    return (*([LUSTRE_DRIVER] if used.file_systems else []), *([MOUNTPOINT_DRIVER] if used.mounts else []))


def volumes_gib(section: Data | None) -> int:
    """What the claims of the section request together."""
    if section is None:
        return 0
    return sum(each.storage_gib for each in section.file_systems) + MOUNT_GIB * len(section.mounts)


def _section(context: TeamContext) -> Data:
    return context.team.data or Data()


def _file_system_output(context: TeamContext, section: FileSystemSection) -> dict[str, Any]:
    return {
        "kind": "fsx-lustre",
        "claim": section.name,
        "deployment": section.deployment,
        "storage_gib": section.storage_gib,
        "throughput_mbps": throughput_mbps(section.storage_gib, section.mbps_per_tib),
        "zone": section.zone,
        "expires": section.expires,
        "links": [
            {
                "path": link.path,
                "source": _source(context, link),
                "imports": list(link.imports),
                "exports": list(link.exports),
            }
            for link in section.links
        ],
    }


def _grant(context: TeamContext, use: DatasetUse) -> Output[DatasetGrant]:
    parts = Output.all(
        bucket=context.platform.output("datasets", use.name, "bucket"),
        prefix=context.platform.output("datasets", use.name, "prefix"),
        key_alias=context.platform.output("datasets", use.name, "key_alias"),
    )
    return parts.apply(lambda found: DatasetGrant(**found, writable=use.access == "write"))


def _link(context: TeamContext, link: LinkSection) -> Link:
    bucket, prefix = _place(context, link)
    return Link(path=link.path, bucket=bucket, prefix=prefix, imports=link.imports, exports=link.exports)


def _view(context: TeamContext, mount: Mount) -> BucketView:
    bucket, prefix = _place(context, mount)
    return BucketView(
        bucket=bucket,
        prefix=prefix,
        region=context.account.region,
        writable=mount.writable,
        cache_gib=mount.cache_gib,
    )


def _place(context: TeamContext, section: LinkSection | Mount) -> tuple[Input[str], Input[str]]:
    """The bucket and the key prefix that a section means: of the team's registry, or of a shared dataset."""
    within = f"{section.prefix}/" if section.prefix else ""
    if section.bucket:
        return _team_bucket(context, section.bucket), within
    dataset = section.dataset or ""
    prefix: Output[str] = context.platform.output("datasets", dataset, "prefix")
    return context.platform.output("datasets", dataset, "bucket"), prefix.apply(
        lambda start: f"{start}{within}"
    )


def _source(context: TeamContext, section: LinkSection | Mount) -> Output[str]:
    return Output.format("s3://{0}/{1}", *_place(context, section))


def _team_bucket(context: TeamContext, role: str) -> str:
    generation = context.team.registry.generation if context.team.registry else 1
    return bucket_name(context.account, context.name, role, generation)
