"""What a scan finds in a team's images is told to the team."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi_aws as aws
from pulumi import ComponentResource, ResourceOptions

from components.account import Account
from components.monitoring.notifications import Notifications
from paved.reference.names import physical_name

RULE_NAME_LIMIT = 64
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
        self._name, self._args = name, args
        told = severities(args.least)
        self._make_rule("basic", basic_pattern(args.stack, told), BASIC_PATHS, BASIC_TEXT)
        self._make_rule("enhanced", enhanced_pattern(args.stack, told), ENHANCED_PATHS, ENHANCED_TEXT)
        self.register_outputs({})

    def _make_rule(self, scan: str, pattern: Mapping[str, Any], paths: Mapping[str, str], text: str) -> None:
        args = self._args
        rule = aws.cloudwatch.EventRule(
            f"{self._name}-{scan}",
            name=rule_name(args.stack, scan),
            description=f"What the {scan} scan finds in images of {args.stack}, from {args.least} up",
            event_pattern=json.dumps(pattern, sort_keys=True),
            opts=ResourceOptions(parent=self),
        )
        aws.cloudwatch.EventTarget(
            f"{self._name}-{scan}",
            rule=rule.name,
            target_id="topic",
            arn=args.topic.topic_arn,
            input_transformer=aws.cloudwatch.EventTargetInputTransformerArgs(
                input_paths=dict(paths), input_template=json.dumps(text)
            ),
            opts=ResourceOptions(parent=self, depends_on=[args.topic]),
        )


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
