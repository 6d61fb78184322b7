"""Operators of a platform's jobs: the frameworks beside the Jobs of Kubernetes itself, and KEDA for events."""

from collections.abc import Sequence

from pulumi import Resource

from components.charts import KEDA
from components.platform.frameworks import FRAMEWORKS
from components.platform.job_framework import JobFramework, JobFrameworkArgs
from components.platform.keda import Keda, KedaArgs
from components.training.runtimes import TrainingRuntimes, TrainingRuntimesArgs
from stacks.program.context import PlatformContext


def build_frameworks(
    context: PlatformContext, load_balancing: Resource, monitoring: Sequence[Resource]
) -> None:
    """Declare the operators of `queues.frameworks`, and the runtimes that a TrainJob may name."""
    for name in context.stack.queues.frameworks:
        framework = JobFramework(
            f"{context.name}-{name}",
            JobFrameworkArgs(
                framework=name,
                versions=context.release.charts,
                image_names=context.image_names,
                labels=context.tags,
                after=[*context.within(FRAMEWORKS[name].chart), load_balancing],
                monitoring=monitoring,
                protect=context.protect,
                definitions=context.definitions,
            ),
            context.options(),
        )
        # The chart's own runtimes come by a hook that fetches kubectl from the internet.
        if name == "trainer":
            TrainingRuntimes(
                f"{context.name}-runtimes",
                TrainingRuntimesArgs(labels=context.tags, after=[framework.release]),
                context.options(),
            )


def build_events(context: PlatformContext, after: Sequence[Resource]) -> None:
    """Declare KEDA, where the platform asks for it."""
    if not context.stack.events.keda:
        return
    Keda(
        f"{context.name}-keda",
        KedaArgs(
            version=context.release.charts[KEDA.name],
            kubernetes_version=context.release.kubernetes,
            image_names=context.image_names,
            labels=context.tags,
            after=after,
            protect=context.protect,
        ),
        context.options(),
    )
