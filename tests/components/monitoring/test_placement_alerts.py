"""Alerts of jobs that find no nodes, and of nodes that no job finds, evaluated by Prometheus itself."""

from functools import partial

import pytest

from components.monitoring.alerts import alert_group
from components.monitoring.platform_alerts import QUEUE_ALERTS, node_lacks_level

ALERTS = [node_lacks_level("platform-prod", ["rack", "block"]), *QUEUE_ALERTS]


@pytest.fixture
def simulate_platform(simulate_alert):
    """Ask whether one of the alerts fires."""
    return partial(simulate_alert, ALERTS)


def test_the_rule_of_a_level_passes_the_linter(promtool):
    groups = {"groups": [alert_group("platform", ALERTS[:1], team="platform")]}
    found = promtool("check", "rules", "--lint=all", "--lint-fatal", "rules.yaml", rules=groups)
    assert "SUCCESS: 1 rules found" in found


@pytest.mark.parametrize(
    ("labels", "firing"),
    [
        ({}, False),
        ({"layer_2": ""}, True),
        ({"layer_1": "", "layer_2": "", "layer_3": ""}, True),
        ({"layer_3": "", "pool": "evaluation"}, False),
        ({"layer_3": "", "stack": "vision-prod"}, False),
    ],
    ids=["whole", "one lacks", "all lack", "not placed by topology", "a team's"],
)
def test_a_node_without_a_level_alerts_in_pools_placed_by_it(simulate_platform, labels, firing):
    node = {
        "stack": "platform-prod",
        "pool": "rack",
        "layer_1": "a",
        "layer_2": "b",
        "layer_3": "c",
        **labels,
    }
    named = {
        "label_paved_dev_stack": node["stack"],
        "label_paved_dev_pool": node["pool"],
        **{f"label_topology_k8s_aws_network_node_layer_{n}": node[f"layer_{n}"] for n in (1, 2, 3)},
    }
    # kube-state-metrics leaves out what a node does not have.
    given = ",".join(f'{key}="{value}"' for key, value in named.items() if value)
    assert simulate_platform(
        "NodeLacksTopologyLevel", {f'kube_node_labels{{node="a",{given}}}': "1x600"}, firing=firing
    )


GIVEN_UP = 'kueue_evicted_workloads_total{cluster_queue="vision-prod",reason="Deactivated",underlying_cause='


@pytest.mark.parametrize("cause", ["RequeuingLimitExceeded", "MaximumExecutionTimeExceeded"])
def test_a_job_that_kueue_gives_up_alerts_its_team(simulate_platform, cause):
    series = {f'{GIVEN_UP}"{cause}"}}': "_x570 1x30"}
    assert simulate_platform("JobGivenUp", series, firing=True, where=',namespace="vision-prod"')


@pytest.mark.parametrize(
    "series",
    [
        {f'{GIVEN_UP}"RequeuingLimitExceeded"}}': "1x600"},
        {f'{GIVEN_UP}""}}': "_x570 1x30"},
        {'kueue_evicted_workloads_total{cluster_queue="q",reason="PodsReadyTimeout"}': "_x570 1x30"},
    ],
    ids=["hours ago", "by its owner", "it is tried again"],
)
def test_a_job_that_is_not_given_up_alerts_no_team(simulate_platform, series):
    assert simulate_platform("JobGivenUp", series, firing=False)
