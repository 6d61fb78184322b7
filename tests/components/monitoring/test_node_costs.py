"""The cost of a stack's nodes by the hour, evaluated by Prometheus itself where promtool is installed."""

from dataclasses import replace
from decimal import Decimal

import pytest

from components.monitoring.node_costs import (
    COST,
    PRICE,
    UNPRICED,
    NodeCosts,
    NodeCostsArgs,
    NodePrice,
    rule_group,
)
from components.monitoring.prometheus_values import NODE_LABELS
from reference.names import series_label

ARGS = NodeCostsArgs(
    stack="vision-prod",
    team="vision",
    namespace="vision-prod",
    labels={"team": "vision"},
    prices=[
        NodePrice(instance_type="p5.48xlarge", capacity="on-demand", usd=Decimal("55.04")),
        NodePrice(instance_type="g6.xlarge", capacity="on-demand", usd=Decimal("0.8")),
        NodePrice(instance_type="g6.xlarge", capacity="spot", usd=Decimal("0.3")),
    ],
    monthly_usd=Decimal(10_000),
    percent=300,
    minutes=30,
)
GROUPS = {"groups": [rule_group(ARGS)]}
OTHER = replace(
    ARGS,
    stack="search-prod",
    prices=[NodePrice(instance_type="p5.48xlarge", capacity="on-demand", usd=Decimal(1))],
)


def node(name, kind, capacity="on-demand", *, pool="h100", stack="vision-prod", pod="ksm-0"):
    return (
        f'kube_node_labels{{node="{name}",label_paved_dev_stack="{stack}",label_paved_dev_pool="{pool}",'
        f'label_node_kubernetes_io_instance_type="{kind}",label_karpenter_sh_capacity_type="{capacity}",pod="{pod}"}}'
    )


@pytest.fixture
def measure(promtool):
    """Feed nodes, by the minute, to the rules of two stacks, and hold expressions to samples."""

    def run(nodes, expected):
        test = {
            "interval": "1m",
            "input_series": [{"series": name, "values": values} for name, values in nodes.items()],
            "promql_expr_test": [
                {
                    "expr": expr,
                    "eval_time": at,
                    "exp_samples": [{"labels": labels, "value": value} for labels, value in samples.items()],
                }
                for (at, expr), samples in expected.items()
            ],
        }
        groups = [rule_group(ARGS), {**rule_group(OTHER), "name": "another"}]
        return "SUCCESS" in promtool(
            "test",
            "rules",
            "tests.yaml",
            rules={"groups": groups},
            tests={"rule_files": ["rules.yaml"], "evaluation_interval": "1m", "tests": [test]},
        )

    return run


def cost(pool):
    return f'{COST}{{pool="{pool}", stack="vision-prod", team="vision"}}'


FIRING = 'count(ALERTS{alertname="CostRateHigh",alertstate="firing",namespace="vision-prod"})'


def test_every_rule_passes_the_linter(promtool):
    found = promtool("check", "rules", "--lint=all", "--lint-fatal", "rules.yaml", rules=GROUPS)
    assert "SUCCESS: 6 rules found" in found


def test_each_pool_costs_what_its_nodes_do(measure):
    nodes = {
        node("a", "p5.48xlarge"): "1x60",
        node("b", "p5.48xlarge"): "1x60",
        node("c", "g6.xlarge", "spot", pool="l4"): "1x60",
        node("d", "g6.xlarge", pool="l4"): "1x60",
        # Another stack's, by another price.
        node("e", "p5.48xlarge", stack="search-prod"): "1x60",
    }
    selected = f'{COST}{{stack="vision-prod"}}'
    assert measure(nodes, {("30m", selected): {cost("h100"): 110.08, cost("l4"): 1.1}})


def test_a_node_that_two_exporters_show_costs_once(measure):
    nodes = {node("a", "p5.48xlarge"): "1x60", node("a", "p5.48xlarge", pod="ksm-1"): "1x60"}
    assert measure(nodes, {("30m", COST): {cost("h100"): 55.04}})


def test_a_node_without_a_price_is_counted_and_not_free(measure):
    nodes = {node("a", "p5.48xlarge"): "1x60", node("b", "p6-b200.48xlarge"): "1x60"}
    unpriced = f'{UNPRICED}{{pool="h100", stack="vision-prod", team="vision"}}'
    assert measure(nodes, {("30m", COST): {cost("h100"): 55.04}, ("30m", UNPRICED): {unpriced: 1}})


@pytest.mark.parametrize(
    ("values", "at", "firing"),
    [
        # One node is 40,179 dollars a month: four times the budget.
        ("1x60", "29m", False),
        ("1x60", "31m", True),
        # It ends within a quarter of an hour, and does not come back.
        ("1x14 stale", "45m", False),
        # It was there for an hour, and is gone.
        ("1x60 stale", "70m", False),
    ],
)
def test_a_team_is_told_of_a_pace_that_lasts(measure, values, at, firing):
    assert measure({node("a", "p5.48xlarge"): values}, {(at, FIRING): {"{}": 1} if firing else {}})


def test_nodes_within_the_budget_alert_nobody(measure):
    nodes = {node(f"n{i}", "g6.xlarge", pool="l4"): "1x120" for i in range(20)}
    assert measure(nodes, {("110m", FIRING): {}})


def test_the_nodes_of_others_alert_nobody(measure):
    assert measure({node("a", "p5.48xlarge", stack="search-prod"): "1x60"}, {("50m", FIRING): {}})


def test_the_labels_that_rules_go_by_are_those_of_the_exporter():
    allowed = {series_label(label) for label in NODE_LABELS}
    [price] = [rule for rule in rule_group(OTHER)["rules"] if rule.get("record") == PRICE]
    assert set(price["labels"]) - {"stack"} <= allowed


def test_the_rules_are_the_namespaces(plan_program):
    planned = plan_program(lambda: NodeCosts("vision-prod-node-costs", ARGS), stack="vision-prod")
    rule = planned.one("kubernetes:monitoring.coreos.com/v1:PrometheusRule", "vision-prod-node-costs")
    assert rule.inputs["metadata"]["namespace"] == "vision-prod"
