"""Storage that a foundation offers beside teams' own buckets, and the backups of the account's buckets."""

from typing import Annotated, Literal

from pydantic import Field

from stacks.schema.base import DataClass, Section, Slug, StackName

Driver = Annotated[
    Literal["fsx-lustre", "mountpoint-s3"], Field(description="`fsx-lustre` or `mountpoint-s3`")
]


class Dataset(Section):
    """One shared dataset: a prefix of its own in the bucket of its data class."""

    name: Slug
    # Regulated data is not shared: the model has no such class here.
    data_class: Annotated[
        Literal["public", "internal", "confidential"],
        Field(description="`public`, `internal` or `confidential`; regulated data is not shared"),
    ]
    # One stack writes; the rest read, and say so in files of their own.
    owner: Annotated[StackName, Field(description="the team stack that writes it")]
    readers: Annotated[
        tuple[StackName, ...], Field(max_length=50, description="at most 50 team stacks that read it")
    ] = ()


# Shared datasets belong to the foundation, which outlives teams and is reviewed by those who answer for the platform.
class StorageSpec(Section):
    """`paved:storage`: the drivers of volumes, and the datasets that teams share."""

    drivers: Annotated[
        tuple[Driver, ...],
        Field(max_length=2, description="`fsx-lustre` and `mountpoint-s3`, where a team has such a volume"),
    ] = ()
    datasets: Annotated[
        tuple[Dataset, ...], Field(max_length=20, description="at most 20 shared datasets")
    ] = ()
    noncurrent_days: Annotated[
        int,
        Field(
            ge=7,
            le=3650,
            description="7 to 3650 days a replaced or deleted object of a dataset can be restored",
        ),
    ] = 90


class Recovery(Section):
    """`paved:recovery`: backups of the account's buckets by AWS Backup, in a vault that nobody empties."""

    backups: Annotated[
        bool | None,
        Field(
            description="`true` to back up buckets every day; left out `true` from the level `regulated` on, below it "
            "`false`"
        ),
    ] = None
    data_classes: Annotated[
        tuple[DataClass, ...],
        Field(min_length=1, max_length=4, description="the data classes of the buckets that are backed up"),
    ] = ("regulated",)
    keep_days: Annotated[
        int, Field(ge=35, le=3650, description="35 to 3650 days that a backup is kept, and cannot be deleted")
    ] = 35
    lock: Annotated[
        Literal["governance", "compliance"],
        Field(
            description="`governance` (who may lift the vault's lock can delete backups) or `compliance` (three days "
            "after it is made nobody can, nor delete the vault)"
        ),
    ] = "governance"
