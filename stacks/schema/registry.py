"""The registry: where a team keeps its models, its datasets and its images."""

from typing import Annotated, Literal

from pydantic import Field

from stacks.schema.base import Generation, Section, Slug


class RegistrySpec(Section):
    """`paved:registry`: one bucket for models, one for datasets, and an ECR repository per image."""

    repositories: Annotated[
        tuple[Slug, ...], Field(max_length=50, description="at most 50 ECR repositories, each by its slug")
    ] = ()
    noncurrent_days: Annotated[
        int, Field(ge=7, le=3650, description="7 to 3650 days a replaced or deleted object can be restored")
    ] = 90
    archive_days: Annotated[
        int | None,
        Field(
            ge=30,
            le=3650,
            description="30 to 3650 days until a dataset moves to infrequent access; leave out to keep it hot",
        ),
    ] = None
    scratch_days: Annotated[
        int | None,
        Field(
            ge=1,
            le=365,
            description="1 to 365 days until what lies under `scratch/` in the models bucket is deleted for good; "
            "leave out to keep it",
        ),
    ] = None
    keep_images: Annotated[int, Field(ge=5, le=1000, description="5 to 1000 images kept per repository")] = 50
    findings: Annotated[
        Literal["critical", "high", "medium"],
        Field(
            description="`critical`, `high` or `medium`: from which severity on what a scan finds in an image is "
            "mailed to `monitoring.notify`"
        ),
    ] = "high"
    generation: Generation = 1
