"""The cost of a team's nodes by the hour, of its file and the prices of the release."""

from decimal import Decimal

from components.monitoring.node_costs import NodePrice
from reference.prices import packaged_prices
from stacks.program.node_costs import pool_prices
from stacks.schema.pools import PoolSpec

RULE = "kubernetes:monitoring.coreos.com/v1:PrometheusRule"
POOL = PoolSpec(name="l4", instance_types=("g6.2xlarge",), capacity=("spot", "on-demand"), max_gpus=8)


def costs(planned):
    return [each for each in planned.of(RULE) if each.name.endswith("-node-costs")]


def test_a_team_that_asks_for_it_is_told_of_its_pace(plan_stack):
    [rule] = costs(plan_stack("ranking-dev"))
    [group] = rule.inputs["spec"]["groups"]
    [alert] = [each for each in group["rules"] if "alert" in each]
    assert alert["expr"] == 'sum(paved:node_cost_usd:hourly{stack="ranking-dev"}) * 730 / 4000 > 1.2'
    assert alert["labels"]["namespace"] == "ranking-dev"


def test_a_team_that_does_not_ask_has_no_rules_of_it(plan_stack):
    assert costs(plan_stack("vision-prod")) == []


def test_a_spot_node_costs_no_more_than_one_on_demand():
    prices = {each.capacity: each for each in pool_prices(POOL, "us-east-1")}
    listed = packaged_prices().instance("g6.2xlarge", "us-east-1")
    assert prices["on-demand"] == NodePrice(instance_type="g6.2xlarge", capacity="on-demand", usd=listed.usd)
    assert Decimal(0) < prices["spot"].usd <= listed.usd


def test_a_type_that_nobody_has_read_a_price_of_has_none():
    assert list(pool_prices(POOL, "mars-north-1")) == []
