"""A collector of a test, what it is sent, and what it wrote."""

import gzip
import json
from datetime import UTC, datetime

from model_health.inference_log.collector import Collector
from model_health.inference_log.counters import Counters
from model_health.inference_log.settings import Kept, LogSettings
from model_health.inference_log.store import Store

BUCKET = "paved-ranking-dev-inference-111122223333"
NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
SETTINGS = LogSettings(
    bucket=BUCKET,
    endpoints={
        "ranker": Kept(sample_percent=100, redact=("email",), mask=("email",)),
        "scorer": Kept(sample_percent=25),
    },
)


class Clock:
    """A time that a test moves."""

    def __init__(self):
        self.now = NOON

    def __call__(self):
        return self.now


def made(s3, settings=SETTINGS):
    clock, counters = Clock(), Counters()
    store = Store(s3, BUCKET, "collector-0", clock, counters)
    return Collector(settings, store, counters, clock), counters, clock


def headers(half, request="r1", endpoint="ranker", time="2026-11-30T12:00:00Z"):
    return {
        "ce-id": request,
        "ce-type": f"org.kubeflow.serving.inference.{half}",
        "ce-time": time,
        "ce-inferenceservicename": endpoint,
        "ce-annotations": '{"paved.dev/model-version": "ranker/2026-11-03"}',
    }


def rows(s3, prefix=""):
    found = {}
    for each in s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix).get("Contents", []):
        text = gzip.decompress(s3.get_object(Bucket=BUCKET, Key=each["Key"])["Body"].read()).decode()
        found[each["Key"]] = [json.loads(line) for line in text.splitlines()]
    return found
