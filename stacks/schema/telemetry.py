"""Telemetry: metrics and logs that are kept outside of the cluster, for longer than it lives."""

from typing import Annotated

from pydantic import Field

from stacks.schema.base import Section


class KeptMetricsSpec(Section):
    """A workspace of Amazon Managed Service for Prometheus, which the platform's Prometheus writes to."""

    keep_days: Annotated[
        int,
        Field(
            ge=91, le=1095, description="91 to 1095 days that samples are kept; every one of them is paid for"
        ),
    ] = 150
    max_series: Annotated[
        int,
        Field(
            ge=1000,
            le=5_000_000,
            description="1000 to 5000000 series that may have samples at once; those beyond are refused, and not paid",
        ),
    ] = 100_000


class Telemetry(Section):
    """The AWS side of what is kept of a platform's metrics. Without an entry nothing is kept, or paid."""

    metrics: Annotated[
        KeptMetricsSpec | None,
        Field(
            description="the workspace of a platform with `monitoring.keep_metrics`; leave out where Prometheus' own "
            "retention is enough"
        ),
    ] = None
