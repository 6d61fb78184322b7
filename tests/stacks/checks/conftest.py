"""Asking one check."""

from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def says() -> Callable[..., list[str]]:
    """The problems that a check finds; with the stack's name where it looks at a folder."""

    def ask(check: Callable[[Any], Any], subject: Any) -> list[str]:
        return [
            f"{found[0]}: {found[1].message}" if isinstance(found, tuple) else found.message
            for found in check(subject)
        ]

    return ask
