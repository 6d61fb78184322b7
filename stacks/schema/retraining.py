"""Retraining: the runs that start by themselves, and what starts them."""

from typing import Annotated

from pydantic import Field

from stacks.schema.base import Section, Slug

FIELD = r"[0-9A-Za-z*?,/-]+"


class ScheduleSpec(Section):
    """A run at set times. One that is due while the one before it still runs or waits is left out."""

    cron: Annotated[
        str,
        Field(
            pattern=rf"^{FIELD}( {FIELD}){{4}}$",
            max_length=100,
            description="minute, hour, day of the month, month and day of the week, such as `30 22 * * Mon-Fri`",
        ),
    ]
    time_zone: Annotated[
        str,
        Field(
            pattern=r"^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$",
            max_length=64,
            description="a time zone by its IANA name, such as `Europe/Berlin`",
        ),
    ]


class NewDataSpec(Section):
    """A run when objects appear in the dataset: one run for all that came since the last look."""

    suffix: Annotated[
        str | None,
        Field(
            pattern=r"^[A-Za-z0-9._-]+$",
            max_length=50,
            description="the end of the key of an object that counts, such as `_SUCCESS`; leave out to count all",
        ),
    ] = None
    # KEDA looks once a window, and however many events came by then are one run.
    window_minutes: Annotated[
        int, Field(ge=1, le=1440, description="1 to 1440 minutes between two looks for new objects")
    ] = 15


class DriftSpec(Section):
    """A run when an alert with the labels `signal: drift` and `endpoint` fires in the team's namespace."""

    endpoint: Annotated[Slug, Field(description="the name of one of `serving.endpoints`")]
    cooldown_hours: Annotated[
        int, Field(ge=1, le=96, description="1 to 96 hours until the same alert may start another run")
    ] = 24


class TriggerSpec(Section):
    """One run, and exactly one of `schedule`, `new_data` and `drift` that starts it."""

    name: Slug
    repository: Annotated[
        Slug, Field(description="one of `registry.repositories`, whose image the run is of")
    ]
    # By digest, so that what a run names is all that ran.
    image_digest: Annotated[
        str,
        Field(pattern=r"^sha256:[0-9a-f]{64}$", description="the image's digest, `sha256:` and 64 digits"),
    ]
    code_commit: Annotated[
        str,
        Field(
            pattern=r"^git:[0-9a-f]{40}$",
            description="the commit that the image was built from, `git:` and 40 digits",
        ),
    ]
    command: Annotated[
        tuple[
            Annotated[
                str,
                Field(
                    pattern=r"^[!-~]([ -~]{0,998}[!-~])?$",
                    description="1 to 1000 printable ASCII characters, no blank at either end",
                ),
            ],
            ...,
        ],
        Field(min_length=1, max_length=100, description="the command and its arguments, 1 to 100 words"),
    ]
    dataset: Annotated[
        str,
        Field(
            pattern=r"^[a-z0-9][a-z0-9_.-]*(/[a-z0-9][a-z0-9_.-]*)*/$",
            max_length=200,
            description="a key prefix in the team's datasets bucket, such as `loans/closed/`",
        ),
    ]
    pool: Annotated[Slug, Field(description="the name of one of `training.pools`")]
    nodes: Annotated[int, Field(ge=1, le=64, description="1 to 64 nodes")] = 1
    gpus: Annotated[
        int,
        Field(ge=0, le=16, description="1 to 16 GPUs on each node; 0, or left out, on a pool without any"),
    ] = 0
    cpu: Annotated[int, Field(ge=1, le=192, description="1 to 192 vCPUs on each node")]
    memory_gib: Annotated[int, Field(ge=1, le=2048, description="1 to 2048 GiB on each node")]
    priority: Annotated[
        Slug | None,
        Field(description="one of the platform's `queues.priorities`; leave out for the priority 0"),
    ] = None
    # The time in which it holds its quota, starts after an eviction and retries included, and not that in the queue: a
    # run may wait for GPUs as long as it has to.
    timeout_hours: Annotated[
        int,
        Field(
            ge=1,
            le=720,
            description="1 to 720 hours that a run may hold its quota, over all its starts, until it is ended",
        ),
    ]
    retries: Annotated[
        int, Field(ge=0, le=5, description="0 to 5 times that a failed run is tried again")
    ] = 1
    schedule: ScheduleSpec | None = None
    new_data: NewDataSpec | None = None
    drift: DriftSpec | None = None


class RetrainingSpec(Section):
    """`paved:retraining`."""

    triggers: Annotated[
        tuple[TriggerSpec, ...],
        Field(min_length=1, max_length=30, description="1 to 30 runs that start by themselves"),
    ]
