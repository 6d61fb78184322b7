"""The records of runs and their series. They need no library of the job's image."""

import json
from datetime import UTC, datetime, timedelta

import boto3
import pytest
from moto import mock_aws

from model_health.export import Records
from model_health.records import newest, write_once
from model_health.series import exposition
from model_health.settings import BadSettings, settings_of

NOW = datetime(2026, 11, 30, 6, 0, tzinfo=UTC)
CHECKS = [
    {
        "monitor": "inputs",
        "kind": "data-drift",
        "state": "failed",
        "threshold": 0.3,
        "value": 0.5,
        "rows": 9000,
    },
    {
        "monitor": "labels",
        "kind": "performance",
        "state": "cannot_tell",
        "threshold": 0.9,
        "value": None,
        "rows": 0,
    },
]
RECORD = {"version": 1, "endpoint": "scorer", "finished": "2026-11-30T06:00:00Z", "checks": CHECKS}


@pytest.fixture
def s3():
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
        client.create_bucket(Bucket="models")
        yield client


def records(s3, clock=lambda: NOW):
    return Records(s3, "models", ["scorer"], clock)


def test_the_newest_record_is_found(s3):
    for day in (3, 1, 2):
        write_once(s3, "models", "scorer", json.dumps({"day": day}), NOW - timedelta(days=day))
    write_once(s3, "models", "scorer-b", json.dumps({"day": 0}), NOW)
    assert newest(s3, "models", "scorer", NOW) == {"day": 1}


def test_a_record_is_never_replaced(s3):
    for text in ('{"run": 1}', '{"run": 2}'):
        write_once(s3, "models", "scorer", text, NOW)
    assert newest(s3, "models", "scorer", NOW) == {"run": 1}


def test_a_check_that_cannot_tell_has_neither_passed_nor_failed():
    text = exposition({"scorer": RECORD})
    assert 'model_health_check_passed{endpoint="scorer",monitor="inputs",kind="data-drift"} 0\n' in text
    assert 'model_health_check_cannot_tell{endpoint="scorer",monitor="labels",kind="performance"} 1\n' in text
    assert 'check_passed{endpoint="scorer",monitor="labels"' not in text
    assert 'model_health_run_timestamp_seconds{endpoint="scorer"} 1796018400\n' in text


def test_a_record_of_another_version_is_none():
    text = exposition({"scorer": {**RECORD, "version": 2}})
    assert text.endswith('model_health_read_success{endpoint="scorer"} 0\n')
    assert "check" not in text


def test_what_cannot_be_read_any_more_is_not_told_from_memory(s3):
    write_once(s3, "models", "scorer", json.dumps(RECORD), NOW)
    times = iter([NOW, NOW + timedelta(minutes=1), NOW + timedelta(minutes=5)])
    found = records(s3, lambda: next(times))
    assert 'read_success{endpoint="scorer"} 1' in found.text()
    s3.delete_objects(
        Bucket="models",
        Delete={
            "Objects": [{"Key": each["Key"]} for each in s3.list_objects_v2(Bucket="models")["Contents"]]
        },
    )
    assert 'read_success{endpoint="scorer"} 1' in found.text()  # within two minutes S3 is not asked again
    assert 'read_success{endpoint="scorer"} 0' in found.text()


def test_a_record_of_the_future_hides_none_of_today(s3):
    write_once(s3, "models", "scorer", json.dumps(RECORD), NOW)
    write_once(s3, "models", "scorer", json.dumps({**RECORD, "version": 9}), NOW + timedelta(days=900))
    assert newest(s3, "models", "scorer", NOW)["version"] == 1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"stack": "s", "endpoint": "e", "log": "l", "speed": 1}', "Settings has no speed"),
        ('{"stack": "s", "endpoint": "e", "log": "l", "monitors": [{"kind": "mood"}]}', "got 'mood'"),
        ('{"stack": "s", "endpoint": "e", "log": "l", "monitors": [{"kind": "skew"}]}', "threshold"),
    ],
)
def test_settings_that_are_not_known_are_refused(text, says):
    with pytest.raises(BadSettings, match=says):
        settings_of(text)
