"""The data section of a team stack: file systems in AWS, volumes in the namespace, grants for training."""

from collections.abc import Mapping
from typing import Any

from pulumi import Input, Output

from components.data.dataset_policies import DatasetGrant, grants_policy
from components.data.file_system import FileSystem, FileSystemArgs, Link
from components.data.hand_over import HandOver, HandOverArgs
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
from reference.vocabulary import WORK_DIRECTORY
from stacks.program.context import TeamContext
from stacks.program.team_workspace import Workspace
from stacks.schema.data import Data, DatasetUse, FileSystemSpec, LinkSpec, Mount

# A mounted bucket has no size; Kubernetes demands one.
MOUNT_GIB = 1
LABEL_LIMIT = 63
"""Characters of a label's value; Kubernetes gives the name of a Job to its pods as one."""


def key_statements(context: TeamContext) -> list[Statement]:
    """Let file systems that are linked to the team's own buckets use the team's key."""
    buckets: set[str] = set()
    for file_system in _section(context).file_systems:
        linked = [link.bucket for link in file_system.links if link.bucket]
        buckets.update(_team_bucket(context, bucket) for bucket in linked)
    return [used_by_lustre(context.account, sorted(buckets))] if buckets else []


def dataset_grants(context: TeamContext) -> dict[str, Input[str]]:
    """The policy by which training uses shared datasets, by its id; none where it uses none."""
    uses = _section(context).datasets
    if not uses:
        return {}
    grants = [_grant(context, use) for use in uses]
    return {"datasets": Output.all(*grants).apply(lambda grants: grants_policy(context.account, grants))}


def build_file_systems(workspace: Workspace) -> dict[str, FileSystem]:
    """Declare the team's file systems. Returns them by name; none without a registry, whose key they need."""
    context, registry, key = workspace.context, workspace.registry, workspace.key
    if registry is None or key is None:
        return {}
    file_systems = {}
    for section in _section(context).file_systems:
        args = file_system_args(context, section, registry, key)
        name = f"{context.name}-{section.name}"
        file_systems[section.name] = FileSystem(name, args, context.in_aws())
    return file_systems


def file_system_args(
    context: TeamContext, section: FileSystemSpec, registry: Registry, key: EncryptionKey
) -> FileSystemArgs:
    """The arguments of a file system's component."""
    return FileSystemArgs(
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
    )


def build_volumes(workspace: Workspace, file_systems: Mapping[str, FileSystem]) -> dict[str, Any]:
    """Declare a claim for each file system and each mount. Returns what the team reads of them, by name."""
    context, outputs = workspace.context, dict[str, Any]()
    for section in _section(context).file_systems:
        file_system, name = file_systems[section.name], f"{context.name}-{section.name}"
        given = HandOver(
            f"{name}-hand-over", hand_over(context, section, file_system), workspace.in_cluster()
        )
        args = file_system_volume(workspace, section, file_system, given)
        Volume(f"{name}-volume", args, workspace.in_cluster())
        outputs[section.name] = _file_system_output(context, section)
    for mount in _section(context).mounts:
        Volume(f"{context.name}-{mount.name}-volume", mount_volume(workspace, mount), workspace.in_cluster())
        outputs[mount.name] = _mount_output(context, mount)
    return outputs


def hand_over(context: TeamContext, section: FileSystemSpec, file_system: FileSystem) -> HandOverArgs:
    """The arguments of the hand-over of a file system to the team."""
    return HandOverArgs(
        # Two hyphens stand in no name of a stack or a file system, so they tell `a-b` + `c` from `a` + `b-c`.
        name=physical_name(f"{context.name}--{section.name}", limit=LABEL_LIMIT),
        namespace=context.platform.output("hand_over", "namespace"),
        image=context.platform.output("hand_over", "image"),
        directories=writable_directories(section),
        storage_gib=section.storage_gib,
        source=lustre_source(file_system),
        labels=context.labels,
        after=file_system.ready,
    )


def writable_directories(section: FileSystemSpec) -> tuple[str, ...]:
    """The directories of a file system that its team writes in: one of its own, and those whose changes go to S3."""
    return (WORK_DIRECTORY, *(link.path for link in section.links if link.exports))


