"""What scans find in a team's images, told to the team."""

from collections.abc import Sequence

from components.identity.document import Statement
from components.monitoring.notifications import Notifications, topic_arn
from components.registry.findings import ImageFindings, ImageFindingsArgs, rule_arns
from components.security.key_policies import used_by_events
from stacks.program.team_context import Site


def told_by_rules(site: Site) -> Sequence[str]:
    """The ARNs of the rules that publish to the team's topic. Without images or readers there are none."""
    registry = site.team.registry
    is_told = site.team.monitoring and registry and registry.repositories
    return rule_arns(site.account, site.name) if is_told else ()


def finding_statements(site: Site) -> list[Statement]:
    """What those rules need of the team's key."""
    return [used_by_events(topic_arn(site.account, site.name))] if told_by_rules(site) else []


def build_findings(site: Site, topic: Notifications | None) -> None:
    """The rules, where there are images and somebody reads of them."""
    if topic and site.team.registry and told_by_rules(site):
        ImageFindings(
            f"{site.name}-images",
            ImageFindingsArgs(
                account=site.account,
                stack=site.name,
                least=site.team.registry.findings.upper(),
                topic=topic,
            ),
            site.in_aws(),
        )
