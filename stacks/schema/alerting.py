"""The part of `paved:monitoring` that says who is told of alerts, when, and of which not for a while."""

from typing import Annotated, Literal

from pydantic import Field

from stacks.schema.base import ChatChannel, Section, Slug
from stacks.schema.pools import Moment

ReceiverKind = Annotated[
    Literal["jira", "opsgenie", "pagerduty", "servicenow", "slack", "teams"],
    Field(description="`pagerduty`, `opsgenie`, `slack`, `teams`, `servicenow` or `jira`; mail is `notify`"),
]
Severity = Annotated[
    Literal["page", "page-in-hours", "ticket"], Field(description="`page`, `page-in-hours` or `ticket`")
]
ClockTime = Annotated[
    str,
    Field(
        pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$",
        description='a quoted time of day in UTC, such as "08:00"',
    ),
]
# Plain characters: it becomes the name of an interval in Alertmanager.
Line = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9]([A-Za-z0-9 ,.:;/()@_+-]*[A-Za-z0-9.)])?$",
        max_length=100,
        description="1 to 100 letters, digits, blanks and , . : ; / ( ) @ _ + -",
    ),
]


Weekday = Annotated[
    Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"],
    Field(description="a day of the week, such as `monday`"),
]


class ReceiverSpec(Section):
    """One service that is told of alerts, beside the mail that always goes out."""

    name: Slug
    kind: ReceiverKind
    # The file has no secret, and the cluster one that no member reads.
    secret_name: Annotated[
        Slug,
        Field(
            description="the name of the secret in Secrets Manager with its key or address as plain text, without the "
            "stack's name and the slash before it: `pager` for `vision-prod/pager`"
        ),
    ]
    takes: Annotated[
        tuple[Severity, ...], Field(min_length=1, max_length=3, description="1 to 3 severities that go there")
    ]
    channel: ChatChannel | None = None


class WorkingHours(Section):
    """When somebody works who is not on call. Alertmanager's operator knows no time zones: UTC, all year."""

    first_day: Weekday = "monday"
    last_day: Weekday = "friday"
    start: ClockTime
    end: ClockTime


class MaintenanceWindow(Section):
    """A time of planned work, in which nobody is told of alerts."""

    start: Moment
    end: Moment
    reason: Annotated[Line, Field(description="the work that is done, in 1 to 100 plain characters")]
    owner: Annotated[
        Line, Field(description="the person who does it and is asked, in 1 to 100 plain characters")
    ]


class Alerting(Section):
    """Who is told of the stack's alerts, and when."""

    receivers: Annotated[
        tuple[ReceiverSpec, ...],
        Field(
            max_length=10,
            description="at most 10 services that are told; `owner.escalation` names one that takes pages",
        ),
    ] = ()
    hours: Annotated[
        WorkingHours | None,
        Field(
            description="the working hours, outside of which receivers are told of pages alone; the rest waits for them"
        ),
    ] = None
    maintenance: Annotated[
        tuple[MaintenanceWindow, ...],
        Field(max_length=20, description="at most 20 times of planned work, in which nobody is told"),
    ] = ()
