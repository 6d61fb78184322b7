"""Notifications of GuardDuty's and Access Analyzer's findings, for the owner of the account's foundation."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pulumi import ComponentResource, ResourceOptions

from components.account import Account
from components.monitoring.event_notifications import RULE_NAME_LIMIT, EventNotification, publish_events
from components.monitoring.notifications import Notifications
from reference.names import physical_name

FindingSource = Literal["threats", "access"]
"""GuardDuty's findings, and Access Analyzer's."""

MIN_SEVERITY = 4
"""GuardDuty's medium, of 10. Below it are attempts that came to nothing."""

RUNBOOKS: dict[FindingSource, str] = {
    "threats": "docs/runbooks/ThreatFound.md",
    "access": "docs/runbooks/OutsideAccessFound.md",
}


@dataclass(frozen=True, kw_only=True)
class FindingAlertsArgs:
    """The sources of the findings, and the topic, whose policy has to let EventBridge publish."""

    account: Account
    stack: str
    sources: Sequence[FindingSource]
    topic: Notifications


class FindingAlerts(ComponentResource):
    """One rule for each source, from events of the account's region to one topic."""

    def __init__(self, name: str, args: FindingAlertsArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:detection:FindingAlerts", name, {}, opts)
        for source in args.sources:
            publish_events(NOTIFICATIONS[source](args.stack), f"{name}-{source}", args.topic, parent=self)
        self.register_outputs({})


def threat_notification(stack: str) -> EventNotification:
    """GuardDuty's findings of medium severity and above, new ones and those that it saw again."""
    at_least = [{"numeric": [">=", MIN_SEVERITY]}]
    return EventNotification(
        rule=rule_name(stack, "threats"),
        description=f"What GuardDuty finds in the account, from severity {MIN_SEVERITY} up",
        pattern=_pattern("aws.guardduty", "GuardDuty Finding", {"severity": at_least}),
        paths={
            "id": "$.detail.id",
            "region": "$.detail.region",
            "severity": "$.detail.severity",
            "title": "$.detail.title",
            "type": "$.detail.type",
        },
        text="GuardDuty, severity <severity> of 10: <title> (<type>, <region>, finding <id>). "
        f"What to do: {RUNBOOKS['threats']}",
    )


def access_notification(stack: str) -> EventNotification:
    """Access Analyzer's findings of access from outside the account, while they are open."""
    return EventNotification(
        rule=rule_name(stack, "access"),
        description="What Access Analyzer finds open to others than the account",
        pattern=_pattern("aws.access-analyzer", "Access Analyzer Finding", {"status": ["ACTIVE"]}),
        paths={
            "id": "$.detail.id",
            "region": "$.region",
            "resource": "$.detail.resource",
            "type": "$.detail.resourceType",
        },
        text="Access Analyzer: <resource> (<type>, <region>) is open to somebody outside the account, finding <id>. "
        f"What to do: {RUNBOOKS['access']}",
    )


NOTIFICATIONS = {"threats": threat_notification, "access": access_notification}


def rule_name(stack: str, source: FindingSource) -> str:
    """The physical name of a rule."""
    return physical_name(stack, "found", source, limit=RULE_NAME_LIMIT)


def _pattern(source: str, kind: str, detail: dict[str, Any]) -> dict[str, Any]:
    return {"source": [source], "detail-type": [kind], "detail": detail}
