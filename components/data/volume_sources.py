"""The sources of volumes: file systems of FSx for Lustre, and buckets that Mountpoint for S3 mounts."""

from dataclasses import dataclass

from pulumi import Input, Output

from components.data.file_system import FileSystem
from components.data.volume import VolumeSource

LUSTRE_DRIVER = "fsx.csi.aws.com"
MOUNTPOINT_DRIVER = "s3.csi.aws.com"


@dataclass(frozen=True, kw_only=True)
class BucketView:
    """The part of a bucket that a mount shows: all of it, or the keys under `prefix` (ending in `/`, or empty)."""

    bucket: Input[str]
    prefix: Input[str]
    region: str
    writable: bool
    cache_gib: int


def lustre_source(file_system: FileSystem) -> VolumeSource:
    """A file system as its driver mounts it: with locks that span the nodes."""
    return VolumeSource(
        driver=LUSTRE_DRIVER,
        handle=file_system.id,
        attributes={"dnsname": file_system.dns_name, "mountname": file_system.mount_name},
        mount_options=("flock", "relatime"),
        access_mode="ReadWriteMany",
    )


def mountpoint_source(volume: str, view: BucketView) -> VolumeSource:
    """A bucket as Mountpoint mounts it: as the pod that mounts it, by that pod's own AWS role.

    The driver has no role, so a volume without `authenticationSource` would reach nothing.
    """
    attributes: dict[str, Input[str]] = {"authenticationSource": "pod", "bucketName": view.bucket}
    if view.cache_gib:
        attributes |= {"cache": "emptyDir", "cacheEmptyDirSizeLimit": f"{view.cache_gib}Gi"}
    return VolumeSource(
        driver=MOUNTPOINT_DRIVER,
        handle=volume,
        attributes=attributes,
        mount_options=mount_options(view),
        access_mode="ReadWriteMany" if view.writable else "ReadOnlyMany",
    )


def mount_options(view: BucketView) -> Output[list[str]]:
    """The flags of Mountpoint. Without `allow-other` only root may look in, and no pod of a team runs as root."""
    flags = ["allow-other", f"region {view.region}"]
    if not view.writable:
        flags.append("read-only")
    return Output.from_input(view.prefix).apply(
        lambda prefix: [*flags, f"prefix {prefix}"] if prefix else flags
    )
