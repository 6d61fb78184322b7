"""A real Prometheus answers the queries over series as the exporters write them, and the report reads its answers."""

import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

import pytest

from paved.operations.building import operations_report
from paved.operations.exports import export_script
from paved.operations.goodput import GpuUse
from paved.operations.gpu_prices import GpuPrices
from paved.operations.sources import read_sources
from tests.paved.operations.world import DETECTOR, at, period

MINUTES = 24 * 60
PHASES = ("Pending", "Running", "Succeeded", "Failed", "Unknown")
TOOLS = ("prometheus", "promtool", "curl")


class Series:
    """Series as they are scraped once a minute of 1 November, in the OpenMetrics text format."""

    def __init__(self):
        self._families = defaultdict(list)

    def add(self, name, first, last, value=1, **labels):
        """A value from one minute to another, the last left out."""
        text = ",".join(f'{key}="{each}"' for key, each in labels.items())
        for minute in range(first, last):
            moment = at(1) + timedelta(minutes=minute)
            self._families[name].append(f"{name}{{{text}}} {value} {moment.timestamp():.0f}")

    def text(self):
        """The whole text."""
        lines = [line for family in self._families.values() for line in family]
        return "\n".join([*lines, "# EOF", ""])

    def node(self, name, gpus, first, last, pool):
        """A node of the vision team, as kube-state-metrics shows it."""
        labels = {"node": name, "job": "kube-state-metrics", "instance": "ksm:8080"}
        self.add("kube_node_status_allocatable", first, last, gpus, resource="nvidia_com_gpu", **labels)
        self.add("kube_node_status_allocatable", first, last, 192, resource="cpu", **labels)
        of_pool = {"label_paved_dev_stack": "vision-prod", "label_paved_dev_pool": pool}
        self.add("kube_node_labels", first, last, 1, label_paved_dev_accelerator="h100", **of_pool, **labels)

    def pod(self, name, node, gpus, phases, job):
        """A pod, as kube-state-metrics shows it: (phase, first minute, last minute)."""
        labels = {"namespace": "vision-prod", "pod": name}
        first, last = phases[0][1], phases[-1][2]
        request = {**labels, "container": "main", "node": node, "unit": "integer"}
        self.add(
            "kube_pod_container_resource_requests", first, last, gpus, resource="nvidia_com_gpu", **request
        )
        self.add("kube_pod_container_resource_requests", first, last, 64, resource="cpu", **request)
        self.add("kube_pod_owner", first, last, 1, owner_kind="Job", owner_name=job, **labels)
        for phase in PHASES:
            for of_phase, begin, end in phases:
                self.add("kube_pod_status_phase", begin, end, int(phase == of_phase), phase=phase, **labels)

    def gpu(self, number, first, last, util, pod="", throttled=False):
        """A GPU, as DCGM's exporter shows it: of its own pod, where no other holds the GPU."""
        holder = (
            {"namespace": "vision-prod", "pod": pod} if pod else {"namespace": "node-agents", "pod": "dcgm-a"}
        )
        labels = {"gpu": number, "UUID": f"GPU-{number}", "Hostname": "n1", **holder}
        self.add("DCGM_FI_DEV_GPU_UTIL", first, last, util, **labels)
        self.add("DCGM_FI_PROF_SM_ACTIVE", first, last, util / 200, **labels)
        if throttled:
            self.add("DCGM_EXP_CLOCK_EVENTS_COUNT", first, last, 3, clock_event="hw_thermal", **labels)
        self.add("DCGM_EXP_CLOCK_EVENTS_COUNT", first, last, 3, clock_event="power_cap", **labels)


