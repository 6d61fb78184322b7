"""Sample stacks in an in-memory account, and an audit of one."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from paved.audit.auditing import Simulated, Stack, audit
from paved.audit.outcome import Audit
from paved.audit.rehearsed import account_of, simulated
from paved.audit.simulator import GAPS
from paved.plan.planner import Planner
from paved.rehearsal.rehearsal import Rehearsal, rehearse
from stacks.folder import Folder

FOLDER = Folder.read(Path(__file__).parents[3] / "stacks")


@pytest.fixture
def stacks() -> Callable[..., Any]:
    """Rehearse sample stacks: a context in which their accounts answer."""

    def rehearsed(*names: str) -> Any:
        return rehearse(FOLDER, names)

    return rehearsed


@pytest.fixture(scope="module")
def all_stacks(planner: Planner) -> Iterator[Rehearsal]:
    """Every sample stack, rehearsed once for the tests of a module, which change nothing."""
    for name in FOLDER.names:
        planner.plan(name)  # a plan is not made while a rehearsal is open
    with rehearse(FOLDER) as rehearsal:
        yield rehearsal


@pytest.fixture
def audited(planner: Planner) -> Callable[..., Audit]:
    """Audit a stack of an open rehearsal."""

    def run(rehearsal: Rehearsal, name: str, gaps: Any = GAPS) -> Audit:
        validated = simulated(rehearsal, name).validated
        return audit(
            Stack.of(planner, name), account_of(rehearsal, name), Simulated(validated=validated, gaps=gaps)
        )

    return run
