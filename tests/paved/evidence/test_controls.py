"""The state of a rule for an auditor: one that the stack's level does not take in is not said to have found nothing."""

import pytest

from paved.evidence.controls import state
from policies.evaluation import Finding, PolicyReport
from policies.registry import BY_ID

FOUND = Finding(rule="SE-03", urn="urn::one", resource="Thing one", message="is wrong")


@pytest.mark.parametrize(
    ("promised", "said"), [("hardened", "binds from regulated on"), ("regulated", "violated")]
)
def test_a_rule_above_the_promise_is_said_to_bind_from_its_level_on(promised, said):
    binds = promised == "regulated"
    found = report(promised, findings=(FOUND,) if binds else (), above=() if binds else (FOUND,))
    assert state(BY_ID["SE-03"], found) == said


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({}, "not applicable"),
        ({"judged": frozenset({"SE-03"})}, "no finding"),
        ({"judged": frozenset({"SE-03"}), "undetermined": (FOUND,)}, "cannot be told"),
        ({"judged": frozenset({"SE-03"}), "failed": frozenset({"SE-03"})}, "failed, see PX-08"),
    ],
)
def test_only_a_rule_that_judged_something_has_no_finding(facts, said):
    assert state(BY_ID["SE-03"], report("regulated", **facts)) == said


def report(promised, **facts):
    parts = {"findings": (), "undetermined": (), "excepted": (), "passed": 0, "pending": (), **facts}
    return PolicyReport(stack="a-prod", security=promised, **parts)
