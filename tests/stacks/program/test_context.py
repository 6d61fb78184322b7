from types import SimpleNamespace

import pytest

from stacks.program.context import protected


@pytest.mark.parametrize(
    ("environment", "lifecycle", "expected"),
    [
        ("prod", "active", True),
        ("staging", "active", True),
        ("dev", "active", False),
        ("prod", "retiring", False),
        ("dev", "retiring", False),
    ],
)
def test_state_is_protected_outside_dev_until_the_stack_retires(environment, lifecycle, expected):
    assert protected(SimpleNamespace(environment=environment, lifecycle=lifecycle)) is expected
