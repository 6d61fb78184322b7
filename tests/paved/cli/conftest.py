"""Run the command line in this process and show everything a user would see of it."""

from collections.abc import Callable

import pytest

from paved.cli import run


@pytest.fixture(autouse=True)
def commands_find_plans(sample_plans: None) -> None:
    """Plan the sample stacks once for all commands."""


@pytest.fixture
def paved(capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """The exit code, stdout and stderr of one command line, as one text."""

    def shown(*arguments: str) -> str:
        code = run(list(arguments))
        captured = capsys.readouterr()
        said = f"\n--- stderr\n{captured.err}" if captured.err else ""
        return f"$ paved {' '.join(arguments)}\nexit {code}\n--- stdout\n{captured.out}{said}"

    return shown
