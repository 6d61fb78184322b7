"""The loop that sample jobs run, on a CPU, with an S3 in memory and a real signal."""

import os
import signal

import boto3
import moto
import pytest

from paved.samples.programs.resume import STOPPED, Checkpoints, run

URI = "s3://models/checkpoints/run/last.pt"


class Sum:
    """Training whose state is one number: the sum of the steps it has taken."""

    def __init__(self):
        self.total, self.steps = 0, []

    def step(self, number):
        self.steps.append(number)
        self.total += number

    def write(self):
        return str(self.total).encode()

    def read(self, data):
        self.total = int(data)


@pytest.fixture
def checkpoints(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    before = signal.getsignal(signal.SIGTERM)
    with moto.mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket="models")
        yield Checkpoints(URI, client)
    signal.signal(signal.SIGTERM, before)


def test_a_run_ends_with_a_checkpoint_of_its_last_step(checkpoints):
    training = Sum()
    run(training.step, training, checkpoints, steps=10, every=4)
    assert training.steps == list(range(10))
    assert checkpoints.last() == (10).to_bytes(8, "big") + b"45"


def test_a_run_that_is_stopped_leaves_a_checkpoint_and_is_not_done(checkpoints):
    training = Sum()

    def step(number):
        training.step(number)
        if number == 5:
            os.kill(os.getpid(), signal.SIGTERM)

    with pytest.raises(SystemExit) as left:
        run(step, training, checkpoints, steps=1000, every=100)
    assert left.value.code == STOPPED != 0
    assert training.steps == [0, 1, 2, 3, 4, 5]
    again = Sum()
    run(again.step, again, checkpoints, steps=8, every=100)
    assert again.steps == [6, 7]
    assert again.total == sum(range(8))


def test_a_run_that_dies_without_notice_goes_back_to_its_last_checkpoint(checkpoints):
    training = Sum()

    def step(number):
        if number == 7:
            raise MemoryError
        training.step(number)

    with pytest.raises(MemoryError):
        run(step, training, checkpoints, steps=10, every=5)
    again = Sum()
    run(again.step, again, checkpoints, steps=10, every=5)
    assert again.steps == [5, 6, 7, 8, 9]
    assert again.total == sum(range(10))


def test_a_finished_run_takes_no_step_again(checkpoints):
    for _ in range(2):
        training = Sum()
        run(training.step, training, checkpoints, steps=3, every=1)
    assert training.steps == []


def test_all_processes_stop_where_one_is_told_to(checkpoints):
    """The answer of the job's processes together counts, not what this one was told."""
    training = Sum()
    with pytest.raises(SystemExit):
        run(
            training.step,
            training,
            checkpoints,
            steps=9,
            every=9,
            agreed=lambda told: len(training.steps) == 3,
        )
    assert training.steps == [0, 1, 2]


def test_only_one_process_writes(checkpoints):
    training = Sum()
    run(training.step, training, checkpoints, steps=3, every=1, writes=False)
    assert checkpoints.last() is None


def test_a_denied_read_is_an_error_and_no_fresh_start(checkpoints):
    missing = Checkpoints("s3://somebody-elses/run", RefusedClient())
    training = Sum()
    with pytest.raises(RefusedClient.exceptions.ClientError, match="403"):
        run(training.step, training, missing, steps=1, every=1)
    assert training.steps == []


class RefusedClient:
    """An S3 client whose reads are denied."""

    exceptions = boto3.client("s3", region_name="us-east-1").exceptions

    def download_fileobj(self, bucket, key, file):
        raise self.exceptions.ClientError({"Error": {"Code": "403", "Message": "denied"}}, "HeadObject")
