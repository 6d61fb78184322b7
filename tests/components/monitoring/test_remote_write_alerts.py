"""The alerts about what is kept, evaluated by Prometheus itself where promtool is installed."""

import pytest

from components.monitoring.alerts import alert_group
from components.monitoring.remote_write_alerts import KEPT_METRICS_ALERTS

POD = 'pod="prometheus-0",remote_name="kept",url="https://amp.example"'
FAILED = f"prometheus_remote_storage_samples_failed_total{{{POD}}}"
TAKEN = f"prometheus_remote_storage_queue_highest_timestamp_seconds{{{POD}}}"
SENT = f"prometheus_remote_storage_queue_highest_sent_timestamp_seconds{{{POD}}}"


def test_every_rule_passes_the_linter(promtool):
    groups = {"groups": [alert_group("kept", KEPT_METRICS_ALERTS, team="platform")]}
    found = promtool("check", "rules", "--lint=all", "--lint-fatal", "rules.yaml", rules=groups)
    assert f"SUCCESS: {len(KEPT_METRICS_ALERTS)} rules found" in found


@pytest.mark.parametrize(
    ("alert", "series", "firing"),
    [
        ("MetricsNotKept", {FAILED: "0+1x600"}, True),
        ("MetricsNotKept", {FAILED: "7x600"}, False),
        ("MetricsNotKept", {}, False),
        # Each is a moment: 60 seconds a minute.
        ("MetricsKeptLate", {TAKEN: "0+60x600", SENT: "0x600"}, True),
        ("MetricsKeptLate", {TAKEN: "1000+60x600", SENT: "900+60x600"}, False),
        ("MetricsKeptLate", {TAKEN: "0+60x600"}, False),
    ],
)
def test_an_alert_fires_where_samples_are_lost_or_late(simulate_alert, alert, series, firing):
    simulate_alert(KEPT_METRICS_ALERTS, alert, series, firing=firing)
