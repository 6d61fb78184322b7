"""Notifications of vulnerabilities that ECR's scans find in a team's images."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pulumi import ComponentResource, ResourceOptions

from components.account import Account
from components.monitoring.event_notifications import RULE_NAME_LIMIT, EventNotification, publish_events
from components.monitoring.notifications import Notifications
from reference.names import physical_name

SEVERITIES = ("CRITICAL", "HIGH", "MEDIUM")
"""The worst first."""

RUNBOOK = "docs/runbooks/ImageVulnerable.md"


@dataclass(frozen=True, kw_only=True)
class ImageFindingsArgs:
    """Findings of `min_severity` and worse go to `topic`, whose policy has to let EventBridge publish."""

    account: Account
    stack: str
    min_severity: str  # one of SEVERITIES
    topic: Notifications


class ImageFindings(ComponentResource):
    """A rule for basic and one for enhanced scanning. The account uses one; the rule of the other matches nothing."""

    def __init__(self, name: str, args: ImageFindingsArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:registry:ImageFindings", name, {}, opts)
        for scan, event in event_notifications(args.stack, args.min_severity).items():
            publish_events(event, f"{name}-{scan}", args.topic, parent=self)
        self.register_outputs({})


BASIC_PATHS = {
    "critical": "$.detail.finding-severity-counts.CRITICAL",
    "digest": "$.detail.image-digest",
    "high": "$.detail.finding-severity-counts.HIGH",
    "repository": "$.detail.repository-name",
}
BASIC_TEXT = (
    "The image <repository>@<digest> has known vulnerabilities. Critical: <critical>. High: <high>. "
    f"What to do: {RUNBOOK}"
)
"""A count that the event lacks is left out of the text."""

ENHANCED_PATHS = {
    "arn": "$.detail.resources[0].id",
    "severity": "$.detail.severity",
    "title": "$.detail.title",
}
ENHANCED_TEXT = f"<severity>: <title>, in the image <arn>. What to do: {RUNBOOK}"


def event_notifications(stack: str, min_severity: str) -> dict[str, EventNotification]:
    """The notification of each way of scanning, by its name."""
    severities = severities_from(min_severity)
    return {
        "basic": EventNotification(
            rule=rule_name(stack, "basic"),
            description=rule_description(stack, "basic", min_severity),
            pattern=basic_pattern(stack, severities),
            paths=BASIC_PATHS,
            text=BASIC_TEXT,
        ),
        "enhanced": EventNotification(
            rule=rule_name(stack, "enhanced"),
            description=rule_description(stack, "enhanced", min_severity),
            pattern=enhanced_pattern(stack, severities),
            paths=ENHANCED_PATHS,
            text=ENHANCED_TEXT,
        ),
    }


def severities_from(minimum: str) -> tuple[str, ...]:
    """A severity and the worse ones, the worst first."""
    return SEVERITIES[: SEVERITIES.index(minimum) + 1]


def rule_description(stack: str, scan: str, min_severity: str) -> str:
    """The description of a rule in AWS."""
    return f"What the {scan} scan finds in images of {stack}, from {min_severity} up"


def rule_name(stack: str, scan: str) -> str:
    """The physical name of a rule."""
    return physical_name(stack, "images", scan, limit=RULE_NAME_LIMIT)


def basic_pattern(stack: str, severities: Sequence[str]) -> dict[str, Any]:
    """The event of a scan on push that found something of these severities."""
    found = [{"numeric": [">", 0]}]  # the event holds a count for each severity, which may be 0
    counts = [{"finding-severity-counts": {severity: found}} for severity in severities]
    return {
        "source": ["aws.ecr"],
        "detail-type": ["ECR Image Scan"],
        "detail": {
            "scan-status": ["COMPLETE"],
            "repository-name": [{"prefix": f"{stack}/"}],
            "$or": counts,
        },
    }


def enhanced_pattern(stack: str, severities: Sequence[str]) -> dict[str, Any]:
    """The event of a finding of Amazon Inspector's of these severities, at a push or at a later advisory."""
    image = {"repositoryName": [{"prefix": f"{stack}/"}]}
    return {
        "source": ["aws.inspector2"],
        "detail-type": ["Inspector2 Finding"],
        "detail": {
            "status": ["ACTIVE"],
            "severity": list(severities),
            "resources": {"type": ["AWS_ECR_CONTAINER_IMAGE"], "details": {"awsEcrContainerImage": image}},
        },
    }
