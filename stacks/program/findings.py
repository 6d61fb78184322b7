"""Alerts of findings, built: of detectors in a foundation's account to its owner, of scans of images to their team."""

from components.detection.finding_alerts import FindingAlerts, FindingAlertsArgs, FindingSource
from components.identity.document import Statement
from components.monitoring.notifications import Notifications, topic_arn
from components.recovery.failed_backups import FailedBackups, FailedBackupsArgs
from components.registry.findings import ImageFindings, ImageFindingsArgs
from components.security.key_policies import used_by_alarms, used_by_events
from stacks.program.break_glass import security_topics
from stacks.program.context import FoundationContext, TeamContext
from stacks.schema.security_level import detection_options, is_backed_up


def finding_sources(context: FoundationContext) -> list[FindingSource]:
    """The detectors of the account's own. Findings of another's are published by its owner."""
    decided = detection_options(context.stack)
    sources: list[FindingSource] = []
    if decided.guardduty == "own":
        sources.append("threats")
    if decided.access_analyzer == "own":
        sources.append("access")
    return sources


def publishes_events(context: FoundationContext) -> bool:
    """Whether rules of EventBridge publish to the topic of the foundation's owner."""
    found = finding_sources(context) or detection_options(context.stack).watch_changes
    return bool(found) or is_backed_up(context.stack)


def build_failed_backups(context: FoundationContext, topic: Notifications, vault: str | None) -> None:
    """Declare the rule of backups that were not made, where any are."""
    if vault is not None:
        args = FailedBackupsArgs(stack=context.name, vault=vault, topic=topic)
        FailedBackups(f"{context.name}-failed-backups", args, context.options())


def has_image_findings(context: TeamContext) -> bool:
    """Whether scans find something for somebody: there are images, and readers of the team's topic."""
    registry = context.team.registry
    return bool(context.team.monitoring and registry and registry.repositories)


def loses_events(context: TeamContext) -> bool:
    """Whether alarms tell of events that do not arrive: of rules of EventBridge, and of queues that runs start from."""
    retraining = context.team.retraining
    by_event = any(each.new_data or each.drift for each in retraining.triggers) if retraining else False
    return has_image_findings(context) or by_event


def publishing_statements(context: FoundationContext | TeamContext) -> list[Statement]:
    """Let rules and alarms use the key of the topics that they publish to: they publish to none that it closes."""
    own = topic_arn(context.account, context.name)
    if isinstance(context, FoundationContext):
        security = security_topics(context)
        by_events = [*([own] if publishes_events(context) else []), *security]
        by_alarms = [own, *security]
    else:
        by_events = [own] if has_image_findings(context) else []
        by_alarms = [own] if loses_events(context) else []
    statements = [used_by_events(*by_events)] if by_events else []
    return statements + ([used_by_alarms(*by_alarms)] if by_alarms else [])


def build_detector_findings(context: FoundationContext, topic: Notifications) -> None:
    """Declare the rules of detectors' findings, where the account keeps a detector of its own."""
    sources = finding_sources(context)
    if sources:
        FindingAlerts(
            f"{context.name}-findings",
            FindingAlertsArgs(account=context.account, stack=context.name, sources=sources, topic=topic),
            context.options(),
        )


def build_image_findings(context: TeamContext, topic: Notifications | None) -> None:
    """Declare the rules of findings in images, where there are images and somebody reads of them."""
    if topic and context.team.registry and has_image_findings(context):
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
