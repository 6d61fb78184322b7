"""Asking one rule."""

from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def says() -> Callable[..., list[str]]:
    """What a rule says of a stack or an organisation; with names where it is about several stacks."""

    def ask(rule: Callable[[Any], Any], subject: Any) -> list[str]:
        return [
            f"{found[0]}: {found[1].message}" if isinstance(found, tuple) else found.message
            for found in rule(subject)
        ]

    return ask