def the_day():
    """A day of a node of four GPUs: a run that is lost, waiting, a run that ends, and an incident meanwhile."""
    series = Series()
    series.node("n1", 4, 0, MINUTES, "h100")
    series.pod("a", "n1", 4, [("Pending", 0, 60), ("Running", 60, 660), ("Failed", 660, MINUTES)], "finetune")
    series.pod("b", "n1", 4, [("Running", 720, 1020), ("Succeeded", 1020, MINUTES)], "finetune")
    for number in range(4):
        series.gpu(number, 0, 60, 0)
        series.gpu(number, 60, 660, 90, pod="a")
        series.gpu(number, 660, 720, 0)
        # One GPU of the second run is throttled, and one never used.
        series.gpu(number, 720, 1020, 0 if number == 3 else 90, pod="b", throttled=number == 2)
        series.gpu(number, 1020, MINUTES, 0)
    series.add("ALERTS", 0, MINUTES, alertname="Watchdog", alertstate="firing", severity="none")
    of_endpoint = {"sloth_service": DETECTOR, "tier": "1", "team": "vision", "namespace": "vision-prod"}
    for alertstate, first, last in (("pending", 598, 600), ("firing", 600, 622)):
        series.add(
            "ALERTS",
            first,
            last,
            alertname="EndpointDown",
            severity="page",
            alertstate=alertstate,
            **of_endpoint,
        )
    series.add("ALERTS", 0, 900, alertname="GpuIdle", severity="ticket", alertstate="firing")
    slo = {"sloth_id": f"{DETECTOR}-availability", "sloth_service": DETECTOR, "sloth_slo": "availability"}
    series.add("slo:sli_requests:rate5m", 0, MINUTES, 50, sloth_window="5m", **slo)
    series.add("slo:sli_failures:rate5m", 0, MINUTES, 0.02, sloth_window="5m", **slo)
    series.add("slo:objective:ratio", 0, MINUTES, 0.999, **slo)
    for instance in ("kueue-a:8443", "kueue-b:8443"):
        queue = {"cluster_queue": "vision-prod", "instance": instance}
        series.add("kueue_cluster_queue_resource_pending", 660, 720, 4, resource="nvidia.com/gpu", **queue)
        series.add("kueue_cluster_queue_resource_pending", 660, 720, 99, resource="cpu", **queue)
    series.add(
        "kueue_evicted_workloads_total",
        659,
        MINUTES,
        1,
        cluster_queue="vision-prod",
        reason="Preempted",
        instance="kueue-a:8443",
    )
    return series.text()


@pytest.fixture
def prometheus(tmp_path):
    """The address of a Prometheus that holds the day."""
    lacking = [tool for tool in TOOLS if shutil.which(tool) is None]
    if lacking:
        pytest.skip(f"{', '.join(lacking)} is not on PATH (Debian packages `prometheus` and `curl`)")
    (tmp_path / "day.txt").write_text(the_day(), encoding="utf-8")
    (tmp_path / "prometheus.yaml").write_text("{}", encoding="utf-8")
    command = ["promtool", "tsdb", "create-blocks-from", "openmetrics", "day.txt", "data"]
    subprocess.run(command, check=True, capture_output=True, cwd=tmp_path)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    server = subprocess.Popen(
        [
            "prometheus",
            "--config.file=prometheus.yaml",
            "--storage.tsdb.path=data",
            "--storage.tsdb.retention.time=100y",
            f"--web.listen-address={address}",
        ],
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(f"http://{address}/-/ready", server)
        yield f"http://{address}"
    finally:
        server.terminate()
        server.wait(timeout=30)


def wait_for(url, server):
    """Ask until there is an answer. A server that ends, or gives none in a minute, is a failure."""
    until = time.monotonic() + 60
    while server.poll() is None and time.monotonic() < until:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    pytest.fail("Prometheus did not become ready")


def test_a_real_prometheus_exports_what_the_report_finds_again(prometheus, tmp_path, organisation):
    of = period(1)
    exports = tmp_path / "exports"
    exports.mkdir()
    (exports / "exports.sh").write_text(export_script(organisation, of), encoding="utf-8")
    subprocess.run(["sh", "exports.sh", "platform-prod", prometheus], check=True, cwd=exports)
    sources = read_sources(exports, organisation, of)
    report = operations_report(sources, None, GpuPrices(by_pool={}, basis="test"))
    figures = next(scope for scope in report.scopes if scope.scope == "vision").figures

    [row] = figures.gpus
    assert row.use.total == 4 * of.steps
    # A sample tells of the five minutes before it: of 12 an hour, none is lost and none counted twice.
    assert row.use == GpuUse(
        waited=4 * 11,
        repeated=4 * 120,
        unallocated=4 * (12 + 85),
        useful=2 * 60,
        throttled=60,
        idle=60,
    )
    [down] = figures.incidents.begun
    assert (down.subject, down.start, down.tier) == (DETECTOR, at(1, 9, 55), "1")
    assert down.duration == timedelta(minutes=30)
    [detector] = figures.objectives
    assert detector.attained == pytest.approx(0.9996)
    assert figures.evictions == {"Preempted": 1}
    # An hour, and a step in which Prometheus still believes in a series that no scrape said was gone.
    assert report.platform.figures.gpus[0].pending_hours == Decimal(4 * 13) / 12
    assert report.platform.figures.gpus[0].sm_active == pytest.approx(
        0.45 * (120 * 4 + 60 * 3) / (180 * 4), rel=0.01
    )
    assert report.seen == {"platform-prod": 1.0, "platform-dev": None, "platform-risk": None}
