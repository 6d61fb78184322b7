"""Training: the GPU node pools of a team and its queue."""

from typing import Annotated, Literal

from pydantic import Field

from stacks.schema.base import Section, Slug
from stacks.schema.foundation import InstanceType, ZoneId

CapacityType = Annotated[Literal["spot", "on-demand"], Field(description="`spot` or `on-demand`")]


class PoolSpec(Section):
    """One Karpenter NodePool of the team: every node carries the team's cost tag.

    Of a Trainium or Inferentia class, GPUs here and in the quota are Neuron devices.
    """

    name: Slug
    instance_types: Annotated[
        tuple[InstanceType, ...],
        Field(min_length=1, max_length=20, description="1 to 20 EC2 instance types of one accelerator class"),
    ]
    capacity: Annotated[
        tuple[CapacityType, ...],
        Field(min_length=1, max_length=2, description="`spot`, `on-demand` or both"),
    ]
    max_gpus: Annotated[
        int,
        Field(
            ge=1,
            le=4096,
            description="1 to 4096 GPUs, the most this pool may ever run",
        ),
    ]
    zone: Annotated[
        ZoneId | None,
        Field(description="the AZ id that every node is in, such as `use1-az4`; leave out for any zone"),
    ] = None
    efa: Annotated[
        bool,
        Field(description="`true` for jobs over several nodes: EFA interfaces, and nodes near each other"),
    ] = False
    disk_gib: Annotated[int, Field(ge=50, le=16_000, description="50 to 16000 GiB of root volume")] = 200
    idle_minutes: Annotated[
        int, Field(ge=1, le=720, description="1 to 720 minutes an empty node stays before it is removed")
    ] = 10
    max_node_hours: Annotated[
        int, Field(ge=1, le=720, description="1 to 720 hours after which a node is drained and replaced")
    ] = 336
    drain_hours: Annotated[
        int, Field(ge=1, le=168, description="1 to 168 hours a drained node waits for its jobs to end")
    ] = 24


class GpuQuota(Section):
    """What the team's queue is promised of one accelerator class."""

    pool: Annotated[Slug, Field(description="the name of one of `training.pools`")]
    gpus: Annotated[int, Field(ge=1, le=4096, description="1 to 4096 GPUs, at most the pool's `max_gpus`")]
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


class TrainingSpec(Section):
    """`paved:training`."""

    pools: Annotated[
        tuple[PoolSpec, ...], Field(max_length=20, description="up to 20 node pools of the team's own")
    ] = ()
    quota: Annotated[
        tuple[GpuQuota, ...],
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
