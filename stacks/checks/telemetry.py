"""Checks of what is kept outside of the cluster: who writes has a place for it, and no place is paid for nothing."""

from collections.abc import Iterator

from stacks.checks.check import folder_check
from stacks.checks.organisation import Organisation, StackProblem
from stacks.reading.problems import at


@folder_check
def metrics_are_kept_where_somebody_writes(organisation: Organisation) -> Iterator[StackProblem]:
    """Require the same of kept metrics from a platform and its foundation, for longer than Prometheus keeps them."""
    for name, platform, foundation in organisation.based_platforms():
        section, writes = foundation.telemetry.metrics, platform.monitoring.keep_metrics
        if writes and section is None:
            says = f"must be there: `{name}` has `monitoring.keep_metrics`, and nowhere to keep them"
            yield platform.foundation, at("telemetry", "metrics", says=says)
        if section and not writes:
            says = f"must be true: `telemetry.metrics` of `{platform.foundation}` would be written by nobody"
            yield name, at("monitoring", "keep_metrics", says=says)


@folder_check
def logs_are_kept_where_an_agent_runs(organisation: Organisation) -> Iterator[StackProblem]:
    """Require the same of kept logs from a foundation and its platform."""
    for name, platform, foundation in organisation.based_platforms():
        section, sends = foundation.telemetry.logs, platform.monitoring.keep_logs
        if sends and section is None:
            says = f"must be there: `{name}` has `monitoring.keep_logs`, and its agent no identity"
            yield platform.foundation, at("telemetry", "logs", says=says)
        if section and not sends:
            says = f"must be true: nobody would write to `telemetry.logs` of `{platform.foundation}`"
            yield name, at("monitoring", "keep_logs", says=says)


@folder_check
def a_group_of_a_team_has_an_agent(organisation: Organisation) -> Iterator[StackProblem]:
    """Refuse a team's log group where no agent of its platform would write to it."""
    for name, team, platform in organisation.on_platforms():
        keeps = bool(team.monitoring and team.monitoring.keep_logs)
        if keeps and not platform.monitoring.keep_logs:
            says = f"must be false, or true in `{team.platform}` too: no agent there sends anything"
            yield name, at("monitoring", "keep_logs", says=says)
