"""The script that runs in a team's image, against the in-memory AWS."""

import json

import boto3
import pytest
from moto import mock_aws

from components.retraining.collect import NOTHING_TO_DO, awaited, data_version, main, read

MODELS, DATASETS = "models", "datasets"
ENVIRON = {
    "PAVED_TRIGGER": "nightly",
    "PAVED_RUN": "retrain-nightly-1",
    "PAVED_CODE_COMMIT": "git:" + "c" * 40,
    "PAVED_CONFIG_DIGEST": "sha256:" + "a" * 64,
    "PAVED_IMAGE": "registry.example.com/scoring@sha256:" + "b" * 64,
    "PAVED_MODELS": MODELS,
    "PAVED_DATASETS": DATASETS,
    "PAVED_PREFIX": "loans/",
    "PAVED_RECORD": "lineage/nightly/retrain-nightly-1.json",
}


@pytest.fixture
def cloud(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        s3, sqs = boto3.client("s3"), boto3.client("sqs")
        for bucket in (MODELS, DATASETS):
            s3.create_bucket(Bucket=bucket)
            s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        yield s3, sqs


@pytest.fixture
def run(cloud, tmp_path):
    """Run the script with changes of its environment; its exit code and what it left for the training."""
    lineage = tmp_path / "lineage.json"

    def go(**changes):
        lineage.unlink(missing_ok=True)
        code = main({**ENVIRON, "PAVED_LINEAGE": str(lineage), **changes}, *cloud)
        return code, json.loads(lineage.read_text()) if lineage.exists() else None

    return go


@pytest.fixture
def queue(cloud):
    return cloud[1].create_queue(QueueName="events")["QueueUrl"]


def waiting(sqs, queue):
    found = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"]
    return int(found["ApproximateNumberOfMessages"]) + int(found["ApproximateNumberOfMessagesNotVisible"])


def created(key, version):
    thing = {"key": key, "version-id": version, "size": 3}
    return json.dumps(
        {"time": "2026-11-21T22:00:00Z", "detail": {"object": thing, "bucket": {"name": DATASETS}}}
    )


def test_a_scheduled_run_leaves_its_lineage_in_the_bucket_and_the_volume(cloud, run):
    cloud[0].put_object(Bucket=DATASETS, Key="loans/1.csv", Body=b"x")
    code, record = run()
    kept = cloud[0].get_object(Bucket=MODELS, Key="lineage/nightly/retrain-nightly-1.json")["Body"].read()
    assert code == 0
    assert json.loads(kept) == record
    assert (record["code_commit"], record["config_digest"]) == ("git:" + "c" * 40, "sha256:" + "a" * 64)
    assert record["image"].endswith("b" * 64)
    assert (record["data"], record["objects"], record["events"]) == ("s3://datasets/loans/", 1, [])


def test_the_list_behind_a_data_version_can_be_read_again(cloud, run):
    version = cloud[0].put_object(Bucket=DATASETS, Key="loans/1.csv", Body=b"x")["VersionId"]
    _, record = run()
    bucket, _, key = record["manifest"].removeprefix("s3://").partition("/")
    assert f"loans/1.csv\t{version}\t" in cloud[0].get_object(Bucket=bucket, Key=key)["Body"].read().decode()


def test_the_data_version_changes_with_objects_of_the_dataset_alone(cloud):
    s3, _ = cloud
    s3.put_object(Bucket=DATASETS, Key="loans/1.csv", Body=b"x")
    seen = [data_version(s3, DATASETS, "loans/")[0]]
    s3.put_object(Bucket=DATASETS, Key="cards/1.csv", Body=b"x")
    assert data_version(s3, DATASETS, "loans/")[0] == seen[-1]
    for change in (
        lambda: s3.put_object(Bucket=DATASETS, Key="loans/1.csv", Body=b"x"),
        lambda: s3.put_object(Bucket=DATASETS, Key="loans/2.csv", Body=b"x"),
        lambda: s3.delete_object(Bucket=DATASETS, Key="loans/1.csv"),
    ):
        change()
        seen.append(data_version(s3, DATASETS, "loans/")[0])
    assert len(set(seen)) == len(seen)


def test_one_run_takes_all_events_that_wait(cloud, run, queue):
    for number in range(25):
        cloud[1].send_message(QueueUrl=queue, MessageBody=created(f"loans/{number}.csv", f"v{number}"))
    code, record = run(PAVED_QUEUE=queue)
    assert code == 0
    assert {event["key"] for event in record["events"]} == {f"loans/{number}.csv" for number in range(25)}
    assert {event["version_id"] for event in record["events"]} == {f"v{number}" for number in range(25)}
    assert waiting(cloud[1], queue) == 0


def test_a_run_that_finds_no_event_ends_and_leaves_nothing(cloud, run, queue):
    assert run(PAVED_QUEUE=queue) == (NOTHING_TO_DO, None)
    assert "Contents" not in cloud[0].list_objects_v2(Bucket=MODELS)


def test_a_pod_that_is_started_anew_works_on_what_the_first_one_took(cloud, run, queue):
    cloud[1].send_message(QueueUrl=queue, MessageBody=created("loans/1.csv", "v1"))
    _, first = run(PAVED_QUEUE=queue)
    cloud[1].send_message(QueueUrl=queue, MessageBody=created("loans/2.csv", "v2"))
    _, second = run(PAVED_QUEUE=queue)
    assert first == second
    assert waiting(cloud[1], queue) == 1


def test_events_leave_the_queue_only_once_the_record_is_kept(cloud, run, queue, monkeypatch):
    s3, sqs = cloud
    sqs.send_message(QueueUrl=queue, MessageBody=created("loans/1.csv", "v1"))

    put = s3.put_object

    def refuse_records(**request):
        if request["Key"].endswith(".json"):
            raise RuntimeError("no space")
        return put(**request)

    monkeypatch.setattr(s3, "put_object", refuse_records)
    with pytest.raises(RuntimeError):
        run(PAVED_QUEUE=queue)
    assert waiting(sqs, queue) == 1


def test_a_record_that_is_there_stays_and_its_events_with_it(cloud, run, queue, monkeypatch):
    """Two pods that start at once: the one that comes second takes the record of the first, and gives up its own."""
    s3, sqs = cloud
    for number in (1, 2):
        sqs.send_message(QueueUrl=queue, MessageBody=created(f"loans/{number}.csv", f"v{number}"))
    found = iter([None])
    get = s3.get_object
    first = {"events": ["of the other pod"], "data_version": "sha256:1"}

    def nothing_at_first(**request):
        if next(found, True) is None:
            s3.put_object(Bucket=MODELS, Key=ENVIRON["PAVED_RECORD"], Body=json.dumps(first).encode())
            raise s3.exceptions.NoSuchKey({"Error": {"Code": "NoSuchKey"}}, "GetObject")
        return get(**request)

    monkeypatch.setattr(s3, "get_object", nothing_at_first)
    assert run(PAVED_QUEUE=queue) == (0, first)
    assert waiting(sqs, queue) == 2


def test_every_write_is_on_condition_that_nothing_is_there(cloud, run, monkeypatch):
    conditions = []
    put = cloud[0].put_object
    monkeypatch.setattr(
        cloud[0],
        "put_object",
        lambda **request: conditions.append(request.get("IfNoneMatch")) or put(**request),
    )
    run()
    assert conditions == ["*", "*"]


def test_other_nodes_of_a_run_wait_for_the_record_of_the_first(cloud, run, queue, monkeypatch):
    cloud[1].send_message(QueueUrl=queue, MessageBody=created("loans/1.csv", "v1"))
    naps = []

    def first_node_comes(seconds):
        naps.append(seconds)
        run(PAVED_QUEUE=queue, JOB_COMPLETION_INDEX="0")

    monkeypatch.setattr("components.retraining.collect.time.sleep", first_node_comes)
    code, record = run(PAVED_QUEUE=queue, JOB_COMPLETION_INDEX="1")
    assert (code, len(naps), len(record["events"])) == (0, 1, 1)


def test_waiting_for_the_first_node_comes_to_an_end(cloud, monkeypatch):
    monkeypatch.setattr("components.retraining.collect.time.sleep", lambda _: None)
    with pytest.raises(TimeoutError, match="lineage/none"):
        awaited(cloud[0], MODELS, "lineage/none.json")


@pytest.mark.parametrize(
    ("body", "parsed"),
    [
        ("EndpointDrifts firing", "EndpointDrifts firing"),
        ('["a"]', ["a"]),
        ('{"detail": null}', {"detail": None}),
        (created("k", "v"), {"key": "k", "version_id": "v", "time": "2026-11-21T22:00:00Z"}),
    ],
)
def test_a_message_is_read_whatever_its_form(body, parsed):
    assert read(body) == parsed
