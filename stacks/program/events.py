"""A platform's events section, built."""

from collections.abc import Sequence

from pulumi import Resource

from components.charts import KEDA
from components.platform.keda import Keda, KedaArgs
from stacks.program.platform_context import PlatformContext


def build_events(context: PlatformContext, after: Sequence[Resource]) -> None:
    """KEDA, where the platform asks for it."""
    if not context.stack.events.keda:
        return
    Keda(
        f"{context.name}-keda",
        KedaArgs(
            version=context.release.charts[KEDA.name],
            kubernetes_version=context.release.kubernetes,
            labels=context.tags,
            after=after,
            protect=context.protect,
        ),
        context.options(),
    )
