"""No rule fires on what a stack file allows: every rule of the cluster, ours and the charts', over a healthy week."""

import shutil
import subprocess

import pytest
import yaml

from tests.charts.week import series

RULES = "kubernetes:monitoring.coreos.com/v1:PrometheusRule"
STACKS = ("platform-prod", "vision-prod")
ALWAYS = {"Watchdog"}
"""Fires to show that alerts arrive."""
FIRING = 'count by (alertname) (max_over_time(ALERTS{alertstate="firing"}[7d]))'


@pytest.fixture
def rule_groups(rendered, planner):
    """The groups of every chart and stack. Dates of reservations and grants are left out: promtool lives in 1970."""
    of_charts = [each["spec"] for chart in rendered.values() for each in chart.of("PrometheusRule")]
    of_stacks = [each.inputs["spec"] for name in STACKS for each in planner.plan(name).of(RULES)]
    groups = [dict(group) for spec in [*of_charts, *of_stacks] for group in spec["groups"]]
    assert len(groups) > 20
    return [{**group, "name": f"{group['name']}-{place}"} for place, group in enumerate(groups)]


def test_a_healthy_week_of_an_elastic_cluster_fires_nothing(rule_groups, tmp_path):
    if not shutil.which("promtool"):
        pytest.skip("promtool is not on PATH (Debian package `prometheus`)")
    test = {
        "interval": "1m",
        "input_series": [{"series": name, "values": values} for name, values in series().items()],
        "promql_expr_test": [
            {
                "expr": FIRING,
                "eval_time": "7d",
                "exp_samples": [{"labels": f'{{alertname="{name}"}}', "value": 1} for name in ALWAYS],
            }
        ],
    }
    tests = {"rule_files": ["rules.yaml"], "evaluation_interval": "5m", "tests": [test]}
    for name, content in (("rules", {"groups": rule_groups}), ("tests", tests)):
        (tmp_path / f"{name}.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")
    command = ["promtool", "test", "rules", "tests.yaml"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
