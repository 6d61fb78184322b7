"""How the CSI drivers of FSx for Lustre and of Mountpoint for S3 find what they mount."""

from dataclasses import dataclass

from pulumi import Input, Output

from components.data.file_system import FileSystem
from components.data.volume import Source

LUSTRE_DRIVER = "fsx.csi.aws.com"
MOUNTPOINT_DRIVER = "s3.csi.aws.com"


@dataclass(frozen=True, kw_only=True)
class BucketView:
    """What a mount shows: a bucket, or the keys of it under `prefix` (ending in `/`, or empty)."""

    bucket: Input[str]
    prefix: Input[str]
    region: str
    writable: bool
    cache_gib: int


def lustre_source(file_system: FileSystem) -> Source:
    """A file system as its driver mounts it: with locks that span the nodes."""
    return Source(
        driver=LUSTRE_DRIVER,
        handle=file_system.id,
        attributes={"dnsname": file_system.dns_name, "mountname": file_system.mount_name},
        mount_options=("flock", "relatime"),
        access_mode="ReadWriteMany",
    )


def mountpoint_source(volume: str, view: BucketView) -> Source:
    """A bucket as Mountpoint mounts it: as the pod that mounts it, by that pod's own AWS role.

    The driver has no role, so a volume without `authenticationSource` would reach nothing.
    """
    cache = {"cache": "emptyDir", "cacheEmptyDirSizeLimit": f"{view.cache_gib}Gi"} if view.cache_gib else {}
    return Source(
        driver=MOUNTPOINT_DRIVER,
        handle=volume,
        attributes={"authenticationSource": "pod", "bucketName": view.bucket, **cache},
        mount_options=mount_options(view),
        access_mode="ReadWriteMany" if view.writable else "ReadOnlyMany",
    )


def mount_options(view: BucketView) -> Output[list[str]]:
    """The flags of Mountpoint. No pod of a team runs as root, who alone may look in without `allow-other`."""
    flags = ["allow-other", f"region {view.region}", *([] if view.writable else ["read-only"])]
    return Output.from_input(view.prefix).apply(
        lambda prefix: [*flags, f"prefix {prefix}"] if prefix else flags
    )
