import csv
import re

import pulumi_kubernetes as k8s
import pytest

from components.monitoring.gpu import (
    COUNTERS,
    GpuMetrics,
    GpuMetricsArgs,
    counters_csv,
    exporter_values,
    target_spec,
)
from components.monitoring.gpu_alerts import GPU_ALERTS
from tests.image_names import PUBLISHED

RELEASE = "kubernetes:helm.sh/v3:Release"
MONITOR = "kubernetes:monitoring.coreos.com/v1:ServiceMonitor"
POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
RULE = "kubernetes:monitoring.coreos.com/v1:PrometheusRule"


@pytest.fixture
def planned(plan_program):
    def program():
        before = {
            name: k8s.core.v1.Namespace(name, metadata=k8s.meta.v1.ObjectMetaArgs(name=name))
            for name in ("node-agents", "prometheus")
        }
        args = GpuMetricsArgs(
            version="4.8.2",
            image_names=PUBLISHED,
            team="platform",
            labels={"team": "platform"},
            after=[before["node-agents"]],
            monitoring=[before["prometheus"]],
            protect=True,
        )
        GpuMetrics("gpu", args)

    return plan_program(program)


def names(urns):
    return sorted(urn.rsplit("::", 1)[1] for urn in urns)


def test_exporter_then_target_and_alerts(planned):
    assert names(planned.one(RELEASE).depends_on) == ["node-agents"]
    for kind in (MONITOR, RULE):
        assert names(planned.one(kind).depends_on) == ["gpu", "prometheus"]


def test_the_exporter_runs_beside_every_teams_gpus():
    values = exporter_values()
    assert {toleration["key"] for toleration in values["tolerations"]} == {
        "nvidia.com/gpu",
        "aws.amazon.com/neuron",
        "paved.dev/stack",
        "paved.dev/pool",
    }
    assert "nodeAffinity" in values["affinity"]


def test_there_is_one_scrape_target_and_it_is_ours(planned):
    assert exporter_values()["serviceMonitor"] == {"enabled": False}
    assert planned.one(MONITOR).inputs["spec"] == target_spec()


def test_a_metric_names_the_pod_that_uses_the_gpu():
    [endpoint] = target_spec()["endpoints"]
    assert endpoint["honorLabels"] is True


def test_the_exporter_reads_every_series_that_an_alert_is_about():
    fields = {field for field, _, _ in COUNTERS}
    read_by_alerts = {name for alert in GPU_ALERTS for name in re.findall(r"DCGM_\w+", alert.expression)}
    assert read_by_alerts
    assert read_by_alerts <= fields


def test_a_reader_can_tell_a_busy_gpu_from_a_well_used_one():
    fields = {field for field, _, _ in COUNTERS}
    assert {f"DCGM_FI_PROF_{each}" for each in ("SM_ACTIVE", "SM_OCCUPANCY")} <= fields
    assert {f"DCGM_FI_PROF_NVLINK_{each}_BYTES" for each in ("TX", "RX")} <= fields


def test_reading_the_gpus_is_not_throttled_at_the_charts_fifth_of_a_cpu():
    """Helm merges the limits of a chart with ours, so a limit that is left out is the chart's."""
    assert int(exporter_values()["resources"]["limits"]["cpu"]) >= 1


def test_the_exporter_can_parse_its_counters():
    """It reads three columns, and stops at a line with more; a counter that stands twice is an error too."""
    rows = list(csv.reader(exporter_values()["customMetrics"].splitlines(), skipinitialspace=True))
    assert exporter_values()["customMetrics"] == counters_csv()
    assert all(len(row) == 3 and row[1] in ("counter", "gauge", "label") for row in rows)
    assert len({row[0] for row in rows}) == len(rows) == len(COUNTERS)


def test_nobody_but_its_own_node_asks_the_host_engine(planned):
    policy = planned.one(POLICY).inputs
    assert policy["metadata"]["namespace"] == "kube-system"
    assert policy["spec"] == {
        "podSelector": {"matchLabels": {"k8s-app": "dcgm-server"}},
        "policyTypes": ["Ingress"],
    }
