"""What a scan finds in a team's images is told to the team."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pulumi import ComponentResource, ResourceOptions

from components.account import Account
from components.monitoring.event_notifications import RULE_NAME_LIMIT, EventNotification, tell
from components.monitoring.notifications import Notifications
from reference.names import physical_name

SEVERITIES = ("CRITICAL", "HIGH", "MEDIUM")
"""The worst first."""

RUNBOOK = "docs/runbooks/ImageVulnerable.md"


@dataclass(frozen=True, kw_only=True)
class ImageFindingsArgs:
    """`least` is the severity from which on a finding is told. `topic` lets the rules of `rule_arns` publish."""

    account: Account
    stack: str
    least: str  # one of SEVERITIES
    topic: Notifications


class ImageFindings(ComponentResource):
    """A rule for each way in which ECR scans. Where the account uses the other, a rule hears nothing."""

    def __init__(self, name: str, args: ImageFindingsArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:registry:ImageFindings", name, {}, opts)
        for scan, event in told_events(args.stack, args.least).items():
            tell(event, f"{name}-{scan}", args.topic, parent=self)
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
"""A count that the event leaves out is left out."""

ENHANCED_PATHS = {
    "arn": "$.detail.resources[0].id",
    "severity": "$.detail.severity",
    "title": "$.detail.title",
}
ENHANCED_TEXT = f"<severity>: <title>, in the image <arn>. What to do: {RUNBOOK}"


def told_events(stack: str, least: str) -> dict[str, EventNotification]:
    """What each way of scanning tells, by its name."""
    told = severities(least)
    scans = {
        "basic": (basic_pattern(stack, told), BASIC_PATHS, BASIC_TEXT),
        "enhanced": (enhanced_pattern(stack, told), ENHANCED_PATHS, ENHANCED_TEXT),
    }
    return {
        scan: EventNotification(
            rule=rule_name(stack, scan),
            description=f"What the {scan} scan finds in images of {stack}, from {least} up",
            pattern=pattern,
            paths=paths,
            text=text,
        )
        for scan, (pattern, paths, text) in scans.items()
    }


def severities(least: str) -> tuple[str, ...]:
    """A severity and the worse ones, the worst first."""
    return SEVERITIES[: SEVERITIES.index(least) + 1]


def rule_name(stack: str, scan: str) -> str:
    """The physical name of a rule."""
    return physical_name(stack, "images", scan, limit=RULE_NAME_LIMIT)


def rule_arns(account: Account, stack: str) -> list[str]:
    """The ARNs of a stack's rules, known before they exist."""
    return [account.arn("events", f"rule/{rule_name(stack, scan)}") for scan in ("basic", "enhanced")]


def basic_pattern(stack: str, told: Sequence[str]) -> dict[str, Any]:
    """A scan on push that found something of a severity that is told."""
    counts = [{"finding-severity-counts": {severity: [{"numeric": [">", 0]}]}} for severity in told]
    return {
        "source": ["aws.ecr"],
        "detail-type": ["ECR Image Scan"],
        "detail": {
            "scan-status": ["COMPLETE"],
            "repository-name": [{"prefix": f"{stack}/"}],
            "$or": counts,
        },
    }


def enhanced_pattern(stack: str, told: Sequence[str]) -> dict[str, Any]:
    """A finding of Amazon Inspector's, of a severity that is told, at a push or whenever it is known."""
    image = {"repositoryName": [{"prefix": f"{stack}/"}]}
    return {
        "source": ["aws.inspector2"],
        "detail-type": ["Inspector2 Finding"],
        "detail": {
            "status": ["ACTIVE"],
            "severity": list(told),
            "resources": {"type": ["AWS_ECR_CONTAINER_IMAGE"], "details": {"awsEcrContainerImage": image}},
        },
    }
