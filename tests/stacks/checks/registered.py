"""The registered checks of a module, to be asked one by one."""

from collections.abc import Callable
from typing import Any

from stacks.checks import registered_checks


def checks_of(module: str | None, kind: type | None = None) -> list[Callable[[Any], Any]]:
    """The checks that a module, or every one, has of a kind of stack; of folders where none is given."""
    return [
        each.function
        for each in registered_checks()
        if module in (None, each.function.__module__.rpartition(".")[2])
        and (kind in each.kinds if kind else not each.kinds)
    ]
