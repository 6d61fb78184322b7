"""A receiver that the operator leaves out is told of, by Prometheus itself where promtool is installed."""

import pytest

from components.monitoring.alerts import alert_group
from components.monitoring.receiver_alerts import RECEIVER_ALERTS
from components.monitoring.routing import inhibitions

SERIES = (
    'prometheus_operator_managed_resources{controller="alertmanager",namespace="monitoring",'
    'resource="AlertmanagerConfig",state="STATE"}'
)


@pytest.mark.parametrize(
    ("state", "values", "fires"),
    [
        ("rejected", "0x570 1x40", True),
        ("rejected", "0x610", False),
        # A Secret that comes a minute after its receiver is no outage.
        ("rejected", "0x570 1x5 0x40", False),
        ("selected", "3x610", False),
    ],
)
def test_a_receiver_that_is_left_out_for_a_quarter_of_an_hour_pages(simulate_alert, state, values, fires):
    series = {SERIES.replace("STATE", state): values}
    assert simulate_alert(RECEIVER_ALERTS, "AlertReceiverRejected", series, firing=fires)


def test_the_rule_passes_the_linter(promtool):
    rules = {"groups": [alert_group("receivers", RECEIVER_ALERTS, team="platform")]}
    assert "1 rules found" in promtool(
        "check", "rules", "--lint=all", "--lint-fatal", "rules.yaml", rules=rules
    )


def test_the_charts_alert_about_the_same_is_silent():
    (found,) = [each for each in inhibitions() if each["sourceMatch"][0]["value"] == "AlertReceiverRejected"]
    assert (found["targetMatch"][0]["value"], found["equal"]) == (
        "PrometheusOperatorRejectedResources",
        ["resource"],
    )
