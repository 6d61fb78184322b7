"""A topic for components whose alarms publish to one."""

from components.monitoring.notifications import Notifications, NotificationsArgs
from components.security.encryption_key import EncryptionKey, EncryptionKeyArgs
from components.security.key_policies import key_policy


def topic_of(account, stack):
    """The topic of a stack, under a key of its own. Made inside of a program."""
    key = EncryptionKey(
        f"{stack}-alerts",
        EncryptionKeyArgs(
            account=account,
            alias=f"paved-{stack}-alerts",
            description="Alerts",
            policy=key_policy(account),
            deletion_window_days=30,
            protect=True,
        ),
    )
    args = NotificationsArgs(account=account, stack=stack, key=key, notify=(), events=True, alarms=True)
    return Notifications(stack, args)
