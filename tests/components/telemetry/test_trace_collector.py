from decimal import Decimal

import pytest

from components.account import Account
from components.monitoring.alerts import alert_group
from components.telemetry.trace_collector import (
    TRACE_ALERTS,
    TraceCollector,
    TraceCollectorArgs,
    collector_values,
)
from tests.components.monitoring.conftest import promtool, simulate_alert
from tests.image_names import PUBLISHED

__all__ = ["promtool", "simulate_alert"]

ARGS = TraceCollectorArgs(
    version="0.170.0",
    kubernetes_version="1.35",
    image_names=PUBLISHED,
    account=Account(id="111122223333", region="us-east-1", partition="aws"),
    sample_percent=Decimal(10),
    team="platform",
    labels={"team": "platform"},
    after=[],
    monitoring=[],
    protect=True,
)
VALUES = collector_values(ARGS)
UP = 'up{job="opentelemetry-collector",pod="%s"}'
REFUSED = 'otelcol_receiver_refused_spans_total{pod="a",receiver="otlp"}'
FAILED = 'otelcol_exporter_send_failed_spans_total{pod="a",exporter="otlp_http"}'
NOT_QUEUED = 'otelcol_exporter_enqueue_failed_spans_total{pod="a",exporter="otlp_http"}'


@pytest.fixture
def planned(plan_program):
    return plan_program(lambda: TraceCollector("traces", ARGS))


def test_one_of_two_collectors_may_go():
    assert VALUES["replicaCount"] == 2
    assert VALUES["podDisruptionBudget"] == {"enabled": True, "minAvailable": 1}


def test_the_collector_has_no_capability_and_writes_no_file():
    assert VALUES["podSecurityContext"]["runAsNonRoot"]
    assert VALUES["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "readOnlyRootFilesystem": True,
    }


def test_ports_of_other_protocols_are_closed():
    closed = {name for name, port in VALUES["ports"].items() if not port["enabled"]}
    assert closed == {"jaeger-compact", "jaeger-grpc", "jaeger-thrift", "zipkin"}


def test_the_collector_reads_pods_and_nothing_else_of_the_cluster(planned):
    [rule] = planned.one("kubernetes:rbac.authorization.k8s.io/v1:ClusterRole").inputs["rules"]
    assert rule == {"apiGroups": [""], "resources": ["pods"], "verbs": ["get", "list", "watch"]}
    binding = planned.one("kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding")
    [subject] = binding.inputs["subjects"]
    assert (subject["namespace"], subject["name"]) == ("tracing", VALUES["serviceAccount"]["name"])


def test_namespaces_that_may_send_reach_it_and_no_others(planned):
    spec = planned.one("kubernetes:networking.k8s.io/v1:NetworkPolicy").inputs["spec"]
    assert (spec["podSelector"], spec["policyTypes"]) == ({}, ["Ingress"])
    opened = [
        (
            rule["from"][0]["namespaceSelector"]["matchLabels"],
            [port["port"] for port in rule["ports"]],
        )
        for rule in spec["ingress"]
    ]
    assert opened == [
        ({"calls.paved.dev/tracing": "true"}, [4317, 4318]),
        ({"kubernetes.io/metadata.name": "monitoring"}, [8888]),
    ]


def test_every_rule_of_traces_passes_the_linter(promtool):
    groups = {"groups": [alert_group("traces", TRACE_ALERTS, team="platform")]}
    found = promtool("check", "rules", "--lint=all", "--lint-fatal", "rules.yaml", rules=groups)
    assert f"SUCCESS: {len(TRACE_ALERTS)} rules found" in found


@pytest.mark.parametrize(
    ("alert", "series", "firing"),
    [
        ("TraceCollectorDown", {}, True),
        ("TraceCollectorDown", {UP % "a": "0x600", UP % "b": "0x600"}, True),
        ("TraceCollectorDown", {UP % "a": "0x600", UP % "b": "1x600"}, False),
        ("TracesRefused", {REFUSED: "0+5x600"}, True),
        ("TracesRefused", {REFUSED: "5x600"}, False),
        ("TracesNotKept", {FAILED: "0+5x600"}, True),
        ("TracesNotKept", {NOT_QUEUED: "0+5x600"}, True),
        ("TracesNotKept", {FAILED: "5x600", NOT_QUEUED: "7x600"}, False),
        ("TracesNotKept", {FAILED: "5x600"}, False),
    ],
)
def test_an_alert_fires_where_spans_are_lost(simulate_alert, alert, series, firing):
    simulate_alert(TRACE_ALERTS, alert, series, firing=firing)
