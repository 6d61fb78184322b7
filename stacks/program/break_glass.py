"""Break-glass access, built: a topic that the security team reads, and the alarms of each role."""

from components.cluster.cluster import Cluster
from components.detection.break_glass import BreakGlassAlarms, BreakGlassArgs
from components.detection.trail import Trail
from components.monitoring.notifications import Notifications, NotificationsArgs, topic_arn
from components.security.encryption_key import EncryptionKey
from stacks.program.context import FoundationContext
from stacks.schema.security_level import break_glass_roles


def security_topics(context: FoundationContext) -> list[str]:
    """The ARN of the topic of break-glass access, where the stack has any."""
    return [topic_arn(context.account, topic_owner(context))] if break_glass_roles(context.stack) else []


def topic_owner(context: FoundationContext) -> str:
    """The name that the topic's derives from. The owner's own topic is another: he may be who used the access."""
    return f"{context.name}-break-glass"


def build_break_glass(
    context: FoundationContext, cluster: Cluster, trail: Trail | None, key: EncryptionKey
) -> None:
    """Declare the alarms of the roles of emergencies, where `cluster.access` has any."""
    roles, notify = break_glass_roles(context.stack), context.stack.cluster.break_glass_notify
    if not roles or notify is None:
        return
    topic = Notifications(
        topic_owner(context),
        NotificationsArgs(
            account=context.account,
            stack=topic_owner(context),
            key=key,
            notify=notify,
            events=True,
            alarms=True,
            runbooks=context.runbooks_url,
        ),
        context.options(),
    )
    BreakGlassAlarms(
        topic_owner(context),
        BreakGlassArgs(
            account=context.account,
            stack=context.name,
            roles=roles,
            cluster_log_group=cluster.log_group_name,
            trail_log_group=trail.log_group_name if trail else None,
            topic=topic,
        ),
        context.options(),
    )
