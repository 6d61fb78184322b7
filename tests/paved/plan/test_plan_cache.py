"""Kept plans are found by their key alone, survive what happens to files, and stay small and private."""

import math
import multiprocessing
import os
import time

import pytest

from paved.plan import plan_cache as module
from paved.plan.model import Plan
from paved.plan.plan_cache import PlanCache, plans_folder
from paved.runtime.values import Secret
from reference.vocabulary import UNKNOWN

pytestmark = pytest.mark.keeps_plans

PLAN = Plan(stack="vision-prod", resources=(), outputs={"endpoint": UNKNOWN, "pools": ["h100"]})


@pytest.fixture
def root(tmp_path):
    """A program of one file, which changed before it was imported."""
    (tmp_path / "program" / "stacks").mkdir(parents=True)
    (tmp_path / "program" / "stacks" / "main.py").write_text("1\n")
    return tmp_path / "program"


@pytest.fixture
def cache(tmp_path, root):
    return PlanCache(tmp_path / "plans", root, imported_at=math.inf)


def files(tmp_path):
    return sorted((tmp_path / "plans").iterdir())


def test_a_plan_is_found_by_its_key(cache):
    cache.keep("a" * 64, PLAN)
    assert cache.find("a" * 64) == PLAN
    assert cache.find("b" * 64) is None


def test_the_key_tells_all_that_a_plan_depends_on(cache, tmp_path, root):
    keys = {
        cache.key("vision-prod", {"paved:kind": "team"}, "base"),
        cache.key("vision-dev", {"paved:kind": "team"}, "base"),
        cache.key("vision-prod", {"paved:kind": "platform"}, "base"),
        cache.key("vision-prod", {"paved:kind": "team"}, "other base"),
        cache.key("vision-prod", {"paved:kind": "team"}, {"deployed": "outputs"}),
        cache.key("vision-prod", {"paved:kind": "team"}, None),
    }
    (root / "stacks" / "main.py").write_text("2\n")
    keys.add(PlanCache(tmp_path, root).key("vision-prod", {"paved:kind": "team"}, "base"))
    assert len(keys) == 7


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[: len(data) // 2],
        lambda data: data[:-6] + bytes([data[-6] ^ 1]) + data[-5:],
        lambda data: b"no gzip",
        lambda data: module.gzip.compress(b"{}"),
        lambda data: module.gzip.compress(b"\xff"),
    ],
)
def test_a_damaged_plan_is_ignored_and_replaced(damage, cache, tmp_path):
    cache.keep("a" * 64, PLAN)
    (file,) = files(tmp_path)
    file.write_bytes(damage(file.read_bytes()))
    assert cache.find("a" * 64) is None
    cache.keep("a" * 64, PLAN)
    assert cache.find("a" * 64) == PLAN


def test_a_plan_with_a_secret_is_not_kept(cache, tmp_path):
    cache.keep("a" * 64, Plan(stack="s", resources=(), outputs={"token": Secret("hunter2")}))
    assert not (tmp_path / "plans").exists()


def test_plans_are_the_users_own(cache, tmp_path):
    cache.keep("a" * 64, PLAN)
    (file,) = files(tmp_path)
    assert (file.parent.stat().st_mode & 0o777, file.stat().st_mode & 0o777) == (0o700, 0o600)


def test_a_folder_that_others_may_write_to_is_not_used(cache, tmp_path):
    cache.keep("a" * 64, PLAN)
    (tmp_path / "plans").chmod(0o777)
    assert cache.find("a" * 64) is None
    cache.keep("b" * 64, PLAN)
    assert len(files(tmp_path)) == 1


def test_a_folder_of_another_user_is_not_used(cache, monkeypatch):
    cache.keep("a" * 64, PLAN)
    monkeypatch.setattr(os, "getuid", lambda: -1)
    assert cache.find("a" * 64) is None


def test_a_place_that_cannot_be_written_costs_nothing(tmp_path, root):
    (tmp_path / "plans").write_text("a file")
    cache = PlanCache(tmp_path / "plans", root, imported_at=math.inf)
    cache.keep("a" * 64, PLAN)
    assert cache.find("a" * 64) is None


def test_a_program_that_changed_since_it_was_imported_is_not_kept(tmp_path, root):
    cache = PlanCache(tmp_path / "plans", root, imported_at=time.time() - 60)
    cache.keep("a" * 64, PLAN)
    assert cache.find("a" * 64) is None


def test_a_program_that_changes_while_it_runs_is_not_kept(cache, root):
    (root / "stacks" / "main.py").write_text("2\n")
    cache.keep("a" * 64, PLAN)
    assert cache.find("a" * 64) is None


def test_the_plan_that_was_read_longest_ago_goes_first(cache, tmp_path, monkeypatch):
    for age, key in enumerate("abc"):
        cache.keep(key, PLAN)
        os.utime(tmp_path / "plans" / f"{key}.json.gz", (age, age))
    assert cache.find("a") == PLAN
    size = files(tmp_path)[0].stat().st_size
    monkeypatch.setattr(module, "MOST_BYTES", 3 * size)
    cache.keep("d", PLAN)
    assert [file.name[0] for file in files(tmp_path)] == ["a", "c", "d"]


def test_what_an_ended_command_left_goes_as_well(cache, tmp_path, monkeypatch):
    cache.keep("a", PLAN)
    left = tmp_path / "plans" / "tmp-left"
    left.write_bytes(b"x" * 4096)
    os.utime(left, (0, 0))
    monkeypatch.setattr(module, "MOST_BYTES", 4096)
    cache.keep("b", PLAN)
    assert [file.name[0] for file in files(tmp_path)] == ["a", "b"]


def _keep_and_find(folder, root, outputs):
    cache = PlanCache(folder, root, imported_at=math.inf)
    plan = Plan(stack="vision-prod", resources=(), outputs=outputs)
    found = []
    for _ in range(30):
        cache.keep("a" * 64, plan)
        found.append(cache.find("a" * 64))
    return all(each == plan for each in found)


def test_commands_at_once_find_whole_plans(tmp_path, root):
    outputs = {f"output-{number}": "x" * 100 for number in range(500)}
    work = [(tmp_path / "plans", root, outputs)] * 4
    with multiprocessing.get_context("fork").Pool(4) as pool:
        assert pool.starmap(_keep_and_find, work) == [True] * 4
    assert [file.name for file in files(tmp_path)] == ["a" * 64 + ".json.gz"]


def test_the_folder_is_the_users_cache(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert plans_folder() == tmp_path / "paved" / "plans"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", "/home/ada")
    assert str(plans_folder()) == "/home/ada/.cache/paved/plans"
