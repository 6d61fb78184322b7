"""Ask the real Prometheus rule engine, where promtool is installed, when a team hears of its retraining."""

import shutil
import subprocess

import pytest
import yaml

from components.monitoring.alerts import alert_group
from components.retraining.alerts import alerts

PROMTOOL = shutil.which("promtool")
GROUPS = {"groups": [alert_group("retraining", alerts("vision-prod"), team="vision")]}


@pytest.fixture
def firing(tmp_path):
    """Whether a series makes RetrainingFailed fire."""
    if PROMTOOL is None:
        pytest.skip("promtool is not on PATH (Debian package `prometheus`)")

    def ask(**labels):
        defaults = {
            "namespace": "vision-prod",
            "job_name": "retrain-nightly-1",
            "reason": "BackoffLimitExceeded",
        }
        series = ",".join(f'{key}="{value}"' for key, value in {**defaults, **labels}.items())
        query = {
            "expr": 'count(ALERTS{alertname="RetrainingFailed",alertstate="firing"})',
            "eval_time": "5m",
            "exp_samples": [{"labels": "{}", "value": 1}],
        }
        test = {
            "interval": "1m",
            "input_series": [{"series": f"kube_job_status_failed{{{series}}}", "values": "1x10"}],
            "promql_expr_test": [query],
        }
        (tmp_path / "rules.yaml").write_text(yaml.safe_dump(GROUPS), encoding="utf-8")
        tests = {"rule_files": ["rules.yaml"], "evaluation_interval": "30s", "tests": [test]}
        (tmp_path / "tests.yaml").write_text(yaml.safe_dump(tests), encoding="utf-8")
        command = [PROMTOOL, "test", "rules", "tests.yaml"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert "parse error" not in done.stderr + done.stdout
        return done.returncode == 0

    return ask


@pytest.mark.parametrize("reason", ["BackoffLimitExceeded", "DeadlineExceeded"])
def test_a_failed_run_alerts(firing, reason):
    assert firing(reason=reason)


@pytest.mark.parametrize(
    "labels",
    [{"reason": "PodFailurePolicy"}, {"job_name": "finetune-1"}, {"namespace": "risk-prod"}],
    ids=["nothing to do", "another job", "another team"],
)
def test_what_is_no_failed_retraining_of_the_team_is_not(firing, labels):
    assert not firing(**labels)
