"""The sample stacks break no mandatory rule, and every piece of advice on them is known."""

import pytest

from paved.cost.stack_cost import Costs
from paved.policy.plan_evaluator import PlanEvaluator
from reference.prices import packaged_prices
from tests.conftest import AS_OF, STACKS


@pytest.fixture(scope="session")
def evaluator(planner):
    costs = Costs(planner, packaged_prices(), AS_OF)
    return PlanEvaluator(planner, STACKS, AS_OF, costs.estimated_of)


NAMES = sorted(path.name.split(".")[1] for path in STACKS.glob("Pulumi.*.yaml"))


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_stack_breaks_no_mandatory_rule(name, evaluator, plan_stack):
    assert evaluator.report(plan_stack(name)).violations == ()


def test_advice_and_what_is_undetermined_are_as_reviewed(evaluator, plan_stack, golden):
    results = {}
    for name in NAMES:
        report = evaluator.report(plan_stack(name))
        results[name] = {
            "advice": [f"{each.rule} {each.resource}: {each.message}" for each in report.advice],
            "undetermined": [f"{each.rule} {each.resource}: {each.message}" for each in report.undetermined],
        }
    golden("policies/samples.json", results)


def test_every_rule_that_is_about_what_we_build_passes_somewhere(evaluator, plan_stack):
    """A rule that passes nowhere may be looking for a kind that is spelt differently."""
    from collections import Counter

    from policies.evaluation import evaluate_rule
    from policies.exceptions import EXCEPTION_RULES, FAILED
    from policies.registry import RULES

    passed: Counter[str] = Counter()
    for name in NAMES:
        stack = evaluator.judged_stack(plan_stack(name))
        for rule in RULES:
            passed[rule.id] += sum(evaluate_rule(rule, each, stack).is_pass for each in stack.of(*rule.kinds))
    never = {rule.id for rule in RULES if rule.check and not passed[rule.id]}
    assert never <= {
        *("ID-01", *EXCEPTION_RULES, FAILED),  # pass by not being about anything
        *("DR-07", "NW-09"),  # about what no sample has
        "K8-13",  # advises on each of its two releases, for want of a digest
    }


def test_the_rules_know_every_system_of_the_inventory(evaluator, planner, plan_stack):
    from paved.inventory.systems import systems

    for name in NAMES:
        context = evaluator.judged_stack(plan_stack(name)).context
        known = {*(("endpoint", each) for each in context.endpoints)}
        known |= {("retraining job", each) for each in context.triggers}
        assert known == {(each.kind, each.name) for each in systems([planner.config(name)])}
