"""Checks of what is kept outside of the cluster: who writes has a place for it, and no place is paid for nothing."""

from collections.abc import Iterator

from reference.model_servers import model_server
from stacks.checks.check import check, folder_check
from stacks.checks.organisation import Organisation, StackProblem
from stacks.checks.quota import endpoints
from stacks.reading.problems import Problem, at
from stacks.schema import Team


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


@folder_check
def traces_are_kept_where_a_collector_runs(organisation: Organisation) -> Iterator[StackProblem]:
    """Require the same of traces from a foundation and its platform."""
    for name, platform, foundation in organisation.based_platforms():
        section, collects = foundation.telemetry.traces, platform.monitoring.traces
        if collects and section is None:
            says = f"must be there: `{name}` has `monitoring.traces`, and its collector no identity"
            yield platform.foundation, at("telemetry", "traces", says=says)
        if section and not collects:
            says = f"must be there: nobody would send to `telemetry.traces` of `{platform.foundation}`"
            yield name, at("monitoring", "traces", says=says)


@check(Team)
def endpoints_have_a_way_for_their_traces(stack: Team) -> Iterator[Problem]:
    """Refuse traces of an endpoint whose server sends none, or whose team's pods do not reach the collector."""
    sends = bool(stack.monitoring and stack.monitoring.send_traces)
    for position, endpoint in enumerate(endpoints(stack)):
        if endpoint.traces and not sends:
            says = "needs `monitoring.send_traces`: the network lets no trace out without it"
            yield at("serving", "endpoints", position, "traces", says=says)
        if endpoint.traces and not model_server(endpoint.model.runtime).traces:
            says = f"must be left out: `{endpoint.model.runtime}` sends no traces"
            yield at("serving", "endpoints", position, "traces", says=says)


@folder_check
def a_team_that_sends_traces_has_a_collector(organisation: Organisation) -> Iterator[StackProblem]:
    """Refuse a way to a collector that the platform does not have."""
    for name, team, platform in organisation.on_platforms():
        sends = bool(team.monitoring and team.monitoring.send_traces)
        if sends and not platform.monitoring.traces:
            says = f"must be false, or `monitoring.traces` be there in `{team.platform}`: no collector runs there"
            yield name, at("monitoring", "send_traces", says=says)
