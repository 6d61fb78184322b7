"""What is found in an account, told to the foundation's owner."""

from components.detection.finding_alerts import FindingAlerts, FindingAlertsArgs, Source, rule_arns
from components.identity.document import Statement
from components.monitoring.notifications import Notifications, topic_arn
from components.security.key_policies import used_by_events
from stacks.program.foundation_context import Ground
from stacks.schema.detection_options import choices


def sources(ground: Ground) -> list[Source]:
    """Whose findings the foundation tells: those of detectors of its own."""
    decided = choices(ground.stack)
    kept: dict[Source, bool] = {
        "threats": decided.guardduty == "own",
        "access": decided.access_analyzer == "own",
    }
    return [source for source, is_own in kept.items() if is_own]


def publishing_rules(ground: Ground) -> list[str]:
    """The ARNs of the rules that publish to the foundation's topic."""
    return rule_arns(ground.account, ground.name, sources(ground))


def alert_statements(ground: Ground) -> list[Statement]:
    """What those rules need of the key of alerts."""
    return [used_by_events(topic_arn(ground.account, ground.name))] if sources(ground) else []


def build_finding_alerts(ground: Ground, topic: Notifications) -> None:
    """The rules, where the account keeps a detector of its own."""
    if sources(ground):
        FindingAlerts(
            f"{ground.name}-findings",
            FindingAlertsArgs(
                account=ground.account, stack=ground.name, sources=sources(ground), topic=topic
            ),
            ground.options(),
        )
