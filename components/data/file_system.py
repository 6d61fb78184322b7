"""An FSx for Lustre file system, and the parts of S3 that its directories show."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pulumi_aws as aws
from pulumi import ComponentResource, Input, Output, Resource, ResourceOptions

from reference.lustre import VERSION

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, kw_only=True)
class Link:
    """A directory, and the bucket and key prefix (ending in `/`, or empty) that it shows."""

    path: str
    bucket: Input[str]
    prefix: Input[str]
    imports: tuple[str, ...]
    exports: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class FileSystemArgs:
    """A file system of one zone. Only a persistent one has `mbps_per_tib`, a key of the team and backups.

    `maintenance` is the day and the time in UTC, such as `Sun:03:00`. `buckets` are there before the links.
    """

    title: str  # its `Name` in AWS
    deployment: Literal["scratch", "persistent"]
    storage_gib: int
    mbps_per_tib: int | None
    subnet_id: Input[str]
    security_group_id: Input[str]
    key_arn: Input[str]
    backup_days: int
    maintenance: str
    expires: str | None  # a day, such as `2026-12-31`
    links: tuple[Link, ...]
    buckets: Sequence[Resource]
    protect: bool


class FileSystem(ComponentResource):
    """A Lustre file system. `ready` is what must exist before a pod mounts it."""

    def __init__(self, name: str, args: FileSystemArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:data:FileSystem", name, {}, opts)
        # Scratch is there to be thrown away: it is never protected.
        protect = args.protect and args.deployment == "persistent"
        file_system = self._make_file_system(name, args, ResourceOptions(parent=self, protect=protect))
        links = [self._make_link(name, file_system, args, link) for link in args.links]
        self.id: Output[str] = file_system.id
        self.dns_name: Output[str] = file_system.dns_name
        self.mount_name: Output[str] = file_system.mount_name
        self.ready: tuple[Resource, ...] = (file_system, *links)
        self.register_outputs({"id": self.id, "dns_name": self.dns_name, "mount_name": self.mount_name})

    def _make_file_system(
        self, name: str, args: FileSystemArgs, opts: ResourceOptions
    ) -> aws.fsx.LustreFileSystem:
        persistent = args.deployment == "persistent"
        tags = {"Name": args.title}
        if args.expires:
            tags["expires"] = args.expires
        return aws.fsx.LustreFileSystem(
            name,
            deployment_type="PERSISTENT_2" if persistent else "SCRATCH_2",
            storage_type="SSD",
            storage_capacity=args.storage_gib,
            per_unit_storage_throughput=args.mbps_per_tib,
            file_system_type_version=VERSION,
            data_compression_type="LZ4",
            metadata_configuration=(
                aws.fsx.LustreFileSystemMetadataConfigurationArgs(mode="AUTOMATIC") if persistent else None
            ),
            kms_key_id=args.key_arn if persistent else None,  # scratch has a key of its own that AWS keeps
            subnet_ids=args.subnet_id,
            security_group_ids=[args.security_group_id],
            weekly_maintenance_start_time=weekly(args.maintenance),
            automatic_backup_retention_days=args.backup_days if persistent else None,
            copy_tags_to_backups=True if args.backup_days else None,
            skip_final_backup=not args.backup_days,
            tags=tags,
            opts=opts,
        )

    def _make_link(
        self, name: str, file_system: aws.fsx.LustreFileSystem, args: FileSystemArgs, link: Link
    ) -> aws.fsx.DataRepositoryAssociation:
        return aws.fsx.DataRepositoryAssociation(
            f"{name}{link.path.replace('/', '.')}",
            file_system_id=file_system.id,
            file_system_path=link.path,
            data_repository_path=Output.format("s3://{0}/{1}", link.bucket, link.prefix),
            batch_import_meta_data_on_create=True,
            delete_data_in_filesystem=False,
            s3=event_policies(link),
            opts=ResourceOptions(parent=self, depends_on=list(args.buckets)),
        )


def event_policies(link: Link) -> aws.fsx.DataRepositoryAssociationS3Args | None:
    """The events that pass between a directory and S3 by themselves; None without any."""
    if not link.imports and not link.exports:
        return None
    policies = aws.fsx.DataRepositoryAssociationS3Args()
    if link.imports:
        policies.auto_import_policy = aws.fsx.DataRepositoryAssociationS3AutoImportPolicyArgs(
            events=[event.upper() for event in link.imports]
        )
    if link.exports:
        policies.auto_export_policy = aws.fsx.DataRepositoryAssociationS3AutoExportPolicyArgs(
            events=[event.upper() for event in link.exports]
        )
    return policies


def weekly(maintenance: str) -> str:
    """A day and a time as FSx has them: Monday is 1, so `Sun:03:00` is `7:03:00`."""
    day, _, time = maintenance.partition(":")
    return f"{WEEKDAYS.index(day) + 1}:{time}"
