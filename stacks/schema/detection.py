"""Detection: who keeps the records of an account, and who looks for attacks in them."""

from typing import Annotated, Literal

from pydantic import Field

from stacks.schema.base import Section, Whole

Coverage = Literal["own", "organisation", "off"]
COVERAGE = (
    "`own` ({what}), `organisation` (the organisation's, or that of another stack of the account) or `off`; left out "
    "`own` from the level `{level}` on, below it `off`"
)


class Detection(Section):
    """`paved:detection`: the audit trail, GuardDuty, Access Analyzer and AWS Config of one account in one region."""

    # None, and no default: an option that is left out follows the level of security, one that is set stays as it is.
    trail: Annotated[
        Coverage | None,
        Field(description=COVERAGE.format(what="a trail of all regions", level="standard")),
    ] = None
    keep_days: Annotated[
        int | None,
        Field(
            ge=90,
            le=3650,
            description="90 to 3650 days that records of the trail and of AWS Config are kept; left out 400",
        ),
    ] = None
    trail_lock: Annotated[
        Literal["governance", "compliance", "off"] | None,
        Field(
            description="`governance` (the trail's records are locked for `keep_days`, unless their bucket's policy "
            "changes), `compliance` (whoever asks) or `off`; left out `governance` from the level `hardened` on"
        ),
    ] = None
    data_events: Annotated[
        Literal["off", "writes", "all"] | None,
        Field(
            description="`off`, `writes` or `all`: the calls on objects of Paved's buckets that the trail records; "
            "left out `writes` from the level `hardened` on, `all` from `regulated` on"
        ),
    ] = None
    # Retention periods that CloudWatch Logs knows.
    trail_log_days: Annotated[
        Literal[30, 90, 180, 365, 400, 731] | None,
        Whole,
        Field(
            description="30, 90, 180, 365, 400 or 731 days that events are also kept in a log group, to be searched; "
            "leave out for none"
        ),
    ] = None
    guardduty: Annotated[
        Coverage | None, Field(description=COVERAGE.format(what="a detector", level="hardened"))
    ] = None
    runtime_monitoring: Annotated[
        bool | None,
        Field(
            description="`true` to run GuardDuty's agent on nodes without taints; left out `true` where `guardduty` is "
            "`own`"
        ),
    ] = None
    access_analyzer: Annotated[
        Coverage | None,
        Field(description=COVERAGE.format(what="an analyzer of access from outside", level="hardened")),
    ] = None
    watch_changes: Annotated[
        bool | None,
        Field(
            description="`true` to hear of whoever stops the trail or a detector, changes a bucket of records or ends "
            "a key, and with `trail_log_days` of the root user; left out `true` where `trail` is `own` from the level "
            "`hardened` on"
        ),
    ] = None
    unused_access_days: Annotated[
        int | None,
        Field(
            ge=1,
            le=365,
            description="1 to 365 days after which access counts as unused and is reported; leave out for none",
        ),
    ] = None
    config: Annotated[
        Coverage | None,
        Field(description=COVERAGE.format(what="a recorder of AWS Config", level="regulated")),
    ] = None
    config_recording: Annotated[
        Literal["continuous", "daily"] | None,
        Field(
            description="`continuous` or `daily`, which is cheaper where nodes come and go; left out `continuous`"
        ),
    ] = None
