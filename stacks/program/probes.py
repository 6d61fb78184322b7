"""The platform's prober, and whether a team's endpoints ask for it."""

from collections.abc import Sequence

from pulumi import Resource

from components.charts import PROMETHEUS_BLACKBOX_EXPORTER
from components.monitoring.prober import Prober, ProberArgs
from stacks.program.context import PlatformContext
from stacks.schema import Team


def build_prober(context: PlatformContext, after: Sequence[Resource], monitoring: Sequence[Resource]) -> None:
    """Declare the prober of endpoints, if the file asks for it."""
    if not context.stack.monitoring.probes:
        return
    Prober(
        f"{context.name}-prober",
        ProberArgs(
            version=context.release.charts[PROMETHEUS_BLACKBOX_EXPORTER.name],
            image_names=context.image_names,
            team=context.stack.owner.team,
            labels=context.tags,
            after=[*context.within(PROMETHEUS_BLACKBOX_EXPORTER), *after],
            monitoring=monitoring,
            protect=context.protect,
        ),
        context.options(),
    )


def is_probed(team: Team) -> bool:
    """Whether an endpoint of the team promises to answer probes."""
    return bool(team.serving and any(each.objectives.probe for each in team.serving.endpoints))
