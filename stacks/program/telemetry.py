"""The telemetry of a stack: what is kept outside of the cluster."""

from collections.abc import Mapping, Sequence
from typing import Any

from pulumi import Resource

from components.account import ClusterScope
from components.charts import FLUENT_BIT, OPENTELEMETRY_COLLECTOR
from components.monitoring.remote_write import RemoteStore
from components.security.encryption_key import EncryptionKey
from components.telemetry.kept_metrics import ENDPOINT, KeptMetrics, KeptMetricsArgs
from components.telemetry.log_agent import LogAgent, LogAgentArgs
from components.telemetry.pod_logs import LogReaders, PodLogs, PodLogsArgs, agent_identity, log_group_of
from components.telemetry.trace_collector import TraceCollector, TraceCollectorArgs
from components.telemetry.trace_senders import GRPC_ADDRESS, HTTP_ADDRESS
from components.telemetry.trace_store import XRAY_ENDPOINT, TraceStore, TraceStoreArgs
from stacks.program.context import FoundationContext, PlatformContext, TeamContext
from stacks.program.providers import account
from stacks.schema import Foundation, Team
from stacks.schema.base import DataClass, Environment

LOG_DAYS: Mapping[DataClass, int] = {"public": 365, "internal": 365, "confidential": 400, "regulated": 731}
"""The days that logs of pods are kept in production, by the class of the data that they may show."""
LOG_DAYS_BEFORE_PROD: Mapping[Environment, int] = {"dev": 30, "staging": 90}
"""What is not in production holds no data that anybody is asked about later."""


def telemetry_endpoints(stack: Foundation) -> tuple[str, ...]:
    """The services that Prometheus and the collector of traces send to, where what they send is kept."""
    kept = {ENDPOINT: stack.telemetry.metrics, XRAY_ENDPOINT: stack.telemetry.traces}
    return tuple(service for service, section in kept.items() if section)


def build_kept_metrics(
    context: FoundationContext, scope: ClusterScope, keys: Mapping[str, EncryptionKey]
) -> dict[str, Any]:
    """Declare where metrics are kept, if the file asks for it. Returns the output that the platform reads."""
    section = context.stack.telemetry.metrics
    if section is None:
        return {}
    kept = KeptMetrics(
        f"{context.name}-metrics",
        KeptMetricsArgs(
            scope=scope,
            key=keys["metrics"],
            days=section.keep_days,
            max_series=section.max_series,
            protect=context.protect,
        ),
        context.options(),
    )
    return {"telemetry": {"metrics_url": kept.write_url}}


def remote_store(context: PlatformContext) -> RemoteStore | None:
    """The store that the platform's Prometheus writes to as well, if its file asks for it."""
    if not context.stack.monitoring.keep_metrics:
        return None
    url = context.foundation.output("telemetry", "metrics_url")
    return RemoteStore(url=url, region=context.stack.account.region)


def build_platform_logs(context: FoundationContext, scope: ClusterScope, key: EncryptionKey) -> None:
    """Declare the log group of the platform's pods and the identity of the agent, if the file asks for them."""
    section = context.stack.telemetry.logs
    if section is None:
        return
    PodLogs(
        f"{context.name}-pod-logs",
        PodLogsArgs(stack=context.name, days=section.days, key_arn=key.key_arn, protect=context.protect),
        context.options(),
    )
    agent_identity(f"{context.name}-log-agent", scope, context.options())


def build_log_agent(
    context: PlatformContext, after: Sequence[Resource], monitoring: Sequence[Resource]
) -> None:
    """Declare the agent that sends what pods write to log groups, if the file asks for it."""
    if not context.stack.monitoring.keep_logs:
        return
    LogAgent(
        f"{context.name}-log-agent",
        LogAgentArgs(
            version=context.release.charts[FLUENT_BIT.name],
            image_names=context.image_names,
            foundation=context.stack.foundation,
            region=context.stack.account.region,
            team=context.stack.owner.team,
            labels=context.tags,
            after=[*context.within(FLUENT_BIT), *after],
            monitoring=monitoring,
            protect=context.protect,
        ),
        context.options(),
    )


def build_trace_store(context: FoundationContext, scope: ClusterScope) -> None:
    """Declare where traces are kept and the identity of their collector, if the file asks for them."""
    section = context.stack.telemetry.traces
    if section is None:
        return
    args = TraceStoreArgs(scope=scope, sets_account=section.sets_account)
    TraceStore(f"{context.name}-traces", args, context.options())


def build_trace_collector(
    context: PlatformContext, after: Sequence[Resource], monitoring: Sequence[Resource]
) -> None:
    """Declare the collector that sends traces of teams' pods to X-Ray, if the file asks for it."""
    section = context.stack.monitoring.traces
    if section is None:
        return
    TraceCollector(
        f"{context.name}-traces",
        TraceCollectorArgs(
            version=context.release.charts[OPENTELEMETRY_COLLECTOR.name],
            kubernetes_version=context.release.kubernetes,
            image_names=context.image_names,
            account=account(context.stack.account),
            sample_percent=section.sample_percent,
            team=context.stack.owner.team,
            labels=context.tags,
            after=after,
            monitoring=monitoring,
            protect=context.protect,
        ),
        context.options(),
    )


def traces_output(team: Team) -> dict[str, Any]:
    """The output by which a team's people find the collector, where its pods may send to it."""
    return {"traces": {"grpc": GRPC_ADDRESS, "http": HTTP_ADDRESS}} if sends_traces(team) else {}


def sends_traces(team: Team) -> bool:
    """Whether a team's pods may send traces."""
    return bool(team.monitoring and team.monitoring.send_traces)


def build_team_logs(context: TeamContext, key: EncryptionKey) -> dict[str, Any]:
    """Declare the log group of the team's pods and the right to read it. Returns the output that people read."""
    PodLogs(
        f"{context.name}-pod-logs",
        PodLogsArgs(
            stack=context.name, days=log_days(context.team), key_arn=key.key_arn, protect=context.protect
        ),
        context.in_aws(),
    )
    readers = LogReaders(f"{context.name}-log-readers", context.account, context.name, context.in_aws())
    return {"logs": {"group": log_group_of(context.name), "read_policy": readers.policy_name}}


def keeps_logs(team: Team) -> bool:
    """Whether the logs of a team's pods are kept."""
    return bool(team.monitoring and team.monitoring.keep_logs)


def log_days(team: Team) -> int:
    """The days that logs of a team's pods are kept."""
    return LOG_DAYS_BEFORE_PROD.get(team.environment, LOG_DAYS[team.data_class])