def file_system_volume(
    workspace: Workspace, section: FileSystemSpec, file_system: FileSystem, given: HandOver
) -> VolumeArgs:
    """The volume of a file system, which no pod mounts before the team may write."""
    return VolumeArgs(
        volume=volume_name(workspace.context.name, section.name),
        claim=section.name,
        namespace=workspace.namespace.namespace,
        storage_gib=section.storage_gib,
        source=lustre_source(file_system),
        labels=workspace.context.labels,
        after=(*file_system.ready, given.done),
    )


def mount_volume(workspace: Workspace, mount: Mount) -> VolumeArgs:
    """The volume of a mounted bucket."""
    volume = volume_name(workspace.context.name, mount.name)
    return VolumeArgs(
        volume=volume,
        claim=mount.name,
        namespace=workspace.namespace.namespace,
        storage_gib=MOUNT_GIB,
        source=mountpoint_source(volume, _view(workspace.context, mount)),
        labels=workspace.context.labels,
    )


def drivers(section: Data | None) -> tuple[str, ...]:
    """The CSI drivers that mount the section's volumes."""
    used, names = section or Data(), []
    if used.file_systems:
        names.append(LUSTRE_DRIVER)
    if used.mounts:
        names.append(MOUNTPOINT_DRIVER)
    return tuple(names)


def volumes_gib(section: Data | None) -> int:
    """The GiB that the claims of the section request together."""
    if section is None:
        return 0
    return sum(each.storage_gib for each in section.file_systems) + MOUNT_GIB * len(section.mounts)


def _section(context: TeamContext) -> Data:
    return context.team.data or Data()


def _file_system_output(context: TeamContext, section: FileSystemSpec) -> dict[str, Any]:
    return {
        "kind": "fsx-lustre",
        "claim": section.name,
        "deployment": section.deployment,
        "storage_gib": section.storage_gib,
        "throughput_mbps": throughput_mbps(section.storage_gib, section.mbps_per_tib),
        "zone": section.zone,
        "expires": section.expires,
        "writable": list(writable_directories(section)),
        "links": [_link_output(context, link) for link in section.links],
    }


def _link_output(context: TeamContext, link: LinkSpec) -> dict[str, Any]:
    return {
        "path": link.path,
        "source": _source(context, link),
        "imports": list(link.imports),
        "exports": list(link.exports),
    }


def _mount_output(context: TeamContext, mount: Mount) -> dict[str, Any]:
    return {
        "kind": "mountpoint-s3",
        "claim": mount.name,
        "source": _source(context, mount),
        "writable": mount.writable,
        "cache_gib": mount.cache_gib,
    }


def _grant(context: TeamContext, use: DatasetUse) -> Output[DatasetGrant]:
    # Part by part, so that each is known in a preview as soon as it can be.
    parts = Output.all(
        bucket=context.platform.output("datasets", use.name, "bucket"),
        prefix=context.platform.output("datasets", use.name, "prefix"),
        key_alias=context.platform.output("datasets", use.name, "key_alias"),
    )
    return parts.apply(lambda found: DatasetGrant(**found, writable=use.access == "write"))


def _link(context: TeamContext, link: LinkSpec) -> Link:
    bucket, prefix = _bucket_and_prefix(context, link)
    return Link(path=link.path, bucket=bucket, prefix=prefix, imports=link.imports, exports=link.exports)


def _view(context: TeamContext, mount: Mount) -> BucketView:
    bucket, prefix = _bucket_and_prefix(context, mount)
    return BucketView(
        bucket=bucket,
        prefix=prefix,
        region=context.account.region,
        writable=mount.writable,
        cache_gib=mount.cache_gib,
    )


def _bucket_and_prefix(context: TeamContext, section: LinkSpec | Mount) -> tuple[Input[str], Input[str]]:
    """The bucket and the key prefix that a section means: of the team's registry, or of a shared dataset."""
    within = f"{section.prefix}/" if section.prefix else ""
    if section.bucket:
        return _team_bucket(context, section.bucket), within
    dataset = section.dataset or ""
    bucket: Output[str] = context.platform.output("datasets", dataset, "bucket")
    prefix: Output[str] = context.platform.output("datasets", dataset, "prefix")
    return bucket, prefix.apply(lambda start: f"{start}{within}")


def _source(context: TeamContext, section: LinkSpec | Mount) -> Output[str]:
    return Output.format("s3://{0}/{1}", *_bucket_and_prefix(context, section))


def _team_bucket(context: TeamContext, role: str) -> str:
    generation = context.team.registry.generation if context.team.registry else 1
    return bucket_name(context.account, context.name, role, generation)
