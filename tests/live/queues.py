"""A stand-in for SQS on the address at which the cluster's pods reach this process."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.live.cluster import Cluster


class StandIn(ThreadingHTTPServer):
    """Answers how many messages its one queue has, and counts how often it was asked."""

    def __init__(self, host: str):
        super().__init__((host, 0), Answer)
        self.messages = 0
        self.asked = 0

    @property
    def url(self) -> str:
        """The address of the service."""
        host, port = self.server_address[:2]
        return f"http://{host!s}:{port}"


class Answer(BaseHTTPRequestHandler):
    """GetQueueAttributes, in SQS's JSON protocol."""

    server: StandIn

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.asked += 1
        visible = {"ApproximateNumberOfMessages": str(self.server.messages)}
        hidden = {"ApproximateNumberOfMessagesNotVisible": "0", "ApproximateNumberOfMessagesDelayed": "0"}
        body = json.dumps({"Attributes": {**visible, **hidden}}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@contextmanager
def stand_in(cluster: Cluster) -> Iterator[StandIn]:
    """A queue without messages."""
    server = StandIn(reached_at(cluster))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def reached_at(cluster: Cluster) -> str:
    """This machine's address to pods: on the network of kind's nodes, or loopback where operators run beside it."""
    for node in cluster.items("nodes"):
        if node["spec"].get("providerID", "").startswith("kind://"):
            [address, *_] = [
                each["address"] for each in node["status"]["addresses"] if each["type"] == "InternalIP"
            ]
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
                probe.connect((address, 9))  # sends nothing: it only chooses the address to send from
                return str(probe.getsockname()[0])
    return "127.0.0.1"
