"""Services that are told of alerts beside mail: pagers, chats and trackers, each by a Secret of the cluster."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi_kubernetes as k8s
from pulumi import ComponentResource, Input, Resource, ResourceOptions

from components.monitoring.objective import Severity
from components.monitoring.routing import (
    DEFAULT_SEVERITY,
    GROUP_BY,
    NO_SEVERITY,
    SEVERITY_PATTERNS,
    matcher,
)
from components.monitoring.time_intervals import (
    REPEAT_INTERVALS,
    WORKING_HOURS,
    Hours,
    Window,
    time_intervals,
)
from reference.names import alert_secret

SECRET_KEY = "value"
TITLE = "[{{ .CommonLabels.severity }}] {{ .CommonLabels.alertname }} {{ .CommonLabels.endpoint }}"
TEXT = (
    "{{ range .Alerts }}{{ .Annotations.summary }}\n{{ .Annotations.description }}\n"
    "Runbook: {{ .Annotations.runbook_url }}\n{{ end }}"
)
DETAILS = (
    {"key": "owner", "value": "{{ .CommonLabels.team }}"},
    {"key": "escalation", "value": "{{ .CommonLabels.escalation }}"},
    {"key": "runbook", "value": "{{ .CommonAnnotations.runbook_url }}"},
)
"""Beside what each service shows by itself."""


@dataclass(frozen=True, kw_only=True)
class Receiver:
    """A service by name. `secret` is the name of the secret without its stack, `channel` that of a chat."""

    name: str
    kind: str  # jira, opsgenie, pagerduty, servicenow, slack or teams
    secret: str
    takes: Sequence[Severity]
    channel: str | None = None


@dataclass(frozen=True, kw_only=True)
class AlertReceiversArgs:
    """The receivers of a namespace's alerts. `matchers` narrow them, as those of AlertRouting do."""

    namespace: Input[str]
    receivers: Sequence[Receiver]
    hours: Hours | None
    windows: Sequence[Window]
    labels: Mapping[str, str]
    matchers: Sequence[Mapping[str, str]] = ()
    after: Sequence[Resource] = ()


class AlertReceivers(ComponentResource):
    """An AlertmanagerConfig for each receiver, as the operator drops one whose Secret is missing: others go on."""

    def __init__(self, name: str, args: AlertReceiversArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:monitoring:AlertReceivers", name, {}, opts)
        for receiver in args.receivers:
            k8s.apiextensions.CustomResource(
                f"{name}-{receiver.name}",
                api_version="monitoring.coreos.com/v1alpha1",
                kind="AlertmanagerConfig",
                metadata=k8s.meta.v1.ObjectMetaArgs(
                    name=f"receiver-{receiver.name}", namespace=args.namespace, labels=dict(args.labels)
                ),
                spec=receiver_spec(receiver, args),
                opts=ResourceOptions(parent=self, depends_on=list(args.after)),
            )
        self.register_outputs({})


def receiver_spec(receiver: Receiver, args: AlertReceiversArgs) -> dict[str, Any]:
    """The routes of one receiver, one for each severity that it takes: any other alert passes it by."""
    muted = [each.name for each in args.windows]
    # An interval of no route is refused as one that somebody forgot.
    in_hours = args.hours is not None and set(receiver.takes) != {"page"}
    intervals = time_intervals(args.hours if in_hours else None, args.windows)
    return {
        "route": {
            "receiver": receiver.name,
            "matchers": [
                matcher("severity", NO_SEVERITY, "!="),
                taken_matcher(receiver.takes),
                *map(dict, args.matchers),
            ],
            "groupBy": list(GROUP_BY),
            "groupWait": "30s",
            "groupInterval": "5m",
            "routes": [severity_route(receiver, each, muted, in_hours=in_hours) for each in receiver.takes],
        },
        "receivers": [service(receiver)],
        **({"muteTimeIntervals": intervals} if intervals else {}),
    }


def taken_matcher(takes: Sequence[Severity]) -> dict[str, str]:
    """Matches the alerts of the severities that a receiver takes. What names none of ours is a ticket."""
    patterns = [SEVERITY_PATTERNS[each] for each in takes if each in SEVERITY_PATTERNS]
    if DEFAULT_SEVERITY not in takes:
        return matcher("severity", "|".join(patterns), "=~")
    left = [pattern for severity, pattern in SEVERITY_PATTERNS.items() if severity not in takes]
    return matcher("severity", "|".join([NO_SEVERITY, *left]), "!~")


def severity_route(
    receiver: Receiver, severity: Severity, muted: Sequence[str], *, in_hours: bool
) -> dict[str, Any]:
    """The route of one severity to one receiver. A page comes at any hour."""
    waits = {"activeTimeIntervals": [WORKING_HOURS]} if in_hours and severity != "page" else {}
    mutes = {"muteTimeIntervals": list(muted)} if muted else {}
    return {
        "receiver": receiver.name,
        "matchers": [severity_matcher(severity)],
        "repeatInterval": REPEAT_INTERVALS[severity],
        **waits,
        **mutes,
    }


def severity_matcher(severity: Severity) -> dict[str, str]:
    """Matches the alerts of one severity; what names none of ours is a ticket."""
    if severity in SEVERITY_PATTERNS:
        return matcher("severity", SEVERITY_PATTERNS[severity], "=~")
    return matcher("severity", "|".join(SEVERITY_PATTERNS.values()), "!~")


def service(receiver: Receiver) -> dict[str, Any]:
    """The receiver as the operator reads it. The address of a webhook holds its token, so it is a secret too."""
    secret = {"name": alert_secret(receiver.secret), "key": SECRET_KEY}
    match receiver.kind:
        case "pagerduty":
            config = {"routingKey": secret, "description": TITLE, "details": list(DETAILS)}
            return {"name": receiver.name, "pagerdutyConfigs": [{**config, "sendResolved": True}]}
        case "opsgenie":
            config = {"apiKey": secret, "message": TITLE, "description": TEXT, "details": list(DETAILS)}
            return {"name": receiver.name, "opsgenieConfigs": [{**config, "sendResolved": True}]}
        case "slack":
            config = {"apiURL": secret, "channel": receiver.channel or "", "title": TITLE, "text": TEXT}
            return {"name": receiver.name, "slackConfigs": [{**config, "sendResolved": True}]}
        case "teams":
            config = {"webhookURL": secret, "title": TITLE, "text": TEXT}
            return {"name": receiver.name, "msteamsv2Configs": [{**config, "sendResolved": True}]}
        case "jira" | "servicenow":
            return {"name": receiver.name, "webhookConfigs": [{"urlSecret": secret, "sendResolved": True}]}
    raise ValueError(f"no service of kind {receiver.kind}")
