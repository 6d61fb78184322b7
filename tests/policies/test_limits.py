"""What costs too much is refused by a rule: one resource, one limit, and an exception of no more than that."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from paved.cost.stack_cost import Costs
from paved.policy.plan_evaluator import PlanEvaluator
from policies.rules.limits import PRICED
from policies.settings import parse_policy_file
from pricing.guard import Limits
from reference.prices import PriceBook, packaged_prices
from tests.conftest import AS_OF, STACKS

GRANTED = {
    "rule": "CO-03",
    "stack": "vision-prod",
    "resource": "paved-vision-prod",
    "owner": "finops",
    "reason": "The autumn run was approved before the files were raised.",
    "ticket": "FIN-12",
    "expires": AS_OF,
}


@pytest.fixture(scope="module")
def plan(planner):
    return planner.plan("vision-prod")


@pytest.fixture(scope="module")
def cost(planner, plan):
    """What vision-prod costs, with a budget and a ceiling that it exceeds by a cent each."""
    cost = Costs(planner, packaged_prices(), AS_OF).of("vision-prod", plan).estimated
    cent = Decimal("0.01")
    limits = Limits(approved_ceiling_usd=cost.ceiling_usd - cent, monthly_usd=cost.expected_usd - cent)
    return replace(cost, limits=limits)


@pytest.fixture
def judged(planner, plan, cost):
    def of(*granted, day=AS_OF, cost=cost, whole=False, **settings):
        evaluator = PlanEvaluator(planner, STACKS, day, (lambda _: cost) if cost else None)
        exceptions = [{**GRANTED, **each} for each in granted]
        evaluator.policy_file = parse_policy_file({"settings": settings, "exceptions": exceptions})
        return evaluator.report(plan) if whole else evaluator.cost_report(plan)

    return of


def broken(findings):
    return [(each.rule, each.resource) for each in findings]


CEILING, BUDGET = ("CO-03", "Stack paved-vision-prod"), ("CO-03", "Budget vision-prod")


def test_each_limit_is_refused_on_a_resource_of_its_own(judged):
    assert sorted(broken(judged().violations)) == [BUDGET, CEILING]


def test_the_plan_and_the_price_tell_the_same(judged):
    both = [each for each in judged(whole=True).violations if each.rule == "CO-03"]
    assert sorted(both) == sorted(judged().violations)


def test_an_exception_of_the_ceiling_leaves_the_budget(judged):
    report = judged({})
    assert broken(report.violations) == [BUDGET]
    assert broken(report.excepted) == [CEILING]
    assert report.excepted[0].message.endswith("(excepted until 2026-11-21: FIN-12, team finops)")


def test_the_day_after_its_last_it_is_refused_again(judged):
    report = judged({}, day=date(2026, 11, 22))
    assert sorted(broken(report.violations)) == [BUDGET, CEILING, ("PX-01", "paved-vision-prod")]
    assert report.excepted == ()


def test_an_exception_that_is_no_longer_needed_is_reported(judged, cost):
    enough = replace(cost, limits=None)
    assert broken(judged({}, cost=enough).violations) == [("PX-02", "paved-vision-prod")]


@pytest.mark.parametrize("refuses", [False, True])
def test_an_old_price_refuses_where_the_organisation_says_so(judged, cost, refuses):
    old = replace(cost, limits=None, outdated=("the price of p5.48xlarge is of 2026-01-01",))
    report = judged(cost=old, refuse_old_prices=refuses)
    assert broken(report.violations if refuses else report.advice) == [CEILING]
    assert len(report.findings) == 1


def test_inside_the_engine_nobody_can_tell_and_the_exception_stays(judged):
    report = judged({}, cost=None, whole=True)
    assert {each.rule for each in report.violations} == set()
    assert {each.resource for each in report.undetermined if each.rule == "CO-03"} == {
        "Stack paved-vision-prod",
        "Budget vision-prod",
        "NodePool vision-prod-h100",
        "NodePool vision-prod-l40s",
        "NodePool vision-prod-l40s-serving",
    }


def test_whatever_has_no_total_without_its_price_is_asked_for_it(planner):
    free = {each.type: each for each in packaged_prices().free_types}
    costs = Costs(planner, PriceBook(instances={}, services={}, free=free), AS_OF)
    missing = [line for name in planner.names for line in costs.of(name).estimate.missing]
    assert {line.type for line in missing} == set(PRICED)
