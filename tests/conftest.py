"""Run a program with no engine, account or network, and hold what comes out to a golden file."""

import gc
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from paved.cli import COLLECTOR_THRESHOLDS
from paved.plan.model import Plan
from paved.plan.plan_cache import PlanCache
from paved.plan.planner import Planner
from paved.plan.planning import plan_program as run_plan

GOLDEN = Path(__file__).parent / "golden"
PROJECT = Path(__file__).parents[1] / "examples" / "organisation"
"""The sample organisation, a project of its own: the checkout's `stacks` are its user's, and no test reads them."""
STACKS = PROJECT / "stacks"

AS_OF = date(2026, 11, 21)


class SuiteCache(PlanCache):
    """The cache of the fixtures, which keeps plans of code that nothing has patched."""

    keep = PlanCache.keep


# The SDKs are a million objects that never die: Python's own thresholds search them for half of the suite's time.
gc.set_threshold(*COLLECTOR_THRESHOLDS)


# A case that takes long on a machine with much to do is no failure.
# A commit's own check says of the same commit the same thing twice; at the desk each run tries other examples.
hypothesis.settings.register_profile("paved", deadline=None, derandomize="CI" in os.environ)
hypothesis.settings.load_profile("paved")


def pytest_unconfigure() -> None:
    """Leave out the search at exit as well. DuckDB's binding, where a test read a bill, would tell of it at length."""
    if "duckdb" not in sys.modules:
        gc.freeze()


WHOLE_STACKS = {"planner", "plan_stack", "sample_plans", "deployed", "servers"}
"""Fixtures for which the program of a whole stack runs."""
OUTSIDE = (
    "benchmarks",
    "components/monitoring",
    "components/retraining",
    "docs",
    "engine",
    "live",
    "paved/audit",
    "paved/aws",
    "paved/cli",
    "paved/rehearsal",
    "stacks/program",
)
"""Folders whose tests run commands, an in-memory account, promtool, an engine or a cluster."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what `make test-fast` leaves out, and begin with it: a long file that starts last would end last."""
    slow: set[Path] = set()
    for item in items:
        folder = item.path.parent.relative_to(GOLDEN.parent).as_posix()
        if folder.startswith(OUTSIDE) or WHOLE_STACKS & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.slow)
            slow.add(item.path)
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(scope="session", autouse=True)
def in_the_sample_project() -> Iterator[None]:
    """Commands of tests run where the sample organisation's Pulumi.yaml is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(PROJECT)
        # A folder `stacks` there, which is no package, hides the checkout's from a Python that starts with `-c`.
        patch.setenv("PYTHONPATH", str(PROJECT.parents[1]))
        yield


@pytest.fixture(scope="session")
def cache_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The cache folder of this run of the suite, one for all its workers."""
    base = tmp_path_factory.getbasetemp()
    return (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "cache"


@pytest.fixture(autouse=True)
def kept_plans(cache_folder: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Commands find the plans of the sample stacks that `planner` made, and keep none themselves.

    So no test sees what a test that patches code has planned, or what the user has.
    """
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache_folder))
    if not request.node.get_closest_marker("keeps_plans"):
        monkeypatch.setattr(PlanCache, "keep", lambda self, key, plan: None)


@pytest.fixture(autouse=True)
def as_of(monkeypatch: pytest.MonkeyPatch) -> date:
    """The day that dated rules are judged by, in every test: what passes today passes next year."""
    monkeypatch.setenv("PAVED_AS_OF", AS_OF.isoformat())
    return AS_OF


@pytest.fixture(scope="session")
def suite_cache(cache_folder: Path) -> PlanCache:
    """The plans that this run of the suite has made, whichever worker it was."""
    return SuiteCache(cache_folder / "paved" / "plans")


@pytest.fixture(scope="session")
def planner(suite_cache: PlanCache) -> Planner:
    """Plans of the sample stacks, each made once for all tests and workers."""
    return Planner.of_folder(STACKS, cache=suite_cache)


@pytest.fixture(scope="session")
def sample_plans(planner: Planner) -> None:
    """Every sample stack planned, so that commands find their plans."""
    for name in planner.names:
        planner.plan(name)


@pytest.fixture
def plan_stack(planner: Planner) -> Callable[[str], Plan]:
    """Plan a sample stack by name, with the stacks it refers to."""
    return planner.plan


@pytest.fixture
def plan_program() -> Callable[..., Plan]:
    """Plan a program of the test's own, with the outputs of the stacks it refers to."""

    def plan(
        program: Callable[[], object],
        *,
        stack: str = "test-prod",
        references: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> Plan:
        def run() -> None:
            program()

        return run_plan(run, stack=stack, config={}, references=dict(references or {}).__getitem__)

    return plan


@pytest.fixture
def golden() -> Callable[[str, Any], None]:
    """Compare text or JSON data with a file of tests/golden; UPDATE_GOLDEN=1 writes it anew."""

    def check(filename: str, actual: Any) -> None:
        path = GOLDEN / filename
        text = actual if isinstance(actual, str) else json.dumps(actual, indent=2, sort_keys=True) + "\n"
        if os.environ.get("UPDATE_GOLDEN"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert path.exists(), f"{filename} is missing; review the output, then set UPDATE_GOLDEN=1"
        assert text == path.read_text(encoding="utf-8"), (
            f"{filename} changed; review it, then set UPDATE_GOLDEN=1"
        )

    return check
