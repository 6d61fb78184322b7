"""Letting somebody do, reach or spend more in a sample plan is found by a rule that says it forbids it.

The grammar is in tests/policies/widening; `python -m tests.policies.widenings` prints the same figures.
"""

import os
from collections import Counter
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
import yaml

from policies.registry import RULES
from tests.policies.widening import nodes, records, stores, supply
from tests.policies.widening.judge import Said, WideningJudge
from tests.policies.widening.model import fits, value_of, widened
from tests.policies.widening.pods import CARRIERS, JOB, carrier, pod
from tests.policies.widenings import by_rule, figures, judges, widenings

REASONS = Path(__file__).parent / "silent.yaml"
LEAST = 0.95
"""The share of what rules claim that is found, or said not to be known."""
EVERY = 150
"""Of so many widenings one is judged by every rule on every resource."""


@pytest.fixture(scope="module")
def all_judges(planner):
    return list(judges(planner))


@pytest.fixture(scope="module")
def verdicts(all_judges):
    found = []
    for judge in all_judges:
        found += [judge.verdict(each) for each in widenings(judge.stack)]
    return found


@pytest.fixture(scope="module")
def silent(verdicts):
    """The widenings that a rule claims and nobody finds."""
    return [each for each in verdicts if each.claimed and each.outcome == "silent"]


def reasons():
    return yaml.safe_load(REASONS.read_text(encoding="utf-8")) or []


def is_about(reason, verdict):
    return reason["rule"] == verdict.claimed and fnmatchcase(verdict.widening.name, reason["widening"])


def test_the_kill_ratio_of_each_rule_is_as_reviewed(verdicts, golden):
    golden("policies/widenings.json", figures(verdicts, by_rule))


def test_nearly_all_that_rules_claim_is_found(verdicts, silent):
    claimed = sum(each.claimed is not None for each in verdicts)
    assert 1 - len(silent) / claimed >= LEAST


def test_every_widening_that_is_claimed_and_silent_has_a_reason(silent):
    without = [each for each in silent if not any(is_about(reason, each) for reason in reasons())]
    listed = sorted({f"{each.claimed} {each.stack} {each.widening.name}" for each in without})
    assert not listed, f"{len(listed)} have none:\n" + "\n".join(listed)


def test_every_reason_is_of_a_widening_that_is_still_silent(silent):
    stale = [reason for reason in reasons() if not any(is_about(reason, each) for each in silent)]
    if os.environ.get("UPDATE_GOLDEN"):
        kept = [
            line for line in REASONS.read_text(encoding="utf-8").splitlines() if not is_one_of(line, stale)
        ]
        REASONS.write_text("\n".join(kept) + "\n", encoding="utf-8")
        return
    assert not stale, "a rule finds it now: trim them with UPDATE_GOLDEN=1"
    assert all(len(reason["why"]) > 40 for reason in reasons())


def is_one_of(line, found):
    """Whether a line of the file, which holds one reason, is one of some."""
    return line.startswith("- ") and yaml.safe_load(line)[0] in found


def test_no_rule_raises_an_exception_on_a_widening(verdicts):
    assert Counter(rule for each in verdicts for rule in each.raised) == {}


def test_rules_that_do_not_look_at_what_is_wider_find_the_same(all_judges):
    for judge in all_judges:
        for each in list(widenings(judge.stack))[::EVERY]:
            stack = widened(judge.stack, each)
            said, before = Said(), Said()
            for rule in judge.rules:
                for subject in stack.of(*rule.kinds):
                    said.ask(rule, subject, stack)
                for subject in judge.stack.of(*rule.kinds):
                    before.ask(rule, subject, judge.stack)
            assert said.beyond(before, "refused") == judge.verdict(each).refused


@pytest.mark.parametrize("module", [nodes, records, stores, supply])
def test_every_row_fits_a_sample(module, all_judges):
    stacks = [judge.stack for judge in all_judges]
    for row in module.TABLES.get("rows", ()):
        found = [each for stack in stacks for each in stack.of(row["kind"])[:1]]
        assert any(fits(each.properties, row["at"], value_of(row)) for each in found), row


def test_every_claim_is_of_rules_that_are_made_or_will_be(verdicts):
    shapes = {rule.id for rule in RULES}
    for each in verdicts:
        assert all(len(claim) == 5 and claim[2] == "-" for claim in each.widening.claims)
        assert each.claimed is None or each.claimed in shapes


def test_a_pod_that_is_as_it_should_be_raises_nothing(all_judges):
    """Else what is found of a pod that is wider would tell nothing of how it is wider."""
    for judge in all_judges:
        if judge.stack.context.kind == "team":
            assert (
                found_beside(judge, carrier(judge.stack, JOB, judge.stack.context.stack, pod(judge.stack)))
                == set()
            )
            assert JOB in CARRIERS


def found_beside(judge: WideningJudge, resource):
    from tests.policies.widening.model import addition

    return set(judge.verdict(addition("a pod", (), resource)).found)
