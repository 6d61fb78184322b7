"""What callers ask goes through KServe's own agent into the collector, and what is kept is read by model health.

The agent is KServe's program (`cmd/agent` of the pinned release), started with the arguments that its webhook gives it;
the model is a server of the test on loopback, and S3 is moto's.
"""

import gzip
import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import boto3
import pytest
from moto import mock_aws

from model_health.inference_log.collector import Collector
from model_health.inference_log.counters import Counters
from model_health.inference_log.server import servers
from model_health.inference_log.settings import Kept, LogSettings
from model_health.inference_log.store import Store
from reference.inference_log import VERSION_ANNOTATION
from tests.live.test_paging import eventually, free_port

AGENT = shutil.which("kserve-agent")
BUCKET = "paved-ranking-dev-inference-111122223333"
SETTINGS = LogSettings(
    bucket=BUCKET, endpoints={"ranker": Kept(sample_percent=100, redact=("email",), mask=("email",))}
)
PREDICT = "/v2/models/ranker/infer"
READY = "/v2/health/ready"


class Model(BaseHTTPRequestHandler):
    """A model server: it answers, fails where it is told to, or streams."""

    def do_GET(self) -> None:
        self._answer(200, b"")

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if asked.get("fail"):
            self._answer(500, b'{"error": "it fails"}')
        elif asked.get("stream"):
            parts = [{"choices": [{"index": 0, "delta": {"content": each}}]} for each in ("Hel", "lo")]
            text = "".join(f"data: {json.dumps(each)}\n\n" for each in parts)
            self._answer(200, f"{text}data: [DONE]\n\n".encode())
        else:
            self._answer(200, b'{"outputs": [{"name": "score", "shape": [1], "data": [0.5]}]}')

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Keep quiet."""


class Asked:
    """An endpoint with its agent and its collector."""

    def __init__(self, port: int, s3: Any, collector: Collector, counters: Counters):
        self._port, self._s3, self._collector, self.counters = port, s3, collector, counters

    def ask(self, body: dict[str, Any], **headers: str) -> int:
        """Ask the endpoint, as a caller does. Returns the status."""
        return self._call("POST", PREDICT, json.dumps(body), {"Content-Type": "application/json", **headers})

    def ask_ready(self) -> int:
        """Ask whether it is ready, as a caller does. Returns the status."""
        return self._call("GET", READY, None, {})

    def _call(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> int:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=10)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            answer.read()
            return answer.status
        finally:
            connection.close()

    def logged(self, events: int) -> list[dict[str, Any]]:
        """The lines in S3 once the collector has so many events."""
        eventually(lambda: self.counters.value("received", endpoint="ranker") >= events, f"{events} events")
        self._collector.close()
        rows = []
        for each in self._s3.list_objects_v2(Bucket=BUCKET).get("Contents", []):
            body = self._s3.get_object(Bucket=BUCKET, Key=each["Key"])["Body"].read()
            rows += [json.loads(line) for line in gzip.decompress(body).splitlines()]
        return rows


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[Asked]:
    """A model, KServe's agent before it, and the collector that the agent sends to."""
    if AGENT is None:
        pytest.skip("kserve-agent is not on PATH (cmd/agent of kserve)")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        s3 = boto3.client("s3", region_name="us-east-1")
        s3.create_bucket(Bucket=BUCKET)
        counters = Counters()
        collector = Collector(SETTINGS, Store(s3, BUCKET, "c0", now, counters), counters, now)
        started = [*servers(collector, counters, (0, 0, 0)), ThreadingHTTPServer(("127.0.0.1", 0), Model)]
        for each in started:
            threading.Thread(target=each.serve_forever, daemon=True).start()
        port = free_port()
        agent = subprocess.Popen(
            [AGENT, *arguments(port, started[0].server_port, started[-1].server_port)],
            env={**os.environ, "SERVING_READINESS_PROBE": readiness(started[-1].server_port)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            eventually(lambda: is_up(port), "the agent")
            yield Asked(port, s3, collector, counters)
        finally:
            agent.kill()
            agent.wait()
            for each in started:
                each.shutdown()
                each.server_close()


def arguments(port: int, events_port: int, model_port: int) -> list[str]:
    """What KServe's webhook starts the agent with (v0.20.0 pkg/webhook/admission/pod/agent_injector.go)."""
    given = {
        "--log-url": f"http://127.0.0.1:{events_port}",
        "--source-uri": "",  # the name of a pod that has none yet
        "--log-mode": "all",
        "--inference-service": "ranker",
        "--namespace": "ranking-dev",
        "--endpoint": "",
        "--component": "predictor",
        "--metadata-annotations": f"{VERSION_ANNOTATION}=ranker/2026-11-03",
        "--logger-tls-skip-verify": "false",
        "--component-port": str(model_port),
        "--port": str(port),
    }
    return [word for pair in given.items() for word in pair]


def readiness(port: int) -> str:
    """The probe of the model's server, which the agent takes over."""
    asked = {"path": READY, "port": port, "host": "127.0.0.1", "scheme": "HTTP"}
    return json.dumps({"httpGet": asked, "timeoutSeconds": 5, "periodSeconds": 5})


def now() -> datetime:
    return datetime.now(UTC)


def is_up(port: int) -> bool:
    """Ask for readiness as the kubelet does."""
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request(
            "GET", READY, headers={"User-Agent": "kube-probe/1.35", "K-Network-Probe": "queue"}
        )
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def test_a_request_that_kserves_agent_tells_of_is_one_redacted_line(endpoint: Asked) -> None:
    body = {"inputs": [{"name": "email", "data": ["ada@example.com"]}, {"name": "age", "data": [41]}]}
    assert endpoint.ask(body, **{"Ce-Id": "order-7"}) == 200
    [line] = endpoint.logged(2)
    assert line["request_id"] == "order-7"
    assert line["inputs"] == {"inputs": [{"name": "age", "data": [41]}]}
    assert line["outputs"]["outputs"][0]["data"] == [0.5]
    assert line["model_version"] == "ranker/2026-11-03"
    assert line["latency_ms"] >= 0
    assert datetime.fromisoformat(line["time"]).tzinfo is not None


def test_each_of_many_requests_is_kept_with_its_own_answer(endpoint: Asked) -> None:
    for number in range(50):
        assert endpoint.ask({"number": number}) == 200
    lines = endpoint.logged(100)
    assert sorted(each["inputs"]["number"] for each in lines) == list(range(50))
    assert all(each["outputs"] for each in lines)
    assert len({each["request_id"] for each in lines}) == 50


def test_a_request_that_fails_is_kept_without_an_answer(endpoint: Asked) -> None:
    assert endpoint.ask({"fail": True}) == 500
    [line] = endpoint.logged(1)
    assert (line["inputs"], line["outputs"]) == ({"fail": True}, None)


def test_an_answer_that_is_streamed_is_kept_whole(endpoint: Asked) -> None:
    assert endpoint.ask({"stream": True, "note": "to ada@example.com"}) == 200
    [line] = endpoint.logged(2)
    assert line["outputs"]["choices"][0]["message"]["content"] == "Hello"
    assert line["inputs"]["note"] == "to [email]"


def test_questions_for_readiness_are_kept_of_nobody(endpoint: Asked) -> None:
    assert endpoint.ask_ready() == 200
    assert endpoint.ask({"one": 1}) == 200
    # The kubelet's, by which the endpoint was found ready, are no events at all.
    assert [each["inputs"] for each in endpoint.logged(4)] == [{"one": 1}]
    assert endpoint.counters.value("empty", endpoint="ranker") == 1
