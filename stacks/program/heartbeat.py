"""The dead man's switch, built: its alarm in a foundation, and its route in the platform."""

from collections.abc import Sequence

from pulumi import Resource

from components.charts import MONITORING_NAMESPACE
from components.monitoring.heartbeat import (
    Heartbeat,
    HeartbeatArgs,
    HeartbeatRoute,
    HeartbeatRouteArgs,
    heartbeat_arn,
)
from components.monitoring.notifications import Notifications
from components.security.encryption_key import EncryptionKey
from stacks.program.context import FoundationContext, PlatformContext
from stacks.program.providers import account
from stacks.schema import Foundation, Platform


def has_heartbeat(stack: Foundation | Platform) -> bool:
    """Whether somebody is told that the cluster's alerts have stopped. Both stacks are of one environment."""
    return stack.environment == "prod"


def build_heartbeat(context: FoundationContext, topic: Notifications, key: EncryptionKey) -> None:
    """Declare the topic of the heartbeat and its alarm, to the owner's own topic."""
    if has_heartbeat(context.stack):
        Heartbeat(
            f"{context.name}-heartbeat",
            HeartbeatArgs(account=context.account, stack=context.name, key=key, topic=topic),
            context.options(),
        )


def build_heartbeat_route(context: PlatformContext, after: Sequence[Resource]) -> None:
    """Declare the route by which Alertmanager publishes to the foundation's topic."""
    if has_heartbeat(context.stack):
        HeartbeatRoute(
            f"{context.name}-heartbeat",
            HeartbeatRouteArgs(
                namespace=MONITORING_NAMESPACE,
                topic_arn=heartbeat_arn(account(context.stack.account), context.stack.foundation),
                region=context.stack.account.region,
                labels=context.tags,
                after=after,
            ),
            context.options(),
        )
