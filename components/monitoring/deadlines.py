"""Alerts before reserved capacity or a grant ends, with the moment as data: nothing in them depends on today."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain

import pulumi_kubernetes as k8s
from pulumi import ComponentResource, Resource, ResourceOptions

from components.charts import MONITORING_NAMESPACE
from components.monitoring.alerts import Alert, alert_group

DAY = 86_400
GROUP = "platform-deadlines"
DRAINED_BEFORE_END = 40 * 60
"""Seconds before the end of a Capacity Block at which Karpenter drains its nodes."""
ENDED_BEFORE_END = 30 * 60
"""Seconds before the end of a Capacity Block at which EC2 begins to end its instances (EC2 guide, Capacity Blocks)."""
GRACE_MINUTES = (DRAINED_BEFORE_END - ENDED_BEFORE_END) // 60


@dataclass(frozen=True, kw_only=True)
class Deadline:
    """The end of a reservation of a pool, or of its grant to `stack`, in seconds since 1970."""

    pool: str
    at: int
    stack: str | None = None


@dataclass(frozen=True, kw_only=True)
class DeadlinesArgs:
    """The ends of a platform's reservations and grants. `after` is what owns the definition of rules."""

    blocks: Sequence[Deadline]
    reservations: Sequence[Deadline]
    grants: Sequence[Deadline]
    team: str
    labels: Mapping[str, str]
    after: Sequence[Resource]


class Deadlines(ComponentResource):
    """One PrometheusRule about ends that are near or past."""

    def __init__(self, name: str, args: DeadlinesArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:monitoring:Deadlines", name, {}, opts)
        alerts = deadline_alerts(args.blocks, args.reservations, args.grants)
        k8s.apiextensions.CustomResource(
            name,
            api_version="monitoring.coreos.com/v1",
            kind="PrometheusRule",
            metadata=k8s.meta.v1.ObjectMetaArgs(
                name=GROUP, namespace=MONITORING_NAMESPACE, labels=dict(args.labels)
            ),
            spec={"groups": [alert_group(GROUP, alerts, team=args.team)]},
            opts=ResourceOptions(parent=self, depends_on=list(args.after)),
        )
        self.register_outputs({})


def deadline_alerts(
    blocks: Sequence[Deadline], reservations: Sequence[Deadline], grants: Sequence[Deadline]
) -> list[Alert]:
    """The alerts of those kinds of which there are any."""
    every = list(chain(blocks, reservations, grants))
    kinds = [
        (blocks, block_ends),
        (reservations, reservation_ends),
        (grants, grant_ends),
        (every, capacity_expired),
    ]
    return [alert(deadlines) for deadlines, alert in kinds if deadlines]


def block_ends(blocks: Sequence[Deadline]) -> Alert:
    """Fires a day before Karpenter drains the nodes of a Capacity Block."""
    drains = [Deadline(pool=each.pool, at=each.at - DRAINED_BEFORE_END) for each in blocks]
    return Alert(
        name="CapacityBlockEnds",
        expression=within(drains, DAY),
        duration="0m",
        severity="ticket",
        summary="Nodes of pool {{ $labels.pool }} are drained in {{ $value | humanizeDuration }}",
        action=f"EC2 begins to end its instances {GRACE_MINUTES} minutes later, whatever runs on them: write"
        " checkpoints, and extend the block or take the pool and its grants out of the platform's file.",
    )


def reservation_ends(reservations: Sequence[Deadline]) -> Alert:
    """Fires three days before a reservation ends that is no Capacity Block."""
    return Alert(
        name="ReservationEnds",
        expression=within(reservations, 3 * DAY),
        duration="0m",
        severity="ticket",
        summary="A reservation of pool {{ $labels.pool }} ends in {{ $value | humanizeDuration }}",
        action="Its instances then run on at the on-demand price: extend the reservation, or lower the pool.",
    )


def grant_ends(grants: Sequence[Deadline]) -> Alert:
    """Fires three days before a grant ends."""
    return Alert(
        name="GrantEnds",
        expression=within(grants, 3 * DAY),
        duration="0m",
        severity="ticket",
        summary="The grant of pool {{ $labels.pool }} to {{ $labels.stack }} ends in"
        " {{ $value | humanizeDuration }}",
        action="Renew it, or take it out of both stack files: the queue keeps it until the team's next deploy.",
    )


def capacity_expired(deadlines: Sequence[Deadline]) -> Alert:
    """Fires once a reservation or a grant is over that the files still name."""
    return Alert(
        name="CapacityPastItsEnd",
        expression=f"-({seconds_left(deadlines)}) > 0",
        duration="1h",
        severity="ticket",
        summary="Pool {{ $labels.pool }} {{ with $labels.stack }}still granted to {{ . }} {{ end }}is"
        " {{ $value | humanizeDuration }} past its end",
        action="The queue still admits jobs on the strength of it: mend the stack files and deploy them.",
    )


def within(deadlines: Sequence[Deadline], span: int) -> str:
    """The seconds to each deadline that is less than `span` seconds away and not past."""
    return f"({seconds_left(deadlines)} > 0) < {span}"


def seconds_left(deadlines: Sequence[Deadline]) -> str:
    """The seconds until each deadline, as PromQL, with the labels `pool`, `ends` and, of a grant, `stack`."""
    series = [_series(each) for each in sorted(deadlines, key=_order)]
    return f"({' or '.join(series)}) - time()"


def _series(deadline: Deadline) -> str:
    ends = datetime.fromtimestamp(deadline.at, UTC).strftime("%Y-%m-%dT%H:%MZ")
    labels = {"pool": deadline.pool, "ends": ends, "stack": deadline.stack}
    # A constant series with labels: PromQL has no other way to write data into a rule.
    series = f"vector({deadline.at})"
    for label, value in labels.items():
        series = f'label_replace({series}, "{label}", "{value}", "", "")' if value else series
    return series


def _order(deadline: Deadline) -> tuple[str, str, int]:
    return deadline.pool, deadline.stack or "", deadline.at
