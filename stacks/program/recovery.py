"""The recovery section of a foundation, built: backups of the account's buckets."""

from components.recovery.backups import Backups, BackupsArgs
from components.security.encryption_key import deletion_window_days
from stacks.program.foundation_context import Ground
from stacks.schema.security_level import is_backed_up


def build_recovery(ground: Ground) -> None:
    """Declare the backups, where the file or its level of security asks for them."""
    section = ground.stack.recovery
    if not is_backed_up(ground.stack):
        return
    Backups(
        f"{ground.name}-backups",
        BackupsArgs(
            account=ground.account,
            stack=ground.name,
            data_classes=section.data_classes,
            keep_days=section.keep_days,
            lock=section.lock,
            deletion_window_days=deletion_window_days(ground.stack.environment),
            protect=ground.protect,
        ),
        ground.options(),
    )
