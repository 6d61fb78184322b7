"""What scans find in a team's images, told to the team."""

from collections.abc import Sequence

from components.identity.document import Statement
from components.monitoring.notifications import Notifications, topic_arn
from components.registry.findings import ImageFindings, ImageFindingsArgs, rule_arns
from components.security.key_policies import used_by_events
from stacks.program.team_context import TeamContext


def finding_rule_arns(context: TeamContext) -> Sequence[str]:
    """The ARNs of the rules that publish to the team's topic. Without images or readers there are none."""
    registry = context.team.registry
    is_told = context.team.monitoring and registry and registry.repositories
    return rule_arns(context.account, context.name) if is_told else ()


def finding_statements(context: TeamContext) -> list[Statement]:
    """What those rules need of the team's key."""
    return [used_by_events(topic_arn(context.account, context.name))] if finding_rule_arns(context) else []


def build_findings(context: TeamContext, topic: Notifications | None) -> None:
    """The rules, where there are images and somebody reads of them."""
    if topic and context.team.registry and finding_rule_arns(context):
        ImageFindings(
            f"{context.name}-images",
            ImageFindingsArgs(
                account=context.account,
                stack=context.name,
                min_severity=context.team.registry.findings.upper(),
                topic=topic,
            ),
            context.in_aws(),
        )
