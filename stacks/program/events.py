"""A platform's events section, built."""

from collections.abc import Sequence

from pulumi import Resource

from components.charts import KEDA
from components.platform.keda import Keda, KedaArgs
from stacks.program.platform_context import Deck


def build_events(deck: Deck, after: Sequence[Resource]) -> None:
    """KEDA, where the platform asks for it."""
    if not deck.stack.events.keda:
        return
    Keda(
        f"{deck.name}-keda",
        KedaArgs(
            version=deck.release.charts[KEDA.name],
            kubernetes_version=deck.release.kubernetes,
            labels=deck.tags,
            after=after,
            protect=deck.protect,
        ),
        deck.options(),
    )
