import re
from fnmatch import fnmatch

import pytest

from components.charts import CHARTS
from components.monitoring.alerts import alert_group
from components.telemetry.log_agent import (
    LOG_ALERTS,
    OWN_NAMESPACES,
    LogAgent,
    LogAgentArgs,
    log_agent_values,
)
from tests.components.monitoring.conftest import promtool, simulate_alert
from tests.image_names import PUBLISHED

__all__ = ["promtool", "simulate_alert"]

ARGS = LogAgentArgs(
    version="0.58.1",
    image_names=PUBLISHED,
    foundation="foundation-prod",
    region="us-east-1",
    team="platform",
    labels={"team": "platform"},
    after=[],
    monitoring=[],
    protect=True,
)
VALUES = log_agent_values(ARGS)
DROPPED = 'fluentbit_output_dropped_records_total{pod="fluent-bit-a",name="cloudwatch_logs.1"}'


def parsed(text):
    """Sections of Fluent Bit's configuration, each as its settings."""
    found = []
    for line in text.splitlines():
        if line.startswith("["):
            found.append({})
        else:
            key, value = line.strip().split(" ", 1)
            found[-1][key] = value
    return found


INPUTS, FILTERS, OUTPUTS = (parsed(VALUES["config"][part]) for part in ("inputs", "filters", "outputs"))


def read_by(log):
    """The tags under which a file is read."""
    tags = []
    for each in INPUTS:
        taken = any(fnmatch(log, path) for path in each["Path"].split(","))
        left = any(fnmatch(log, path) for path in each.get("Exclude_Path", "").split(","))
        if taken and not left:
            tags.append(each["Tag"])
    return tags


@pytest.mark.parametrize(
    ("namespace", "tags"),
    [
        ("kube-system", ["platform.*"]),
        ("monitoring", ["platform.*"]),
        ("vision-prod", ["teams.*"]),
        ("vision-prod-notebooks", []),
    ],
)
def test_a_log_is_read_once_and_a_hubs_by_nobody(namespace, tags):
    assert read_by(f"/var/log/containers/detector-7c9_{namespace}_main-0a1b.log") == tags


def test_every_namespace_that_a_chart_goes_to_is_the_platforms():
    assert {chart.namespace for chart in CHARTS} - {"notebooks"} <= set(OWN_NAMESPACES)


def test_lines_go_to_the_group_of_their_namespace_and_no_group_is_made():
    platform, teams = OUTPUTS
    assert platform["log_group_name"] == "/paved/pods/foundation-prod"
    assert "log_group_template" not in platform
    assert teams["log_group_template"] == "/paved/pods/$kubernetes['namespace_name']"
    assert {each["auto_create_group"] for each in OUTPUTS} == {"Off"}


def test_a_pod_cannot_choose_its_group_or_hide():
    *named, left_out = FILTERS
    assert left_out["Exclude"] == "$kubernetes_namespace['labels']['paved.dev/logs'] ^not-kept$"
    for each in named:
        assert each["Merge_Log_Key"] == "entry"
        assert (each["K8S-Logging.Exclude"], each["K8S-Logging.Parser"]) == ("Off", "Off")


def test_no_two_inputs_share_a_file_of_positions():
    assert len({each["DB"] for each in INPUTS}) == len(INPUTS)


def test_helm_finds_no_template_in_the_configuration():
    assert not re.search(r"{{|}}", "".join(VALUES["config"].values()))


def test_the_agent_has_no_capability_and_may_not_call_the_kubelet():
    assert VALUES["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    assert "rbac" not in VALUES  # the chart's own leaves `nodes/proxy` out


def test_its_rules_come_after_their_definitions(plan_program):
    plan = plan_program(lambda: LogAgent("agent", ARGS))
    assert plan.one("kubernetes:helm.sh/v3:Release").inputs["namespace"] == "node-agents"
    assert plan.one("kubernetes:monitoring.coreos.com/v1:PrometheusRule")


def test_every_rule_passes_the_linter(promtool):
    groups = {"groups": [alert_group("logs", LOG_ALERTS, team="platform")]}
    found = promtool("check", "rules", "--lint=all", "--lint-fatal", "rules.yaml", rules=groups)
    assert f"SUCCESS: {len(LOG_ALERTS)} rules found" in found


@pytest.mark.parametrize(
    ("alert", "series", "firing"),
    [
        ("LogAgentDown", {}, True),
        ("LogAgentDown", {'up{job="fluent-bit",pod="a"}': "0x600"}, True),
        (
            "LogAgentDown",
            {'up{job="fluent-bit",pod="a"}': "0x600", 'up{job="fluent-bit",pod="b"}': "1x600"},
            False,
        ),
        ("LogsNotKept", {DROPPED: "0+5x600"}, True),
        ("LogsNotKept", {DROPPED: "5x600"}, False),
    ],
)
def test_an_alert_fires_where_logs_are_lost(simulate_alert, alert, series, firing):
    simulate_alert(LOG_ALERTS, alert, series, firing=firing)
