"""The receivers of a stack's alerts and the times of silence, as its file says."""

from collections.abc import Mapping, Sequence

from pulumi import Input, Resource, ResourceOptions

from components.monitoring.receivers import AlertReceivers, AlertReceiversArgs, Receiver
from components.monitoring.time_intervals import Hours, Window
from stacks.schema.alerting import Alerting
from stacks.schema.dates import moment


def build_receivers(
    name: str,
    section: Alerting,
    namespace: Input[str],
    labels: Mapping[str, str],
    options: ResourceOptions,
    *,
    matchers: Sequence[Mapping[str, str]] = (),
    after: Sequence[Resource] = (),
) -> None:
    """Declare the services that are told of a namespace's alerts, where the section names any."""
    if not section.receivers:
        return
    AlertReceivers(
        name,
        AlertReceiversArgs(
            namespace=namespace,
            receivers=receivers(section),
            hours=Hours(**section.hours.model_dump()) if section.hours else None,
            windows=windows(section),
            labels=labels,
            matchers=matchers,
            after=after,
        ),
        options,
    )


def receivers(section: Alerting) -> list[Receiver]:
    """The receivers of a section as their component takes them."""
    return [
        Receiver(
            name=each.name,
            kind=each.kind,
            secret=each.secret_name,
            takes=each.takes,
            channel=each.channel,
        )
        for each in section.receivers
    ]


def windows(section: Alerting) -> list[Window]:
    """The times of planned work of a section."""
    return [
        Window(start=moment(each.start), end=moment(each.end), title=f"{each.reason} ({each.owner})")
        for each in section.maintenance
    ]
