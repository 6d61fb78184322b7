"""A planted fault goes from a series to a page to its runbook, through a real Prometheus and a real Alertmanager.

The rules and the routes are those of an endpoint and its team; both programs are Debian's. Waits of the rules and of
the routes are cut to a second. The series come from an exporter of the test on loopback, which also takes the pages.
"""

import json
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest
import yaml

from components.monitoring.endpoint_rules import endpoint_groups
from components.monitoring.receivers import AlertReceivers, AlertReceiversArgs, Receiver
from components.monitoring.routing import AlertRouting, AlertRoutingArgs
from tests.components.monitoring.alertmanager_yml import alertmanager_yml
from tests.components.monitoring.objectives import detector

PROMETHEUS = shutil.which("prometheus")
ALERTMANAGER = shutil.which("prometheus-alertmanager") or shutil.which("alertmanager")
CONFIG = "kubernetes:monitoring.coreos.com/v1alpha1:AlertmanagerConfig"
ADDRESS = "https://git.example.com/ml/paved/blob/main/docs/runbooks"
ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 60
DETECTOR = detector(escalation="vision-primary")


class Loopback:
    """An exporter of what it is told, and a sink of what Alertmanager posts."""

    def __init__(self) -> None:
        self.available = 1
        self.posted: list[tuple[str, dict[str, Any]]] = []
        here = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                labels = '{namespace="vision-prod",deployment="detector-predictor"}'
                self._answer(f"kube_deployment_status_replicas_available{labels} {here.available}\n".encode())

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                here.posted.append((self.path, json.loads(body)))
                self._answer(b"")

            def _answer(self, body: bytes) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/plain; version=0.0.4")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Keep quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def pages(self, status: str) -> dict[str, list[dict[str, Any]]]:
        """The alerts of a status that were posted, by the path of their receiver."""
        found: dict[str, list[dict[str, Any]]] = {}
        for path, body in list(self.posted):
            if body["status"] == status:
                found.setdefault(path, []).extend(body["alerts"])
        return found


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def eventually(holds: Any, what: str) -> None:
    """Ask until it holds. Fails after `PATIENCE_SECONDS`."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < until, f"waited in vain for {what}"
        threading.Event().wait(0.2)


def is_ready(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/-/ready", timeout=1) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def hurried(groups: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rules, evaluated each second and without their waits."""
    rules = [{**rule, "for": "0s"} if "for" in rule else rule for group in groups for rule in group["rules"]]
    return [{"name": "all", "interval": "1s", "rules": rules}]


def quick(route: dict[str, Any]) -> dict[str, Any]:
    """A route that sends at once, and those below it."""
    sooner = {key: "1s" for key in ("group_wait", "group_interval") if key in route}
    return {**route, **sooner, "routes": [quick(each) for each in route.get("routes", [])]}


@pytest.fixture
def configs(plan_program: Any) -> list[dict[str, Any]]:
    """The routes of a team with a pager and a tracker."""
    mail = {"topic_arn": "arn:aws:sns:us-east-1:111122223333:t", "region": "us-east-1", "labels": {}}
    receivers = [
        Receiver(name="vision-primary", kind="pagerduty", secret="pager", takes=["page"]),
        Receiver(name="vision-tracker", kind="jira", secret="tracker", takes=["ticket"]),
    ]

    def program() -> None:
        AlertRouting("team", AlertRoutingArgs(namespace="vision-prod", **mail))
        AlertReceivers(
            "team",
            AlertReceiversArgs(
                namespace="vision-prod", receivers=receivers, hours=None, windows=[], labels={}
            ),
        )

    return [each.inputs for each in plan_program(program).of(CONFIG)]


@pytest.fixture
def loopback(tmp_path: Path, configs: list[dict[str, Any]]) -> Iterator[Loopback]:
    """Prometheus and Alertmanager with our rules and routes, around an exporter that is also the sink."""
    if PROMETHEUS is None or ALERTMANAGER is None:
        pytest.skip(
            "prometheus and alertmanager are not on PATH (Debian: prometheus, prometheus-alertmanager)"
        )
    made, alertmanager, prometheus = Loopback(), free_port(), free_port()
    routes = alertmanager_yml(configs, webhook=f"http://127.0.0.1:{made.port}")
    routes["route"] = quick({"group_wait": "1s", "group_interval": "1s", **routes["route"]})
    written = {
        "alertmanager.yml": routes,
        "rules.yml": {"groups": hurried(endpoint_groups(DETECTOR))},
        "prometheus.yml": {
            "global": {
                "scrape_interval": "1s",
                "evaluation_interval": "1s",
                "external_labels": {"runbooks": ADDRESS},
            },
            "rule_files": ["rules.yml"],
            "alerting": {
                "alert_relabel_configs": [{"action": "labeldrop", "regex": "runbooks"}],
                "alertmanagers": [{"static_configs": [{"targets": [f"127.0.0.1:{alertmanager}"]}]}],
            },
            "scrape_configs": [
                {
                    "job_name": "vision-prod/detector",
                    "honor_labels": True,
                    "static_configs": [{"targets": [f"127.0.0.1:{made.port}"]}],
                }
            ],
        },
    }
    for name, content in written.items():
        (tmp_path / name).write_text(yaml.safe_dump(content), encoding="utf-8")
    commands = (
        [
            ALERTMANAGER,
            "--config.file=alertmanager.yml",
            "--storage.path=alerts",
            f"--web.listen-address=127.0.0.1:{alertmanager}",
            "--cluster.listen-address=",
        ],
        [
            PROMETHEUS,
            "--config.file=prometheus.yml",
            "--storage.tsdb.path=series",
            # Prometheus knows of Alertmanager only seconds after it is ready: what it sends before is lost.
            "--rules.alert.resend-delay=3s",
            f"--web.listen-address=127.0.0.1:{prometheus}",
        ],
    )
    running = [
        subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for command in commands
    ]
    try:
        eventually(lambda: is_ready(alertmanager) and is_ready(prometheus), "both to be ready")
        yield made
    finally:
        for process in running:
            process.terminate()
            process.wait(timeout=30)
        made.server.shutdown()
        made.server.server_close()


def test_a_planted_fault_goes_from_series_to_page_to_runbook(loopback: Loopback) -> None:
    loopback.available = 0
    pager = "/vision-prod/receiver-vision-primary/vision-primary"
    eventually(lambda: pager in loopback.pages("firing"), "the page")
    alert = loopback.pages("firing")[pager][0]
    assert alert["labels"]["alertname"] == "EndpointDown"
    assert alert["labels"]["escalation"] == "vision-primary"
    assert "runbooks" not in alert["labels"]
    address = alert["annotations"]["runbook_url"]
    assert address == f"{ADDRESS}/EndpointDown.md"
    assert (ROOT / "docs" / "runbooks" / address.rpartition("/")[2]).exists()

    loopback.available = 1
    eventually(lambda: pager in loopback.pages("resolved"), "the end of the page")
    told = {path for path, _ in loopback.posted}
    # The mail of the same severity, and nobody whose severity it is not.
    assert told == {pager, "/vision-prod/alerts/page"}
    names = {each["labels"]["alertname"] for alerts in loopback.pages("firing").values() for each in alerts}
    assert names == {"EndpointDown"}
