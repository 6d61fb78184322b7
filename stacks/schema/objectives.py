"""Objectives beside availability: how much of an endpoint's traffic must be in time."""

from decimal import Decimal
from typing import Annotated

from pydantic import Field

from stacks.schema.base import Exact, Section

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


class EndpointObjectives(Section):
    """What an endpoint promises over 30 days beside its availability."""

    latency: Annotated[
        InTimeObjective | None, Field(description="whole requests in time, with `mlserver`")
    ] = None
    ttft: Annotated[
        InTimeObjective | None,
        Field(description="first tokens in time, with a server that exports the time to first token"),
    ] = None
