"""The project's own Pulumi program."""

import runpy
from pathlib import Path

import stacks

PROGRAM = Path(stacks.__file__).parents[1] / "__main__.py"


def run_main() -> None:
    """Run `__main__.py` from its start, as the engine's language host does."""
    runpy.run_path(str(PROGRAM), run_name="__main__")
