"""The job as a process of the image would run it, with moto's S3 over HTTP."""

import gzip
import json
from datetime import UTC, datetime

import pytest

from tests.model_health.conftest import NOW, logged

pytest.importorskip("evidently", reason="the libraries of the job's image are not here: `make model-health`")
boto3 = pytest.importorskip("boto3")
moto_server = pytest.importorskip("moto.server", reason="moto's server needs flask")
datasets = pytest.importorskip("sklearn.datasets")

MONITOR = {"name": "inputs", "kind": "data-drift", "threshold": 0.3, "window_hours": 24}


@pytest.fixture
def s3(monkeypatch):
    server = moto_server.ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", f"http://{host}:{port}")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    client = boto3.client("s3", region_name="us-east-1")
    for bucket in ("datasets", "models"):
        client.create_bucket(Bucket=bucket)
    yield client
    server.stop()


def put(s3, folder, frame, key):
    path = folder / "part.parquet"
    frame.to_parquet(path, index=False)
    s3.upload_file(str(path), "datasets", key)


def test_the_job_reads_a_log_of_lines_from_s3(s3, tmp_path):
    from model_health.run import checked
    from model_health.settings import settings_of
    from model_health.storage import Storage

    found = datasets.load_breast_cancer(as_frame=True).data.iloc[:, :5]
    drawn = found.sample(2000, replace=True, random_state=1, ignore_index=True)
    put(s3, tmp_path, drawn, "reference/scorer/part.parquet")
    for folder, rows in (("scorer", drawn * 1.5), ("scorer-b", drawn * 9)):
        times = logged(rows)["time"]
        lines = [
            {"request_id": f"r{index}", "time": times[index].isoformat(), "inputs": inputs}
            for index, inputs in enumerate(rows.to_dict("records"))
        ]
        text = "\n".join(json.dumps(each) for each in lines)
        key = f"{folder}/date={NOW:%Y-%m-%d}/0.jsonl.gz"
        s3.put_object(Bucket="datasets", Key=key, Body=gzip.compress(text.encode()))
    settings = settings_of(
        json.dumps(
            {
                "stack": "s-dev",
                "endpoint": "scorer",
                "log": "s3://datasets/scorer/",
                "reference": "s3://datasets/reference/scorer/",
                "monitors": [MONITOR],
            }
        )
    )
    [inputs] = checked(settings, Storage(region="us-east-1", endpoint=s3.meta.endpoint_url), NOW)
    assert (inputs.state, inputs.rows, inputs.details["sampled"]) == ("failed", 2000, False), inputs.reason


def test_the_job_reads_s3_and_leaves_a_record(s3, tmp_path, monkeypatch):
    from model_health.__main__ import main
    from model_health.records import newest

    found = datasets.load_breast_cancer(as_frame=True).data.iloc[:, :5]
    drawn = found.sample(2000, replace=True, random_state=1, ignore_index=True)
    put(s3, tmp_path, drawn, "reference/scorer/part.parquet")
    put(s3, tmp_path, logged(drawn * 1.5), "log/scorer/2026/part.parquet")
    put(s3, tmp_path, logged(drawn * 9), "log/scorer-b/part.parquet")
    settings = {
        "stack": "s-dev",
        "endpoint": "scorer",
        "log": "s3://datasets/log/scorer/",
        "reference": "s3://datasets/reference/scorer/",
        "monitors": [MONITOR, {**MONITOR, "name": "labels", "kind": "performance", "metric": "f1"}],
    }
    path = tmp_path / "settings.json"
    path.write_text(json.dumps(settings))
    environ = {
        "PAVED_MONITORS": str(path),
        "PAVED_MODELS": "models",
        "AWS_REGION": "us-east-1",
        "AWS_ENDPOINT_URL_S3": s3.meta.endpoint_url,
    }
    assert main(environ, s3, NOW) == 0
    record = newest(s3, "models", "scorer", datetime.now(UTC))
    inputs, labels = record["checks"]
    assert (inputs["state"], inputs["rows"]) == ("failed", 2000)
    assert (labels["state"], labels["reason"]) == (
        "cannot_tell",
        "the inference log has no column prediction",
    )


def test_each_kind_of_monitor_is_measured(health):
    from model_health.settings import KINDS

    assert set(health.MEASURES) == set(KINDS)
