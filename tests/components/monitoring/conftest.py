"""Ask the real Prometheus rule engine, where promtool is installed, what the generated rules would do."""

import shutil
import subprocess

import pytest
import yaml

from components.monitoring.alerts import alert_group
from components.monitoring.endpoint_rules import endpoint_groups
from components.monitoring.objective import Objective
from tests.components.monitoring.objectives import detector, groups_of

PROMTOOL = shutil.which("promtool")


@pytest.fixture
def objective():
    """The objectives of the tier 1 endpoint `detector`, with what a test changes."""
    return detector


@pytest.fixture
def promtool(tmp_path):
    """Run promtool on files written from data; returns what it printed and fails when it refuses them."""
    if PROMTOOL is None:
        pytest.skip("promtool is not on PATH (Debian package `prometheus`)")

    def run(*arguments, **files):
        for name, content in files.items():
            (tmp_path / f"{name}.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")
        done = subprocess.run(
            [PROMTOOL, *arguments], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


@pytest.fixture
def simulate(promtool):
    """Feed series to the rules of an objective, then hold expressions to the samples expected of them.

    `series` maps a series to its values per minute; `expected` maps (time, expression) to the values of the
    samples without regard to order, `[]` for none.
    """

    def run(objective, series, expected, alerts=(), external_labels=None):
        alone = isinstance(objective, Objective)
        groups = groups_of(objective) if alone else endpoint_groups(objective)
        test = {
            "interval": "1m",
            "external_labels": external_labels or {},
            "input_series": [{"series": name, "values": values} for name, values in series.items()],
            "promql_expr_test": [
                {
                    "expr": expr,
                    "eval_time": time,
                    "exp_samples": [{"labels": "{}", "value": value} for value in values],
                }
                for (time, expr), values in expected.items()
            ],
            "alert_rule_test": list(alerts),
        }
        return promtool(
            "test",
            "rules",
            "tests.yaml",
            rules={"groups": groups},
            tests={"rule_files": ["rules.yaml"], "evaluation_interval": "1m", "tests": [test]},
        )

    return run


@pytest.fixture
def simulate_alert(promtool):
    """Feed series to one alert of a list for ten hours, then ask whether it fires."""

    def run(alerts, name, series, *, firing, where=""):
        named = [alert for alert in alerts if alert.name == name]
        rules = {"groups": [alert_group("platform", named, team="platform")]}
        query = {
            "expr": f'count(ALERTS{{alertname="{name}",alertstate="firing"{where}}})',
            "eval_time": "10h",
            "exp_samples": [{"labels": "{}", "value": 1}] if firing else [],
        }
        test = {
            "interval": "1m",
            "input_series": [{"series": key, "values": values} for key, values in series.items()],
            "promql_expr_test": [query],
        }
        tests = {"rule_files": ["rules.yaml"], "evaluation_interval": "1m", "tests": [test]}
        return "SUCCESS" in promtool("test", "rules", "tests.yaml", rules=rules, tests=tests)

    return run
