"""The frameworks that jobs of a platform may be written for, beside the Jobs of Kubernetes itself."""

from collections.abc import Sequence

from pulumi import Resource

from components.platform.frameworks import FRAMEWORKS
from components.platform.job_framework import JobFramework, JobFrameworkArgs
from components.training.runtimes import TrainingRuntimes, TrainingRuntimesArgs
from stacks.program.platform_context import Deck


def build_frameworks(deck: Deck, load_balancing: Resource, monitoring: Sequence[Resource]) -> None:
    """The operators of `queues.frameworks`, and the runtimes that a TrainJob may name."""
    for name in deck.stack.queues.frameworks:
        framework = JobFramework(
            f"{deck.name}-{name}",
            JobFrameworkArgs(
                framework=name,
                versions=deck.release.charts,
                labels=deck.tags,
                after=[*deck.within(FRAMEWORKS[name].chart), load_balancing],
                monitoring=monitoring,
                protect=deck.protect,
            ),
            deck.options(),
        )
        if name == "trainer":
            TrainingRuntimes(
                f"{deck.name}-runtimes",
                TrainingRuntimesArgs(labels=deck.tags, after=[framework.release]),
                deck.options(),
            )
