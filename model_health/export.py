"""An exporter of the newest records of a team's endpoints, which the job has left in S3.

It imports nothing that the job's checks need, so that it runs in 64 MiB.
"""

import os
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import boto3

from model_health.records import newest
from model_health.series import exposition

PORT = 8002
"""The one that Triton has its metrics on, which a team's network policies open to Prometheus."""

LONGEST_AGE_SECONDS = 120
"""The time for which records are not read again, however often they are scraped."""


class Records:
    """The newest record of each endpoint. One that cannot be read now is none: an old one would pass for new."""

    def __init__(self, s3: Any, bucket: str, endpoints: list[str], clock: Callable[[], datetime]):
        self._s3, self._bucket, self._endpoints, self._clock = s3, bucket, endpoints, clock
        self._read_at: datetime | None = None
        self._found: Mapping[str, Mapping[str, Any] | None] = {}

    def text(self) -> str:
        """The series as of now."""
        now = self._clock()
        if self._read_at is None or (now - self._read_at).total_seconds() > LONGEST_AGE_SECONDS:
            self._found = {each: self._record(each, now) for each in self._endpoints}
            self._read_at = now
        return exposition(self._found)

    def _record(self, endpoint: str, now: datetime) -> Mapping[str, Any] | None:
        try:
            return newest(self._s3, self._bucket, endpoint, now)
        except Exception as error:  # of the network, of S3, or of a record: the next scrape tries again
            sys.stderr.write(f"the record of {endpoint} cannot be read: {error}\n")
            return None


def handler(records: Records) -> type[BaseHTTPRequestHandler]:
    """A handler of `GET /metrics`, and of `GET /healthz` without a look into S3."""

    class Metrics(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known: dict[str, Callable[[], str]] = {"/metrics": records.text, "/healthz": lambda: "ok\n"}
            answer = known.get(self.path)
            body = answer().encode() if answer else b"not found\n"
            self.send_response(200 if answer else 404)
            self.send_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Log no scrape."""

    return Metrics


def main(environ: Mapping[str, str]) -> None:
    """Serve until the pod ends."""
    endpoints = environ["PAVED_ENDPOINTS"].split(",")
    records = Records(boto3.client("s3"), environ["PAVED_MODELS"], endpoints, lambda: datetime.now(UTC))
    ThreadingHTTPServer(("", PORT), handler(records)).serve_forever()


if __name__ == "__main__":
    main(os.environ)
