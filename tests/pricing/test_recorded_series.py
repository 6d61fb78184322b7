"""The plan of a team says how many series its rules record, and what keeping them costs."""

from datetime import date
from decimal import Decimal

import pytest

from paved.cost.plan_money import plan_money
from paved.cost.stack_cost import Costs
from pricing.money import DAYS_A_MONTH
from pricing.recorded_series import recorded_series
from reference.prices import packaged_prices
from reference.vocabulary import PROMETHEUS_RULE

DAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def costs(planner):
    return Costs(planner, packaged_prices(), DAY)


def test_every_recording_rule_of_a_plan_is_counted(costs, planner):
    plan = planner.plan("vision-prod")
    rules = [
        rule
        for resource in plan.of(PROMETHEUS_RULE)
        for group in resource.inputs["spec"]["groups"]
        for rule in group["rules"]
        if "record" in rule
    ]
    found = costs.of("vision-prod").series
    assert found.rules == len(rules) > 20


def test_samples_are_those_of_the_groups_intervals(costs):
    found = costs.of("vision-prod").series
    # Each rule of 30 seconds has 86,400 / 30 samples a day; none is evaluated more often.
    assert found.samples <= found.rules * Decimal(2880) * Decimal(31)
    assert found.samples >= found.rules * Decimal(720) * Decimal(30)


@pytest.mark.parametrize(
    ("interval", "a_day"), [("1m30s", 960), ("1d", 1), ("500ms", 172_800), ("0", 2880), (None, 2880)]
)
def test_an_interval_is_any_that_prometheus_reads(fake, pricing_inputs, interval, a_day):
    groups = [{"interval": interval, "rules": [{"record": "one"}, {"alert": "Two"}]}]
    rules = fake(type=PROMETHEUS_RULE, inputs={"spec": {"groups": groups}})
    found = recorded_series(pricing_inputs(rules, book=packaged_prices()))
    assert (found.rules, found.samples) == (1, a_day * DAYS_A_MONTH)


def test_keeping_them_is_priced_by_the_samples(costs):
    cost = costs.of("vision-prod")
    rate = packaged_prices().service("prometheus-samples", "us-east-1")
    left = 1 - cost.discounts.get("services", Decimal(0)) / 100
    assert cost.series.usd == cost.series.samples / 10_000_000 * rate.usd * left


def test_the_plan_says_it_in_words(costs):
    said = dict(plan_money(costs.of("vision-prod")).metrics)["recorded"]
    assert "rules" in said and "USD a month" in said
    # Its platform keeps no metrics, and a series of the cluster's own Prometheus has no price.
    said = dict(plan_money(costs.of("ranking-dev")).metrics)["recorded"]
    assert said.endswith("in the cluster's own Prometheus alone, where they cost nothing more")
    assert "USD" not in said


def test_a_stack_without_rules_says_nothing(costs):
    assert costs.of("foundation-prod").series is None
    assert plan_money(costs.of("foundation-prod")).metrics == ()
