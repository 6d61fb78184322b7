"""The three doors of a collector: events of agents, feedback of callers, and metrics. Each has a port of its own."""

import json
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import BoundedSemaphore
from typing import Any

from model_health.inference_log.collector import BadFeedback, Collector, StoreFull, UnknownEndpoint
from model_health.inference_log.counters import Counters

EVENTS_PORT, FEEDBACK_PORT, METRICS_PORT = 8081, 8080, 8002
"""Network policies tell who reaches which. Metrics are where Triton has them, which Prometheus may reach."""

MOST_BODY_BYTES, MOST_FEEDBACK_BYTES = 4 * 2**20, 2**16
MOST_BODIES = 8
"""Those of agents that are read and taken at one time: beyond, agents wait, and the memory holds."""
MOST_CONNECTIONS = 2048
"""Of one door, each with a thread. An agent has no more than five."""
IDLE_SECONDS = 120


class Doorway(ThreadingHTTPServer):
    """The server of one door, which holds no more connections than memory lets it, and none once it is `ending`."""

    daemon_threads = True  # an agent's kept connection must not keep a pod that ends
    request_queue_size = 128
    ending = False

    def __init__(self, port: int, door: type["Door"]):
        super().__init__(("", port), door)
        self._room = BoundedSemaphore(MOST_CONNECTIONS)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Take a connection, or end it where there is no room."""
        if self._room.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve a connection to its end, and make room."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._room.release()


class Door(BaseHTTPRequestHandler):
    """HTTP/1.1 with connections that are kept, as agents do, and no line for each request."""

    protocol_version = "HTTP/1.1"
    timeout = IDLE_SECONDS
    most_bytes = 0
    server: Doorway

    def body(self) -> bytes | None:
        """The body; None for one that is refused or cut off, whose connection ends, for it is not read."""
        text = self.headers.get("Content-Length", "")
        known = text.isdecimal() and len(text) <= len(str(MOST_BODY_BYTES))
        if known and int(text) <= self.most_bytes:
            found = self.rfile.read(int(text))
            self.close_connection = len(found) < int(text)
            return None if self.close_connection else found
        self.close_connection = True
        self.answer(
            413 if text.isdecimal() else 411, f"a body has its length, of at most {self.most_bytes} bytes\n"
        )
        return None

    def answer(self, status: int, text: str = "", kind: str = "text/plain; charset=utf-8") -> None:
        """Answer in full."""
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if self.server.ending:  # so that an agent goes to another collector with its next event
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Log no request."""


def events(collector: Collector, counters: Counters) -> type[Door]:
    """The door of agents, who take 200 alone for an answer and try nothing twice."""

    room = BoundedSemaphore(MOST_BODIES)

    class Events(Door):
        most_bytes = MOST_BODY_BYTES

        def do_POST(self) -> None:
            with room:
                body = self.body()
                if body is None:
                    counters.add("dropped", endpoint="", reason="too_large")
                    return
                collector.take(self.headers, body)  # type: ignore[arg-type]  # a mapping of text, but for its stubs
            self.answer(200)

    return Events


def feedback(collector: Collector) -> type[Door]:
    """The door of callers: `POST /feedback/ENDPOINT`, one at a time."""

    class Feedback(Door):
        most_bytes = MOST_FEEDBACK_BYTES

        def do_POST(self) -> None:
            body = self.body()
            if body is None:
                return
            folder, _, endpoint = self.path.lstrip("/").partition("/")
            if folder != "feedback":
                self.answer(404, "POST /feedback/ENDPOINT\n")
                return
            self.answer(*self._taken(endpoint, body))

        def _taken(self, endpoint: str, body: bytes) -> tuple[int, str]:
            try:
                collector.take_feedback(endpoint, json.loads(body))
            except UnknownEndpoint:
                return 404, "no endpoint of this name has a log here\n"
            except BadFeedback as reason:
                return 400, f"{reason}\n"
            except (ValueError, RecursionError):
                return 400, "it is no JSON\n"
            except StoreFull:
                return 503, "there is no room now: try again later\n"
            return 204, ""

    return Feedback


def metrics(counters: Counters) -> type[Door]:
    """The door of Prometheus and of the kubelet."""

    class LogMetrics(Door):
        def do_GET(self) -> None:
            known: dict[str, Callable[[], str]] = {"/metrics": counters.text, "/healthz": lambda: "ok\n"}
            found = known.get(self.path)
            kind = "text/plain; version=0.0.4; charset=utf-8"
            self.answer(200 if found else 404, found() if found else "not found\n", kind)

    return LogMetrics


def servers(collector: Collector, counters: Counters, ports: tuple[int, int, int]) -> list[Doorway]:
    """The servers of the three doors, not yet started."""
    doors = (events(collector, counters), feedback(collector), metrics(counters))
    return [Doorway(port, door) for port, door in zip(ports, doors, strict=True)]
