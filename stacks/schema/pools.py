"""Pools of nodes for jobs: a team's own, of GPUs or CPUs, and the platform's of GPUs, which are granted to teams."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from stacks.schema.base import AcceleratedTypeName, PoolTypeName, Section, Slug, StackName, ZoneId
from stacks.schema.dates import day, moment


def a_moment(text: str) -> str:
    """Let a moment of the calendar pass. Raises ValueError."""
    moment(text)
    return text


def a_day(text: str) -> str:
    """Let a day of the calendar pass. Raises ValueError."""
    day(text)
    return text


Moment = Annotated[
    str,
    Field(
        pattern=r"^20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}Z$",
        description='a quoted moment in UTC, such as "2026-12-15T11:30Z"',
    ),
    AfterValidator(a_moment),
]
Day = Annotated[
    str,
    Field(pattern=r"^20[0-9]{2}-[0-9]{2}-[0-9]{2}$", description='a quoted day, such as "2026-12-15"'),
    AfterValidator(a_day),
]
CapacityType = Annotated[Literal["spot", "on-demand"], Field(description="`spot` or `on-demand`")]
SharedCapacity = Annotated[
    Literal["reserved", "spot", "on-demand"], Field(description="`reserved`, `spot` or `on-demand`")
]


class PoolSpec(Section):
    """One Karpenter NodePool of the team: every node carries the team's cost tag.

    Of a Trainium or Inferentia class, GPUs here and in the quota are Neuron devices. A pool of types without
    accelerators is counted in vCPUs, here and wherever it is named.
    """

    name: Slug
    instance_types: Annotated[
        tuple[PoolTypeName, ...],
        Field(
            min_length=1,
            max_length=20,
            description="1 to 20 EC2 instance types, of one accelerator class or all without accelerators",
        ),
    ]
    capacity: Annotated[
        tuple[CapacityType, ...],
        Field(min_length=1, max_length=2, description="`spot`, `on-demand` or both"),
    ]
    max_gpus: Annotated[
        int | None,
        Field(
            ge=1,
            le=4096,
            description="1 to 4096 GPUs, the most this pool may ever run; of types without any give `max_vcpus`",
        ),
    ] = None
    max_vcpus: Annotated[
        int | None,
        Field(
            ge=4,
            le=20_000,
            description="4 to 20000 vCPUs, the most this pool of types without accelerators may ever run",
        ),
    ] = None
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

    @property
    def most(self) -> int:
        """The most that the pool may ever run, in GPUs or in vCPUs."""
        return self.max_gpus or self.max_vcpus or 0


# Reservations are named and never bought: a Capacity Block cannot be returned, and a stack that buys one could buy two.
class ReservationTag(Section):
    """One tag that a Capacity Reservation has in EC2."""

    key: Annotated[
        str,
        Field(pattern=r"^[A-Za-z0-9._:/=+@-]{1,128}$", description="the key of a tag, 1 to 128 characters"),
    ]
    value: Annotated[
        str,
        Field(
            pattern=r"^[A-Za-z0-9._:/=+@-]{1,256}$",
            description="the value of the tag, 1 to 256 characters",
        ),
    ]


class Reservation(Section):
    """Instances that EC2 holds ready: one reservation by id, or all that have certain tags."""

    kind: Annotated[
        Literal["on-demand", "capacity-block"],
        Field(description="`on-demand`, or `capacity-block` for a Capacity Block for ML"),
    ]
    id: Annotated[
        str | None,
        Field(
            pattern=r"^cr-[0-9a-f]{17}$",
            description="the id of the reservation, such as `cr-0a1b2c3d4e5f60718`; leave out where `tags` choose",
        ),
    ] = None
    tags: Annotated[
        tuple[ReservationTag, ...],
        Field(
            max_length=20, description="up to 20 tags, all of which the reservations have; none beside `id`"
        ),
    ] = ()
    owner_account: Annotated[
        str | None,
        Field(
            pattern=r"^[0-9]{12}$",
            description="the quoted id of the account whose reservations `tags` choose, where it shares them with this "
            "one; leave out for any",
        ),
    ] = None
    instances: Annotated[
        int, Field(ge=1, le=512, description="1 to 512 instances that are reserved, all together")
    ]
    starts: Annotated[
        Moment | None, Field(description='when it begins, in UTC, such as "2026-12-01T11:30Z"')
    ] = None
    ends: Annotated[
        Moment | None,
        Field(description='when it ends, in UTC, such as "2026-12-15T11:30Z"; a Capacity Block must say it'),
    ] = None


# In the platform's file, because who gets onto its nodes is the platform's to say: a team's file alone opens nothing.
class Grant(Section):
    """What one team may use of a pool."""

    stack: Annotated[StackName, Field(description="the name of a team stack of this platform")]
    gpus: Annotated[
        int,
        Field(
            ge=0,
            le=4096,
            description="0 to 4096 GPUs; with 0 the team may only borrow what others leave idle",
        ),
    ]
    starts: Annotated[
        Day | None,
        Field(
            description='the first day of the grant, such as "2026-12-01", before which the team cannot use it; '
            "leave out for at once"
        ),
    ] = None
    until: Annotated[
        Day | None,
        Field(
            description='the last day of the grant, such as "2026-12-15"; leave out for as long as the pool is'
        ),
    ] = None


class SharedPoolSpec(Section):
    """A pool of GPU nodes that belongs to the platform and is granted to teams."""

    name: Slug
    instance_types: Annotated[
        tuple[AcceleratedTypeName, ...],
        Field(
            min_length=1,
            max_length=20,
            description="1 to 20 EC2 instance types of one accelerator class, with as many GPUs each",
        ),
    ]
    zone: Annotated[ZoneId, Field(description="the AZ id that every node is in, such as `use1-az4`")]
    capacity: Annotated[
        tuple[SharedCapacity, ...],
        Field(
            min_length=1,
            max_length=3,
            description="`reserved`, `spot`, `on-demand`: some of them, in this order",
        ),
    ]
    reservations: Annotated[
        tuple[Reservation, ...], Field(max_length=20, description="up to 20 reservations, for `reserved`")
    ] = ()
    nodes: Annotated[
        int | None,
        Field(ge=1, le=512, description="1 to 512 nodes that are always there; or give `max_gpus`"),
    ] = None
    max_gpus: Annotated[
        int | None,
        Field(ge=1, le=4096, description="1 to 4096 GPUs, the most that jobs may start; or give `nodes`"),
    ] = None
    # Kueue places jobs by topology on nodes that are there and starts none, and Karpenter takes no part in it.
    topology: Annotated[
        bool,
        Field(
            description="`true`: the queue places each job on nodes near each other; its jobs say how near"
        ),
    ] = False
    efa: Annotated[bool, Field(description="`true`: every node has its EFA interfaces")] = False
    disk_gib: Annotated[int, Field(ge=50, le=16_000, description="50 to 16000 GiB of root volume")] = 200
    idle_minutes: Annotated[
        int | None,
        Field(
            ge=1,
            le=720,
            description="1 to 720 minutes an empty node of a pool with `max_gpus` stays; 10 when left out",
        ),
    ] = None
    max_node_hours: Annotated[
        int, Field(ge=1, le=720, description="1 to 720 hours after which a node is drained and replaced")
    ] = 336
    drain_hours: Annotated[
        int, Field(ge=1, le=168, description="1 to 168 hours a drained node waits for its jobs to end")
    ] = 24
    grants: Annotated[
        tuple[Grant, ...], Field(max_length=100, description="up to 100 grants, one per team stack")
    ] = ()
