"""No rule fires on what a stack file allows: every rule of the cluster, ours and the charts', over a healthy week."""

import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.charts.own_alerts import (
    ABSENT,
    ELSEWHERE,
    NO_METRIC,
    names_of_alerts,
    read_by_alerts,
    rule_groups,
    selectors,
)
from tests.charts.week import series

TESTS = Path(__file__).parents[1]
RUNBOOKS = TESTS.parent / "docs" / "runbooks"
ALWAYS = {"Watchdog"}
"""Fires to show that alerts arrive."""
FIRING = 'count by (alertname) (max_over_time(ALERTS{alertstate="firing"}[7d]))'


@pytest.fixture
def own(planner):
    """The groups of our own rules."""
    return rule_groups(planner)


@pytest.fixture
def promtool(tmp_path):
    """Judge rules by promtool over the week: the samples of an expression at its end are those that are expected."""
    if not shutil.which("promtool"):
        pytest.skip("promtool is not on PATH (Debian package `prometheus`)")

    def judge(groups, expected, with_series=None):
        named = [{**group, "name": f"{group['name']}-{place}"} for place, group in enumerate(groups)]
        found = series() if with_series is None else with_series
        test = {
            "interval": "1m",
            "input_series": [{"series": name, "values": values} for name, values in found.items()],
            "promql_expr_test": [
                {"expr": expr, "eval_time": "7d", "exp_samples": samples}
                for expr, samples in expected.items()
            ],
        }
        tests = {"rule_files": ["rules.yaml"], "evaluation_interval": "5m", "tests": [test]}
        for name, content in (("rules", {"groups": named}), ("tests", tests)):
            (tmp_path / f"{name}.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")
        command = ["promtool", "test", "rules", "tests.yaml"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        return "" if done.returncode == 0 else done.stdout + done.stderr

    return judge


def fired(*alerts):
    return {FIRING: [{"labels": f'{{alertname="{name}"}}', "value": 1} for name in alerts]}


def assert_none(problems):
    """Fail with what promtool said. An assertion on the text itself would compare it for minutes."""
    if problems:
        pytest.fail(problems)


def has_samples(selector, value):
    """Whether there were samples in the week: 1, or none where `value` is false. promtool keeps 10,000 at a time."""
    return {
        f"count(count_over_time({selector}[7d:15m])) > bool 0": [{"labels": "{}", "value": 1}]
        if value
        else []
    }


def test_a_healthy_week_of_an_elastic_cluster_fires_nothing(rendered, own, promtool):
    of_charts = [each["spec"] for chart in rendered.values() for each in chart.of("PrometheusRule")]
    groups = [dict(group) for spec in of_charts for group in spec["groups"]]
    assert len(groups) > 20
    assert_none(promtool([*groups, *own], fired(*ALWAYS)))


def test_every_alert_of_ours_is_in_the_week_or_is_no_metric(own):
    names = {path.stem for path in RUNBOOKS.glob("*.md")}
    of_week = names_of_alerts(own)
    assert of_week | {*NO_METRIC} | {*ELSEWHERE} == names
    assert not of_week & {*NO_METRIC} and not of_week & {*ELSEWHERE}
    assert all((TESTS / path).exists() for path in ELSEWHERE.values())


def test_what_an_alert_reads_is_there_in_a_healthy_week(own, promtool):
    expected = {}
    for alert, read in read_by_alerts(own).items():
        for metric, selector in read:
            expected |= has_samples(selector, (alert, metric) not in ABSENT)
    assert_none(promtool([], expected))


def test_what_is_absent_is_read_by_an_alert_and_said_why(own):
    read = read_by_alerts(own)
    for (alert, metric), reason in ABSENT.items():
        assert metric in {name for name, _ in read[alert]}, alert
        assert reason


def test_series_that_the_week_lacks_are_found(own, promtool):
    less = {
        name: values for name, values in series().items() if not name.startswith("karpenter_nodepools_limit")
    }
    [(_, selector)] = [each for each in read_by_alerts(own)["NodePoolNearLimit"] if "limit" in each[0]]
    assert "got:nil" in promtool([], has_samples(selector, True), less).replace(" ", "")


@pytest.mark.parametrize(
    ("expression", "read"),
    [
        ('absent(up{job="karpenter"} == 1)', ['up{job="karpenter"}']),
        ("max by (node, pool) (a_b > 0) unless on () c:d{e='f'}[2h] offset 1h", ["a_b", "c:d{e='f'}"]),
        ('label_replace(sum(x{y=~"a b|c"}), "namespace", "$1", "q", "(.+)") - time()', ['x{y=~"a b|c"}']),
    ],
)
def test_the_series_of_an_expression_are_found(expression, read):
    assert [selector for _, selector in selectors(expression)] == read
