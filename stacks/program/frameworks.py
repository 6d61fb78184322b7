"""The frameworks that jobs of a platform may be written for, beside the Jobs of Kubernetes itself."""

from collections.abc import Sequence

from pulumi import Resource

from components.platform.frameworks import FRAMEWORKS
from components.platform.job_framework import JobFramework, JobFrameworkArgs
from components.training.runtimes import TrainingRuntimes, TrainingRuntimesArgs
from stacks.program.platform_context import PlatformContext


def build_frameworks(
    context: PlatformContext, load_balancing: Resource, monitoring: Sequence[Resource]
) -> None:
    """The operators of `queues.frameworks`, and the runtimes that a TrainJob may name."""
    for name in context.stack.queues.frameworks:
        framework = JobFramework(
            f"{context.name}-{name}",
            JobFrameworkArgs(
                framework=name,
                versions=context.release.charts,
                labels=context.tags,
                after=[*context.within(FRAMEWORKS[name].chart), load_balancing],
                monitoring=monitoring,
                protect=context.protect,
            ),
            context.options(),
        )
        if name == "trainer":
            TrainingRuntimes(
                f"{context.name}-runtimes",
                TrainingRuntimesArgs(labels=context.tags, after=[framework.release]),
                context.options(),
            )
