"""Data: the file systems, the mounted buckets and the shared datasets of a team."""

from typing import Annotated, Literal

from pydantic import Field

from stacks.schema.base import Section, Slug, Whole, ZoneId

KeyPrefix = Annotated[
    str,
    Field(
        pattern=r"^[a-z0-9][a-z0-9_.-]*(/[a-z0-9][a-z0-9_.-]*)*$",
        max_length=200,
        description="a key prefix without a slash at the end, such as `detector/2026`",
    ),
]
TeamBucket = Annotated[
    Literal["datasets", "models"],
    Field(description="`datasets` or `models`, a bucket of the team's registry"),
]
Event = Annotated[Literal["new", "changed", "deleted"], Field(description="`new`, `changed` or `deleted`")]


class DatasetUse(Section):
    """A shared dataset of the foundation that the team's training uses."""

    name: Annotated[Slug, Field(description="the name of one of the foundation's `storage.datasets`")]
    access: Annotated[
        Literal["read", "write"],
        Field(description="`read`, or `write` for the one stack that the foundation names as its owner"),
    ] = "read"


class LinkSpec(Section):
    """A directory of a file system that shows a part of S3."""

    path: Annotated[
        str,
        Field(
            pattern=r"^(/[a-z0-9][a-z0-9_-]*)+$",
            max_length=200,
            description="a directory of the file system, such as `/datasets`",
        ),
    ]
    bucket: TeamBucket | None = None
    dataset: Annotated[Slug | None, Field(description="the name of one of `data.datasets`")] = None
    prefix: KeyPrefix | None = None
    imports: Annotated[
        tuple[Event, ...],
        Field(
            max_length=3,
            description="the later events in S3 that show in the directory: `new`, `changed`, `deleted`; [] for none",
        ),
    ] = ("new", "changed", "deleted")
    exports: Annotated[
        tuple[Event, ...],
        Field(
            max_length=3,
            description="the events in the directory that reach S3, some time later: `new`, `changed`, `deleted`",
        ),
    ] = ()


class FileSystemSpec(Section):
    """One FSx for Lustre file system, in one zone."""

    name: Slug
    deployment: Annotated[
        Literal["scratch", "persistent"],
        Field(
            description="`scratch` (not replicated: a failed server loses its files; never protected) or "
            "`persistent` (replicated in its zone, under the team's key)"
        ),
    ]
    storage_gib: Annotated[
        int, Field(ge=1200, le=1_008_000, description="1200 or a multiple of 2400, at most 1008000 GiB")
    ]
    # The four speeds at which FSx sells persistent storage. Scratch has one of its own.
    mbps_per_tib: Annotated[
        Annotated[Literal[125, 250, 500, 1000], Whole] | None,
        Field(
            description="125, 250, 500 or 1000 MB/s for each TiB of a persistent file system; leave out for "
            "scratch, which has 200"
        ),
    ] = None
    zone: Annotated[ZoneId, Field(description="the AZ id it is in, that of the nodes which read it most")]
    links: Annotated[
        # FSx links a file system to at most 8 parts of S3.
        tuple[LinkSpec, ...], Field(max_length=8, description="at most 8 directories linked to S3")
    ] = ()
    backup_days: Annotated[
        int,
        Field(
            ge=0,
            le=90,
            description="0 to 90 days that daily backups are kept; only of persistent file systems without links",
        ),
    ] = 0
    maintenance: Annotated[
        str,
        Field(
            pattern=r"^(Mon|Tue|Wed|Thu|Fri|Sat|Sun):([01][0-9]|2[0-3]):[0-5][0-9]$",
            description="the weekly half hour, in UTC, in which AWS may patch it, such as `Sun:03:00`",
        ),
    ] = "Sun:03:00"
    # A day and no number of days: the program reads no clock, so it could not count.
    expires: Annotated[
        str | None,
        Field(
            pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$",
            description="the last day, quoted, that a scratch file system is needed: from the next on the file is "
            "refused until it is taken out or given another day",
        ),
    ] = None


class Mount(Section):
    """One bucket, or a part of it, that pods see as files."""

    name: Slug
    bucket: TeamBucket | None = None
    dataset: Annotated[Slug | None, Field(description="the name of one of `data.datasets`")] = None
    prefix: KeyPrefix | None = None
    writable: Annotated[
        bool,
        Field(description="`true` to let pods write new files: no append, no rename, no change of a file"),
    ] = False
    cache_gib: Annotated[
        int, Field(ge=0, le=16_000, description="0 to 16000 GiB of each node's disk that keep what was read")
    ] = 0


class Data(Section):
    """`paved:data`: volumes of the team's namespace; each is a claim of its name."""

    datasets: Annotated[
        tuple[DatasetUse, ...],
        Field(max_length=20, description="at most 20 shared datasets that training uses"),
    ] = ()
    file_systems: Annotated[
        tuple[FileSystemSpec, ...], Field(max_length=10, description="at most 10 FSx for Lustre file systems")
    ] = ()
    mounts: Annotated[
        tuple[Mount, ...], Field(max_length=20, description="at most 20 buckets mounted by Mountpoint for S3")
    ] = ()
