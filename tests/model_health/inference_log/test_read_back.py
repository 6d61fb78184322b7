"""Lines that the collector writes, judged by the monitors that they are kept for."""

import gzip
import json
from datetime import timedelta

import pytest

from model_health.inference_log.collector import Collector
from model_health.inference_log.counters import Counters
from model_health.inference_log.settings import Kept, LogSettings
from model_health.inference_log.store import Store
from tests.model_health.conftest import NOW

pytest.importorskip("evidently", reason="the libraries of the job's image are not here: `make model-health`")
boto3 = pytest.importorskip("boto3")
moto_server = pytest.importorskip("moto.server", reason="moto's server needs flask")
datasets = pytest.importorskip("sklearn.datasets")

BUCKET, REQUESTS = "logged", 1200
MONITORS = [
    {"name": "inputs", "kind": "data-drift", "threshold": 0.3, "window_hours": 24},
    {"name": "clicks", "kind": "performance", "metric": "accuracy", "threshold": 0.9, "window_hours": 24},
]


@pytest.fixture
def s3(monkeypatch):
    server = moto_server.ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", f"http://{host}:{port}")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    client = boto3.client("s3", region_name="us-east-1")
    client.create_bucket(Bucket=BUCKET)
    yield client
    server.stop()


def collected(s3, rows):
    """What callers asked in the last day, with what they said of each answer, through the collector into S3."""
    counters = Counters()
    store = Store(s3, BUCKET, "c0", lambda: NOW, counters)
    settings = LogSettings(bucket=BUCKET, endpoints={"scorer": Kept(sample_percent=100, redact=("ssn",))})
    collector = Collector(settings, store, counters, lambda: NOW)
    for number, row in enumerate(rows.to_dict("records")):
        asked = NOW - timedelta(hours=20) + timedelta(seconds=number)
        halves = {
            "request": (asked, {"instances": [{**row, "ssn": "078-05-1120"}]}),
            "response": (asked + timedelta(milliseconds=8), {"predictions": [number % 2]}),
        }
        for half, (time, body) in halves.items():
            headers = {
                "ce-id": f"r{number}",
                "ce-type": f"org.kubeflow.serving.inference.{half}",
                "ce-time": time.isoformat(),
                "ce-inferenceservicename": "scorer",
            }
            collector.take(headers, json.dumps(body).encode())
        # Every tenth answer was wrong.
        collector.take_feedback(
            "scorer", {"request_id": f"r{number}", "label": (number + (number % 10 == 0)) % 2}
        )
    assert collector.close()


def test_monitors_read_what_the_collector_wrote_and_join_its_feedback(s3, tmp_path):
    from model_health.run import checked
    from model_health.settings import settings_of
    from model_health.storage import Storage

    found = datasets.load_breast_cancer(as_frame=True).data.iloc[:, :5]
    drawn = found.sample(REQUESTS, replace=True, random_state=1, ignore_index=True)
    reference = tmp_path / "reference.parquet"
    drawn.to_parquet(reference, index=False)
    s3.upload_file(str(reference), BUCKET, "reference/part.parquet")
    collected(s3, drawn * 1.5)
    settings = {
        "stack": "s-dev",
        "endpoint": "scorer",
        "log": f"s3://{BUCKET}/scorer/",
        "labels": f"s3://{BUCKET}/feedback/scorer/",
        "reference": f"s3://{BUCKET}/reference/",
        "monitors": MONITORS,
    }
    storage = Storage(region="us-east-1", endpoint=s3.meta.endpoint_url)
    inputs, clicks = checked(settings_of(json.dumps(settings)), storage, NOW)
    assert (inputs.state, inputs.rows) == ("failed", REQUESTS), inputs.reason
    assert (clicks.state, round(clicks.value, 3)) == ("passed", 0.9), clicks.reason
    [written] = s3.list_objects_v2(Bucket=BUCKET, Prefix="scorer/")["Contents"]
    text = gzip.decompress(s3.get_object(Bucket=BUCKET, Key=written["Key"])["Body"].read())
    assert b"r0" in text and b"078-05-1120" not in text
