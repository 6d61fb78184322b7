"""Run the command line as its own tests do."""

from tests.paved.cli.conftest import paved

__all__ = ["paved"]
