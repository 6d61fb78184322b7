"""Storage: what a foundation offers its teams beside their own buckets."""

from typing import Annotated, Literal

from pydantic import Field

from stacks.schema.base import Section, Slug, StackName

Driver = Annotated[
    Literal["fsx-lustre", "mountpoint-s3"], Field(description="`fsx-lustre` or `mountpoint-s3`")
]


class Dataset(Section):
    """One shared dataset: a prefix of its own in the bucket of its data class."""

    name: Slug
    data_class: Annotated[
        Literal["public", "internal", "confidential"],
        Field(description="`public`, `internal` or `confidential`; regulated data is not shared"),
    ]
    owner: Annotated[StackName, Field(description="the team stack that writes it")]
    readers: Annotated[
        tuple[StackName, ...], Field(max_length=50, description="at most 50 team stacks that read it")
    ] = ()


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
