"""The series that are kept long are those that objectives, monitors and the month's report read, and no others."""

import re
from dataclasses import replace

import pytest

from components.model_health.alerts import rule_group
from components.monitoring.endpoint_rules import endpoint_groups
from components.monitoring.prometheus_values import MetricsStore, prometheus_values
from components.monitoring.remote_write import RemoteStore, kept_names
from paved.operations.exports import EXPORTS
from tests.components.model_health.test_model_health import ALL_KINDS, ARGS
from tests.components.monitoring.objectives import detector, fresh, groups_of, latency

STORE = MetricsStore(
    cluster_name="cluster", storage_class="gp3", retention_days=40, storage_gib=400, replicas=2
)

KEPT = replace(STORE, kept=RemoteStore(url="https://amp.example/api/v1/remote_write", region="us-east-1"))
SPEC = prometheus_values(KEPT)["prometheus"]["prometheusSpec"]
SERIES = re.compile(r"\b((?:ALERTS|DCGM|kube|kueue|karpenter|model_health|slo:|sloth)[\w:]*)(?=[{\[ )]|$)")
LABELS = {"sloth_id", "sloth_service", "sloth_slo", "sloth_window", "sloth_severity", "model"}


def is_kept(series):
    return re.fullmatch(kept_names(), series) is not None


def series_of(query):
    """The names of series in a query. Text in quotes holds none."""
    return set(SERIES.findall(re.sub(r"\"[^\"]*\"|'[^']*'", "", query))) - LABELS


@pytest.mark.parametrize("export", EXPORTS, ids=lambda export: export.name)
def test_what_the_months_report_asks_for_is_kept(export):
    found = series_of(export.query)
    assert found
    assert [name for name in found if not is_kept(name)] == []


def test_what_rules_record_of_objectives_is_kept():
    groups = [*endpoint_groups(detector(runtime="mlserver", others=[latency])), *groups_of(fresh())]
    recorded = {rule["record"] for group in groups for rule in group["rules"] if "record" in rule}
    assert recorded
    # Another's inventory of endpoints is an instrument of alerts; nobody reads it a year later.
    assert [name for name in sorted(recorded) if not is_kept(name) and not name.startswith("endpoint")] == []


def test_what_monitors_of_models_say_is_kept():
    rules = rule_group(ARGS, "ranking-dev", ALL_KINDS)["rules"]
    found = {name for rule in rules for name in series_of(rule["expr"]) if name.startswith("model_health")}
    assert found
    assert all(map(is_kept, found))


@pytest.mark.parametrize(
    "name",
    [
        "container_cpu_usage_seconds_total",
        "apiserver_request_duration_seconds_bucket",
        "slo",
        "upper",
        "xslo:a",
    ],
)
def test_what_nobody_reads_later_is_not_kept(name):
    assert not is_kept(name)


def test_two_replicas_are_kept_as_one():
    assert SPEC["replicaExternalLabelName"] == "__replica__"
    assert SPEC["externalLabels"]["cluster"] == "cluster"


def test_prometheus_signs_what_it_writes_and_sends_no_address_of_runbooks():
    [write] = SPEC["remoteWrite"]
    assert write["sigv4"] == {"region": "us-east-1"}
    keep, drop = write["writeRelabelConfigs"]
    assert (keep["action"], keep["sourceLabels"]) == ("keep", ["__name__"])
    assert drop == {"action": "labeldrop", "regex": "runbooks"}


def test_the_charts_alerts_of_the_same_faults_give_way():
    def disabled(store):
        return set(prometheus_values(store)["defaultRules"]["disabled"])

    assert disabled(KEPT) - disabled(STORE) == {
        "PrometheusRemoteStorageFailures",
        "PrometheusRemoteWriteBehind",
    }


def test_nothing_is_written_where_nobody_keeps():
    assert "remoteWrite" not in prometheus_values(STORE)["prometheus"]["prometheusSpec"]
