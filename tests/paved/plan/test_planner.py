"""Stacks of a folder are planned with what they refer to, once, and held to the SDK's typed inputs."""

import math
import shutil

import pytest

from paved.plan import planning
from paved.plan.model import Plan
from paved.plan.plan_cache import PlanCache
from paved.plan.planner import Planner
from paved.plan.planning import PlanFailed
from stacks.reading.problems import ConfigError
from tests.conftest import STACKS

pytestmark = pytest.mark.keeps_plans


@pytest.fixture
def runs(monkeypatch):
    """The stacks that the program is run for, without a run."""
    ran = []

    def plan_stack(stack, config, references):
        ran.append(stack)
        return Plan(stack=stack, resources=(), outputs={"chat": config["paved:owner"]})

    monkeypatch.setattr(planning, "plan_stack", plan_stack)
    return ran


@pytest.fixture
def cache(tmp_path):
    return PlanCache(tmp_path / "plans", imported_at=math.inf)


@pytest.fixture
def folder(tmp_path):
    """A copy of the sample stacks of dev."""
    copy = tmp_path / "stacks"
    copy.mkdir()
    for path in STACKS.glob("Pulumi.*-dev.yaml"):
        shutil.copy(path, copy)
    return copy


def change(folder, name, old, new):
    file = folder / f"Pulumi.{name}.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_an_input_that_no_provider_takes_fails_the_plan_by_urn(monkeypatch):
    def problems(type, _inputs):
        return ["`cidrBlok` is not an input of VpcArgs"] if type == "aws:ec2/vpc:Vpc" else []

    monkeypatch.setattr(planning, "input_problems", problems)
    with pytest.raises(PlanFailed, match=r"::foundation-dev: `cidrBlok` is not an input of VpcArgs$"):
        Planner.of_folder(STACKS).plan("foundation-dev")


def test_a_stack_whose_outputs_are_given_is_not_planned(planner, monkeypatch):
    outputs = planner.plan("foundation-dev").outputs
    planned = []
    plan_stack = planning.plan_stack

    def counted(stack, *rest):
        planned.append(stack)
        return plan_stack(stack, *rest)

    monkeypatch.setattr(planning, "plan_stack", counted)
    plan = Planner.of_folder(STACKS, {"foundation-dev": outputs}).plan("platform-dev")
    assert planned == ["platform-dev"]
    assert plan.one("pulumi:pulumi:StackReference").as_json()["id"].endswith("/foundation-dev")


def test_a_planner_without_a_cache_plans_each_time(folder, runs):
    for _ in range(2):
        Planner.of_folder(folder).plan("foundation-dev")
    assert runs == ["foundation-dev", "foundation-dev"]


def test_a_plan_that_is_kept_is_not_made_again(folder, cache, runs):
    first = Planner.of_folder(folder, cache=cache).plan("platform-dev")
    again = Planner.of_folder(folder, cache=cache)
    assert again.plan("platform-dev") == first
    assert again.plan("foundation-dev").stack == "foundation-dev"
    assert runs == ["foundation-dev", "platform-dev"]


@pytest.mark.parametrize(
    ("changed", "planned_anew"),
    [("platform-dev", ["platform-dev"]), ("foundation-dev", ["foundation-dev", "platform-dev"])],
)
def test_a_changed_file_is_planned_with_what_stands_on_it(changed, planned_anew, folder, cache, runs):
    Planner.of_folder(folder, cache=cache).plan("platform-dev")
    runs.clear()
    change(folder, changed, 'chat: "#ml-platform"', 'chat: "#platform"')
    assert "#platform" in Planner.of_folder(folder, cache=cache).plan(changed).outputs["chat"]
    Planner.of_folder(folder, cache=cache).plan("platform-dev")
    assert runs == planned_anew


def test_a_file_that_differs_in_a_comment_is_the_same_stack(folder, cache, runs):
    Planner.of_folder(folder, cache=cache).plan("foundation-dev")
    change(folder, "foundation-dev", "config:", "# The config.\nconfig:")
    Planner.of_folder(folder, cache=cache).plan("foundation-dev")
    assert runs == ["foundation-dev"]


def test_outputs_that_are_deployed_have_plans_of_their_own(folder, cache, runs):
    for endpoint in ("a", "b", "a"):
        deployed = {"foundation-dev": {"endpoint": endpoint}}
        Planner.of_folder(folder, deployed, cache=cache).plan("platform-dev")
    assert runs == ["platform-dev", "platform-dev"]


def test_a_mistake_in_a_file_is_told_whatever_is_kept(folder, cache, runs):
    Planner.of_folder(folder, cache=cache).plan("platform-dev")
    change(folder, "foundation-dev", "cidr: 10.32.0.0/16", "cidr: everywhere")
    with pytest.raises(ConfigError, match="cidr"):
        Planner.of_folder(folder, cache=cache).plan("platform-dev")
