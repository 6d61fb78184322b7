"""The program of every project: read the stack's config, build it, export its outputs."""

import pulumi

from stacks.program import build
from stacks.program.engine_config import configured_stack


def run_main() -> None:
    """Declare the stack that the engine, or a plan, is asked for. Raises ConfigError for its mistakes."""
    for name, value in build(pulumi.get_stack(), configured_stack()).items():
        pulumi.export(name, value)
