"""Training: a team's pools and its queue, and where its jobs record parameters, metrics and artifacts."""

from typing import Annotated, Literal

from pydantic import Field

from stacks.schema.base import Section, Slug
from stacks.schema.pools import PoolSpec


# Idle quota moves between teams, nodes do not: who borrows runs on nodes and on a bill of its own.
class OwnQuota(Section):
    """What the team's queue is promised of one of its pools: GPUs, or vCPUs of a pool without accelerators."""

    pool: Annotated[Slug, Field(description="the name of one of `training.pools`")]
    gpus: Annotated[
        int | None, Field(ge=1, le=4096, description="1 to 4096 GPUs, at most the pool's `max_gpus`")
    ] = None
    vcpus: Annotated[
        int | None,
        Field(
            ge=1,
            le=20_000,
            description="1 to 20000 vCPUs that pods of jobs request, at most those that nodes of the pool have for "
            "pods; memory comes with them as a node has it",
        ),
    ] = None
    borrow_gpus: Annotated[
        int,
        Field(
            ge=0,
            le=4096,
            description="0 to 4096 GPUs of other teams' quotas that the queue may use on top of its own, on the "
            "team's nodes and bill, while they are idle; their owners take them back by evicting its jobs",
        ),
    ] = 0
    lend_gpus: Annotated[
        int | None,
        Field(
            ge=0,
            le=4096,
            description="0 to 4096 of `gpus` that other teams may use while they are idle; leave out to lend all: "
            "the queue's own jobs get them back by evicting the borrowers'",
        ),
    ] = None
    borrow_vcpus: Annotated[
        int,
        Field(ge=0, le=20_000, description="0 to 20000 vCPUs of other teams' quotas, as `borrow_gpus`"),
    ] = 0
    lend_vcpus: Annotated[
        int | None,
        Field(
            ge=0,
            le=20_000,
            description="0 to 20000 of `vcpus` that other teams may use while they are idle; leave out to lend all",
        ),
    ] = None

    @property
    def promised(self) -> int:
        """GPUs, or vCPUs, that the queue is guaranteed."""
        return self.gpus or self.vcpus or 0

    @property
    def borrowed(self) -> int:
        """GPUs, or vCPUs, that the queue may borrow."""
        return self.borrow_gpus or self.borrow_vcpus

    @property
    def lent(self) -> int:
        """GPUs, or vCPUs, that others may use while they are idle: all of them, where the file does not say."""
        said = self.lend_gpus if self.lend_vcpus is None else self.lend_vcpus
        return self.promised if said is None else said


class GrantedQuota(Section):
    """What the team's queue uses of a pool that the platform grants it. Jobs try these before the team's own pools."""

    pool: Annotated[Slug, Field(description="the name of one of the platform's `pools`")]
    gpus: Annotated[
        int,
        Field(
            ge=0, le=4096, description="0 to 4096 GPUs, at most those of the grant; with 0 it only borrows"
        ),
    ]
    borrow_gpus: Annotated[
        int,
        Field(
            ge=0,
            le=4096,
            description="0 to 4096 GPUs of other teams' grants of the pool that the queue may use on top of its own "
            "while they are idle; their owners take them back by evicting its jobs",
        ),
    ] = 0
    lend_gpus: Annotated[
        int | None,
        Field(
            ge=0,
            le=4096,
            description="0 to 4096 of `gpus` that other teams with a grant may use while they are idle; leave out to "
            "lend all",
        ),
    ] = None

    @property
    def promised(self) -> int:
        """GPUs that the queue is guaranteed."""
        return self.gpus

    @property
    def borrowed(self) -> int:
        """GPUs that the queue may borrow."""
        return self.borrow_gpus

    @property
    def lent(self) -> int:
        """GPUs that others may use while they are idle: all of them, where the file does not say."""
        return self.gpus if self.lend_gpus is None else self.lend_gpus


class TrainingSpec(Section):
    """`paved:training`."""

    pools: Annotated[
        tuple[PoolSpec, ...], Field(max_length=20, description="up to 20 node pools of the team's own")
    ] = ()
    quota: Annotated[
        tuple[OwnQuota, ...],
        Field(max_length=20, description="up to 20 entries: what the team's queue may use of its pools"),
    ] = ()
    granted: Annotated[
        tuple[GrantedQuota, ...],
        Field(
            max_length=20,
            description="up to 20 entries: what the team's queue may use of the platform's pools",
        ),
    ] = ()
    weight: Annotated[
        int,
        Field(
            ge=1,
            le=100,
            description="1 to 100: a team of weight 2 may borrow twice what one of weight 1 may, where both want it",
        ),
    ] = 1
    frozen: Annotated[
        bool,
        Field(
            description="`true`: the queue admits no further job and no pool gets a further node, not even for an "
            "endpoint; what runs goes on"
        ),
    ] = False


# A server for each team: in one for everybody, teams would read each other's runs and share one bill.
class Tracking(Section):
    """`paved:tracking`: an MLflow server of the team's own, which AWS runs and bills by the hour."""

    size: Annotated[
        Literal["small", "medium", "large"],
        Field(description="`small` (up to 25 people), `medium` (up to 50) or `large` (up to 100)"),
    ] = "small"
    mlflow_version: Annotated[
        str | None,
        Field(
            pattern=r"^[0-9]{1,2}\.[0-9]{1,2}(\.[0-9]{1,2})?$",
            description='a quoted version that SageMaker offers in the region, such as "2.16.2"; leave out for '
            "its default",
        ),
    ] = None
    maintenance: Annotated[
        str,
        Field(
            pattern=r"^(Mon|Tue|Wed|Thu|Fri|Sat|Sun):([01][0-9]|2[0-3]):[0-5][0-9]$",
            description="when AWS may restart the server each week, as day and UTC time, such as `Sun:03:00`",
        ),
    ] = "Sun:03:00"
    register_models: Annotated[
        bool,
        Field(
            description="`true` to enter models that jobs register in MLflow into SageMaker's registry as well, "
            "where their names begin with the stack's: `vision-prod-…`"
        ),
    ] = False
