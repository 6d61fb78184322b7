import json

import pytest

from paved.samples.programs import forecast


class Bucket:
    """Objects of one bucket, by the calls of S3 that the program makes."""

    def __init__(self):
        self.objects = {}

    def list_objects_v2(self, **call):
        found = [{"Key": key} for key in sorted(self.objects) if key.startswith(call["Prefix"])]
        return {"Contents": found[: call["MaxKeys"]]}

    def put_object(self, **call):
        self.objects[call["Key"]] = call["Body"]


def settings(share, shares=3):
    return {
        "JOB_COMPLETION_INDEX": str(share),
        "SHARES": str(shares),
        "RESULTS": "s3://models/scratch/batch",
        "SERIES": "10",
        "CPUS": "2",
    }


def test_the_shares_together_are_all_series_and_each_once():
    bucket = Bucket()
    assert [forecast.main(settings(share), bucket) for share in range(3)] == [0, 0, 0]
    found = [key for text in bucket.objects.values() for key in json.loads(text)]
    assert sorted(map(int, found)) == list(range(10))


def test_a_share_that_is_there_is_not_done_again(monkeypatch):
    bucket = Bucket()
    forecast.main(settings(1), bucket)
    monkeypatch.setattr(forecast, "forecasts", lambda *_: pytest.fail("it was done again"))
    assert forecast.main(settings(1), bucket) == 0
    assert forecast.exists(bucket, "models", "scratch/batch/share-1.json")


def test_a_share_is_not_mistaken_for_one_whose_number_begins_alike():
    bucket = Bucket()
    bucket.objects["scratch/batch/share-1.json.part"] = b""
    assert not forecast.exists(bucket, "models", "scratch/batch/share-1.json")


def test_a_forecast_keeps_the_rhythm_of_the_week():
    days = forecast.forecast(0)
    assert len(days) == 28
    assert days[:7] == days[7:14]
    assert max(days[:7]) > 1.2 * min(days[:7])


def test_a_batch_fills_the_nodes_of_its_quota(made):
    job = made("ranking-dev").jobs()["samples/batch-batch.yaml"]
    [container] = job["spec"]["template"]["spec"]["containers"]
    assert job["spec"]["parallelism"] == 2
    assert job["spec"]["completions"] == 8
    assert container["resources"]["requests"] == {"cpu": "15", "memory": "48Gi"}
    assert container["resources"]["limits"] == {"memory": "48Gi"}
    assert {"name": "CPUS", "value": "15"} in container["env"]


def test_a_batch_is_for_pools_without_accelerators_alone(made):
    assert "batch: `h100` has accelerators; `l40s` has accelerators" in made("vision-prod").left_out


def test_no_job_of_gpus_is_for_a_pool_without_any(made):
    jobs = made("ranking-dev").jobs()
    assert [name for name in jobs if name.endswith("-batch.yaml")] == ["samples/batch-batch.yaml"]
