"""Objectives beside availability: of an endpoint's time and quality, and of the freshness of data."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from stacks.schema.base import Exact, Section, Slug, Whole

PromisedPercent = Annotated[
    Decimal,
    Field(
        ge=Decimal("93.1"),
        le=Decimal("99.99"),
        decimal_places=3,
        description="93.1 to 99.99 percent over 30 days (below it a fast burn can never alert)",
    ),
    Exact,
]


class InTimeObjective(Section):
    """The share of requests that take no longer than a bound. Failed ones count for availability alone."""

    percent: PromisedPercent
    within_ms: Annotated[
        int,
        Field(
            ge=1,
            le=3_600_000,
            description="1 to 3600000 ms, an upper bound of a bucket of the model server's histogram",
        ),
    ]


class QualityObjective(Section):
    """The share of model health's checks that pass, over the time in which they can tell."""

    percent: PromisedPercent


class ProbeObjective(Section):
    """The share of the platform's probes that are answered, whether or not anybody else calls."""

    percent: Annotated[
        Decimal,
        Field(
            ge=Decimal("93.1"),
            le=Decimal("99.9"),
            decimal_places=3,
            description="93.1 to 99.9 percent over 30 days (above it one probe without an answer would alert)",
        ),
        Exact,
    ]


class EndpointObjectives(Section):
    """What an endpoint promises over 30 days beside its availability."""

    latency: Annotated[
        InTimeObjective | None, Field(description="whole requests in time, with `mlserver` or `vllm`")
    ] = None
    ttft: Annotated[
        InTimeObjective | None,
        Field(description="first tokens in time, with `vllm`"),
    ] = None
    data_quality: Annotated[
        QualityObjective | None,
        Field(
            description="checks of what the endpoint is asked, by its `monitors`: drift, quality, freshness of "
            "features, skew"
        ),
    ] = None
    model_quality: Annotated[
        QualityObjective | None,
        Field(
            description="checks of what the endpoint answers, by its `monitors`: drift of predictions, performance, "
            "language"
        ),
    ] = None
    probe: Annotated[
        ProbeObjective | None,
        Field(
            description="probes that are answered, every 30 seconds, on a platform with `monitoring.probes`"
        ),
    ] = None


class FreshnessObjective(Section):
    """Data of the team that must not grow old."""

    name: Annotated[
        Slug, Field(description="the name of a CronJob of the namespace, of a stream or of a table")
    ]
    source: Annotated[
        Literal["batch", "stream", "table"],
        Field(
            description="`batch` (the last run of a CronJob that succeeded), `stream` (the newest record) or `table` "
            "(the last write); a pod of the team exports the time of the latter two"
        ),
    ]
    tier: Annotated[
        Literal[1, 2, 3],
        Whole,
        Field(description="1 (pages day and night), 2 (pages in hours) or 3 (tickets)"),
    ] = 3
    percent: PromisedPercent
    within_minutes: Annotated[
        int, Field(ge=1, le=100_000, description="1 to 100000 minutes that the data may be old")
    ]
