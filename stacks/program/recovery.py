"""The recovery section of a foundation, built: backups of the account's buckets."""

from components.recovery.backups import Backups, BackupsArgs
from components.security.encryption_key import deletion_window_days
from stacks.program.foundation_context import FoundationContext
from stacks.schema.security_level import is_backed_up


def build_recovery(context: FoundationContext) -> None:
    """Declare the backups, where the file or its level of security asks for them."""
    section = context.stack.recovery
    if not is_backed_up(context.stack):
        return
    Backups(
        f"{context.name}-backups",
        BackupsArgs(
            account=context.account,
            stack=context.name,
            data_classes=section.data_classes,
            keep_days=section.keep_days,
            lock=section.lock,
            deletion_window_days=deletion_window_days(context.stack.environment),
            protect=context.protect,
        ),
        context.options(),
    )
