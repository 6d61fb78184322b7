import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from stacks.program.context import protected

CHECKOUT = Path(__file__).parents[3]


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


def test_a_context_imports_no_component_of_one_kind_alone():
    """Their SDK classes take a second to import, and each program waits for all that its context imports."""
    heavy = ("components.platform.operator", "components.registry.registry", "components.serving.namespace")
    program = f"import sys, stacks.program.context; sys.exit(any(name in sys.modules for name in {heavy!r}))"
    assert subprocess.run([sys.executable, "-c", program], cwd=CHECKOUT, check=False).returncode == 0
