"""Telemetry: metrics, logs and traces that are kept outside of the cluster, for longer than it lives."""

from typing import Annotated, Literal

from pydantic import Field

from stacks.schema.base import Section, Whole


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


class PlatformLogs(Section):
    """The log group of the platform's own pods; teams have their own."""

    # Retention periods that CloudWatch Logs knows.
    days: Annotated[
        Literal[30, 90, 180, 365, 400, 731],
        Whole,
        Field(description="30, 90, 180, 365, 400 or 731 days that logs of the platform's pods are kept"),
    ] = 365


class KeptTraces(Section):
    """X-Ray, to which the platform's collector sends spans: it keeps them in CloudWatch Logs, for the whole account."""

    sets_account: Annotated[
        bool,
        Field(
            description="`true` to make X-Ray of this account and region keep all spans in CloudWatch Logs, also of "
            "others; `false` where another foundation or somebody else has done so"
        ),
    ] = True


class Telemetry(Section):
    """The AWS side of what is kept of a platform's metrics, logs and traces; without an entry, nothing."""

    metrics: Annotated[
        KeptMetricsSpec | None,
        Field(
            description="the workspace of a platform with `monitoring.keep_metrics`; leave out where Prometheus' own "
            "retention is enough"
        ),
    ] = None
    logs: Annotated[
        PlatformLogs | None,
        Field(
            description="the log group of a platform with `monitoring.keep_logs`; leave out where logs stay on nodes"
        ),
    ] = None
    traces: Annotated[
        KeptTraces | None,
        Field(
            description="X-Ray, for a platform with `monitoring.traces`; leave out where no traces are kept"
        ),
    ] = None
