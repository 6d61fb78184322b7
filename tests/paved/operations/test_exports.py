"""The queries are PromQL, ask for series that something exports, and agree with the rules that record them."""

import json
import re
import shutil
import subprocess

import pytest

from components.monitoring.endpoint_rules import endpoint_groups
from components.monitoring.gpu import COUNTERS
from components.monitoring.objective import SEVERITIES
from components.monitoring.platform_alerts import NODE_ALERTS, QUEUE_ALERTS
from components.monitoring.prometheus_values import NODE_LABELS
from components.monitoring.routing import SEVERITY_PATTERNS
from components.promotion.models import FOLDERS
from paved.operations import exports, models
from paved.operations.exports import EXPORTS, export_script
from reference.names import series_label
from tests.components.monitoring.objectives import detector, quality
from tests.paved.operations.world import period

ELSEWHERE = {
    "ALERTS": "Prometheus itself, of every rule",
    "kube_node_labels": "kube-state-metrics, docs/metrics/cluster/node-metrics.md",
    "kube_pod_owner": "kube-state-metrics, docs/metrics/workload/pod-metrics.md",
    "kueue_cluster_queue_resource_pending": "Kueue 0.19, pkg/metrics/metrics.go, with enableClusterQueueResources",
}
"""Series that no rule of ours reads, and who exports them."""

NAME = re.compile(r"\b(?:ALERTS|(?:kube|kueue|slo|DCGM)_?[a-zA-Z_:0-9]+)\b")


def series_of(query):
    """The names of the series that a query asks for: labels stand in brackets, and names do not."""
    bare = re.sub(r'"[^"]*"', '""', query)
    bare = re.sub(r"\b(by|on|without|group_left)\s*\([^)]*\)", " ", bare)
    return set(NAME.findall(re.sub(r"\{[^}]*\}", "", bare)))


@pytest.mark.parametrize("export", EXPORTS, ids=lambda export: export.name)
def test_a_query_asks_for_series_that_something_exports(export):
    groups = endpoint_groups(detector(others=(quality("data-quality"),)))
    recorded = {rule["record"] for group in groups for rule in group["rules"] if "record" in rule}
    counters = {name for name, _, _ in COUNTERS}
    alerts = " ".join(alert.expression for alert in (*NODE_ALERTS, *QUEUE_ALERTS))
    asked = series_of(export.query)
    assert asked
    assert {
        name for name in asked if name not in recorded | counters | ELSEWHERE.keys() and name not in alerts
    } == set()


@pytest.mark.parametrize("export", EXPORTS, ids=lambda export: export.name)
def test_a_query_is_promql(export, tmp_path):
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is not on PATH (Debian package `prometheus`)")
    rule = {"groups": [{"name": "a", "rules": [{"record": "a:b", "expr": export.query}]}]}
    path = tmp_path / "rules.yaml"
    path.write_text(json.dumps(rule), encoding="utf-8")
    done = subprocess.run(
        [promtool, "check", "rules", str(path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_words_of_the_queries_are_those_of_the_rules():
    assert {exports.STACK, exports.POOL} <= {series_label(label) for label in NODE_LABELS}
    called = {name for pattern in SEVERITY_PATTERNS.values() for name in pattern.split("|")}
    assert set(exports.INCIDENT_SEVERITIES) == called
    assert {severity for tier in SEVERITIES.values() for severity in tier.values()} - {"ticket"} <= called
    assert {*models.UNPROMOTED} == {*FOLDERS}


def test_a_month_fits_one_answer():
    assert period().steps == 8640
    assert 31 * 24 * 12 <= 11_000  # points of a series that Prometheus answers with at most


def test_the_script_asks_for_every_query_of_the_month(organisation, tmp_path):
    script = export_script(organisation, period())
    asked = tmp_path / "asked"
    (tmp_path / "curl").write_text(
        '#!/bin/sh\nfor last; do :; done\nprintf "%s\\n" "$@" >> "$ASKED"\necho "{}" > "$last"\n',
        encoding="utf-8",
    )
    (tmp_path / "curl").chmod(0o755)
    environment = {"PATH": f"{tmp_path}:/usr/bin:/bin", "ASKED": str(asked)}
    command = ["sh", "-c", script, "exports.sh", "platform-prod", "http://localhost:9090"]
    subprocess.run(command, check=True, cwd=tmp_path, env=environment)
    found = asked.read_text(encoding="utf-8")
    for export in EXPORTS:
        assert f"query={export.query}\n" in found
        assert (tmp_path / "platform-prod" / f"{export.name}.json").is_file()
    assert "start=1793491500\n" in found
    assert "end=1796083200\n" in found
    assert "step=300\n" in found
