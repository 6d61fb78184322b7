"""docs/reference/threat-model.md names what exists, and leaves out no policy and no family of attacks."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from paved.plan.planner import Planner
from policies.registry import BY_ID, RULES
from stacks.schema import Platform

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/reference/threat-model.md").read_text(encoding="utf-8")
ATTACKS = ROOT / "tests/live/attacks"
POLICY = "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy"
THREATS = PAGE.partition("## Threats")[2].partition("## What only the cluster holds")[0]
ROWS = [line.strip("| ").split(" | ") for line in THREATS.splitlines() if line.startswith("| ")]
TESTS = sorted(set(re.findall(r"tests/[\w/]+\.py::\w+", PAGE)))


@cache
def functions(path: Path) -> frozenset[str]:
    """The functions of a module."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def families() -> Iterator[str]:
    """The functions that make attacks, each of one family."""
    for path in ATTACKS.glob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and makes_attacks(node):
                yield f"{path.relative_to(ROOT)}::{node.name}"


def makes_attacks(function: ast.FunctionDef) -> bool:
    """Whether a function makes attacks of one family."""
    returned = ast.unparse(function.returns) if function.returns else ""
    return function.name.startswith("of_") and "Attack" in returned


def admission_policies(planner: Planner) -> set[str]:
    """The admission policies of every platform of the samples."""
    platforms = [name for name in planner.names if isinstance(planner.config(name).stack, Platform)]
    found: set[str] = set()
    for platform in platforms:
        found.update(
            each.inputs["metadata"]["name"]
            for each in planner.plan(platform).resources
            if each.type == POLICY
        )
    return found


@pytest.mark.parametrize("test", TESTS)
def test_a_test_that_is_named_exists(test):
    path, name = test.split("::")
    assert name in functions(ROOT / path)


def test_every_family_of_attacks_is_named():
    assert set(families()) - set(TESTS) == set()
    assert set(families())


def test_the_policies_that_are_named_are_those_that_are_rendered(planner: Planner):
    assert set(re.findall(r"`(paved-[\w-]+)`", PAGE)) == admission_policies(planner)


def test_every_policy_stands_beside_the_plan(planner: Planner):
    beside = PAGE.partition("## What only the cluster holds")[2]
    assert set(re.findall(r"`(paved-[\w-]+)`", beside)) == admission_policies(planner)


def test_rules_name_policies_that_are_rendered(planner: Planner):
    named = {name for rule in RULES for name in re.findall(r"`(paved-[\w-]+)`", rule.cluster or "")}
    assert named and named <= admission_policies(planner)


def test_rules_that_are_named_exist():
    assert set(re.findall(r"\b[A-Z][A-Z0-9]-\d\d\b", PAGE)) <= set(BY_ID)


def test_every_threat_has_a_control_a_test_and_what_is_left():
    rows = [row for row in ROWS if row[0] not in ("threat", "---")]
    assert rows
    for threat, control, test, left in rows:
        assert threat and control and left
        assert "::" in test, threat
