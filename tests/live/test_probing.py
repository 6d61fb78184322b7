"""The real exporter, with the module that the platform gives it, asks a server and says what the objective reads."""

import re
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import quote
from urllib.request import urlopen

import pytest
import yaml

from components.monitoring.probe import KEPT, MODULE
from components.monitoring.prober import prober_values

EXPORTER = shutil.which("blackbox_exporter") or shutil.which("prometheus-blackbox-exporter")
CHART = {
    "prober": "http",
    "timeout": "5s",
    "http": {"valid_http_versions": ["HTTP/1.1", "HTTP/2.0"], "preferred_ip_protocol": "ip4"},
}
"""The module of the chart's own values, with which Helm merges ours: prometheus-blackbox-exporter 11.17.2."""
PATIENCE_SECONDS = 20

Ask = Callable[[str], str]


class Server(BaseHTTPRequestHandler):
    """A model server that is ready, is not, sends elsewhere, or never answers, by the path."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        match self.path:
            case "/ready":
                self.send_response(200)
            case "/elsewhere":
                self.send_response(302)
                self.send_header("Location", "/ready")
            case "/never":
                time.sleep(PATIENCE_SECONDS)
                return
            case _:
                self.send_response(400)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Keep quiet."""


@pytest.fixture
def model_server() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def ask(tmp_path: Path) -> Iterator[Ask]:
    """Have the exporter ask an address; what it says, as Prometheus would read it with the timeout of a probe."""
    if EXPORTER is None:
        pytest.skip("blackbox_exporter is not on PATH (Debian: prometheus-blackbox-exporter)")
    ours = prober_values()["config"]["modules"][MODULE]
    module = {**CHART, "http": {**CHART["http"], **ours["http"]}}
    (tmp_path / "blackbox.yaml").write_text(yaml.safe_dump({"modules": {MODULE: module}}), encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    command = [EXPORTER, "--config.file=blackbox.yaml", f"--web.listen-address={address}"]
    running = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def answer(target: str) -> str:
        url = f"http://{address}/probe?module={MODULE}&target={quote(target, safe='')}"
        with urlopen(url, timeout=PATIENCE_SECONDS) as found:
            return str(found.read().decode())

    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            urlopen(f"http://{address}/-/healthy", timeout=1).close()
            break
        except URLError:
            assert time.monotonic() < end and running.poll() is None, "the exporter does not start"
            time.sleep(0.1)
    yield answer
    running.terminate()
    running.wait()


@pytest.mark.parametrize(
    ("path", "success", "status"),
    [("ready", 1, 200), ("not-ready", 0, 400), ("elsewhere", 0, 302), ("never", 0, 0)],
)
def test_a_probe_succeeds_by_an_answer_of_the_endpoint_itself(
    ask: Ask, model_server: str, path: str, success: int, status: int
):
    said = ask(f"{model_server}/{path}")
    assert f"\nprobe_success {success}\n" in said
    assert f"\nprobe_http_status_code {status}\n" in said


def test_nobody_there_is_a_probe_that_failed_and_not_a_scrape(ask: Ask):
    assert "\nprobe_success 0\n" in ask("http://127.0.0.1:1/ready")


def test_the_series_that_are_kept_are_series_of_the_exporter(ask: Ask, model_server: str):
    names = set(re.findall(r"^(\w+)", ask(f"{model_server}/ready"), re.MULTILINE))
    assert {name for name in names if re.fullmatch(KEPT, name)} == {
        "probe_duration_seconds",
        "probe_http_status_code",
        "probe_success",
    }
