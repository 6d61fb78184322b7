"""Plans of earlier commands are used where nothing changed, which no answer shows; `--no-cache` leaves them alone."""

import json
import os
import subprocess
import sys

import pytest

from paved.cli import run
from paved.errors import Refused
from paved.plan import planning
from paved.plan.plan_cache import PlanCache, plans_folder
from paved.plan.planner import Planner
from tests.conftest import AS_OF, STACKS

pytestmark = pytest.mark.keeps_plans


@pytest.fixture
def plans(monkeypatch, tmp_path):
    """A user with a cache, and the files in it."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(PlanCache, "_is_settled", lambda _: True)
    return lambda: {path.name for path in (tmp_path / "cache").rglob("*.json.gz")}


@pytest.fixture
def runs(monkeypatch):
    """The plans that the program was run for, in order."""
    made = []
    plan_stack = planning.plan_stack

    def recorded(*arguments):
        made.append(plan_stack(*arguments))
        return made[-1]

    monkeypatch.setattr(planning, "plan_stack", recorded)
    return made


def test_every_stack_is_the_same_bytes_from_a_kept_plan(plans, runs, monkeypatch, capsys):
    monkeypatch.setattr(os, "cpu_count", lambda: 1)  # in this process, where runs are counted
    answers = []
    for _ in range(2):
        run(["plan", "--all", "--json"])
        answers.append(capsys.readouterr())
    assert answers[0] == answers[1]
    names = [each["stack"] for each in json.loads(answers[0].out)["plans"]]
    assert len(names) == len(plans()) == len(list(STACKS.glob("Pulumi.*.yaml")))
    kept = Planner.of_folder(STACKS, cache=PlanCache(plans_folder()))
    assert {each.stack: each for each in runs} == {name: kept.find(name) for name in names}
    assert len(runs) == len(names)


def test_a_stack_reads_the_same_from_a_kept_plan(plans, runs, capsys):
    answers = []
    for _ in range(2):
        run(["plan", "platform-dev"])
        answers.append(capsys.readouterr())
    assert answers[0] == answers[1]
    assert [each.stack for each in runs] == ["foundation-dev", "platform-dev"]


@pytest.fixture
def caches(monkeypatch):
    """The caches that commands plan with; no command goes further."""
    given = []

    def init(_self, _folder, _deployed=None, cache=None):
        given.append(cache)
        raise Refused("far enough")

    monkeypatch.setattr(Planner, "__init__", init)
    return given


@pytest.mark.parametrize(
    "arguments",
    [
        ["plan", "vision-prod"],
        ["cost", "vision-prod"],
        ["render", "vision-prod", "--out", "nowhere"],
        ["audit", "vision-prod"],
        ["armed", "vision-prod"],
        ["report", "--month", "2026-10"],
    ],
    ids=lambda arguments: arguments[0],
)
def test_a_command_that_plans_can_be_told_not_to_use_kept_plans(arguments, plans, caches, monkeypatch):
    assert [run(arguments), run([*arguments, "--no-cache"])] == [1, 1]
    monkeypatch.setenv("PAVED_NO_CACHE", "1")
    assert run(arguments) == 1
    assert [type(cache) for cache in caches] == [PlanCache, type(None), type(None)]


def test_evidence_is_made_anew_whatever_is_kept(plans, caches, tmp_path):
    assert run(["evidence", "foundation-dev", "--out", str(tmp_path / "evidence")]) == 1
    assert caches == [None]


def test_a_home_that_cannot_be_written_costs_no_answer(plans, tmp_path):
    (tmp_path / "cache").write_text("a file")
    assert run(["plan", "foundation-dev"]) == 0


def test_a_kept_plan_needs_no_sdk(plans):
    assert run(["plan", "foundation-dev"]) == 0
    loaded = "sorted({'pulumi', 'pulumi_aws', 'google.protobuf', 'grpc', 'boto3'} & sys.modules.keys())"
    program = f"import sys; from paved.cli import run; run(['plan', 'foundation-dev']); print({loaded})"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=STACKS.parent,
        env={**os.environ, "PAVED_AS_OF": AS_OF.isoformat()},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "[]"
