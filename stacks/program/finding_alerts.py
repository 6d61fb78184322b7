"""What is found in an account, told to the foundation's owner."""

from components.detection.finding_alerts import FindingAlerts, FindingAlertsArgs, FindingSource, rule_arns
from components.identity.document import Statement
from components.monitoring.notifications import Notifications, topic_arn
from components.security.key_policies import used_by_events
from stacks.program.foundation_context import FoundationContext
from stacks.schema.security_level import detection_options


def sources(context: FoundationContext) -> list[FindingSource]:
    """Whose findings the foundation tells: those of detectors of its own."""
    decided = detection_options(context.stack)
    kept: dict[FindingSource, bool] = {
        "threats": decided.guardduty == "own",
        "access": decided.access_analyzer == "own",
    }
    return [source for source, is_own in kept.items() if is_own]


def publishing_rules(context: FoundationContext) -> list[str]:
    """The ARNs of the rules that publish to the foundation's topic."""
    return rule_arns(context.account, context.name, sources(context))


def alert_statements(context: FoundationContext) -> list[Statement]:
    """What those rules need of the key of alerts."""
    return [used_by_events(topic_arn(context.account, context.name))] if sources(context) else []


def build_finding_alerts(context: FoundationContext, topic: Notifications) -> None:
    """The rules, where the account keeps a detector of its own."""
    if sources(context):
        FindingAlerts(
            f"{context.name}-findings",
            FindingAlertsArgs(
                account=context.account, stack=context.name, sources=sources(context), topic=topic
            ),
            context.options(),
        )
