"""Recovery: what a foundation backs up of its account, and for how long."""

from typing import Annotated, Literal

from pydantic import Field

from stacks.schema.base import DataClass, Section


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
