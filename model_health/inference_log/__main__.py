"""The process: serve, write every minute, and write what is left when the pod ends."""

import os
import signal
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from typing import Any

import boto3

from model_health.inference_log.collector import Collector
from model_health.inference_log.counters import Counters
from model_health.inference_log.server import EVENTS_PORT, FEEDBACK_PORT, METRICS_PORT, servers
from model_health.inference_log.settings import log_settings_of
from model_health.inference_log.store import Store

FLUSH_SECONDS = 60
DRAIN_SECONDS = 10.0
"""For which agents still reach a pod that ends, until every node has dropped it from the Service."""
PORTS = (EVENTS_PORT, FEEDBACK_PORT, METRICS_PORT)


def main(
    environ: Mapping[str, str],
    s3: Any,
    ended: Event,
    ports: tuple[int, int, int] = PORTS,
    drain: float = DRAIN_SECONDS,
) -> int:
    """Collect until `ended` is set. Returns an exit code: 1 where S3 did not take what was left."""
    settings = log_settings_of(Path(environ["PAVED_INFERENCE_LOG"]).read_text(encoding="utf-8"))
    counters = Counters()
    store = Store(s3, settings.bucket, environ["HOSTNAME"], now, counters)
    collector = Collector(settings, store, counters, now)
    doors = servers(collector, counters, ports)
    for door in doors:
        Thread(target=door.serve_forever, daemon=True).start()
    sys.stderr.write(f"collecting for {', '.join(settings.endpoints)}\n")
    while not ended.wait(FLUSH_SECONDS):
        collector.flush()
    for door in doors:
        door.ending = True
    time.sleep(drain)
    for door in doors:
        door.shutdown()
        door.server_close()
    return 0 if collector.close() else 1


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


if __name__ == "__main__":
    stop = Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    sys.exit(main(os.environ, boto3.client("s3"), stop))
