"""The collector as a process has it: doors on loopback, and moto's S3."""

import gzip
import http.client
import json
import socket
from contextlib import closing
from datetime import UTC, datetime, timedelta
from threading import BoundedSemaphore, Thread
from threading import Event as Flag

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from model_health.inference_log import collector as collecting
from model_health.inference_log.__main__ import main
from model_health.inference_log.bodies import read_body
from model_health.inference_log.collector import (
    BadFeedback,
    Collector,
    StoreFull,
    UnknownEndpoint,
    sampled,
)
from model_health.inference_log.counters import Counters
from model_health.inference_log.server import MOST_BODY_BYTES, MOST_FEEDBACK_BYTES, servers
from model_health.inference_log.settings import Kept, LogSettings, log_settings_of
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


@pytest.fixture
def s3(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket=BUCKET)
        yield client


class Clock:
    """A time that a test moves."""

    def __init__(self):
        self.now = NOON

    def __call__(self):
        return self.now


class Refusing:
    """S3 that takes nothing, or whose answer is lost."""

    def __init__(self, code="SlowDown"):
        self.code, self.asked = code, 0

    def put_object(self, **_):
        self.asked += 1
        raise ClientError({"Error": {"Code": self.code, "Message": ""}}, "PutObject")


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


def test_a_request_and_its_answer_are_one_redacted_line(s3):
    collector, _, _ = made(s3)
    asked = {"instances": [{"age": 41, "email": "ada@example.com", "note": "write to ada@example.com"}]}
    collector.take(headers("request"), json.dumps(asked).encode())
    collector.take(headers("response", time="2026-11-30T12:00:00.0125Z"), b'{"predictions": [NaN, 1]}')
    assert collector.flush()
    assert rows(s3) == {
        "log/ranker/date=2026-11-30/120000-collector-0-1.jsonl.gz": [
            {
                "request_id": "r1",
                "time": "2026-11-30T12:00:00.000+00:00",
                "inputs": {"instances": [{"age": 41, "note": "write to [email]"}]},
                "outputs": {"predictions": [None, 1]},
                "latency_ms": 12.5,
                "model_version": "ranker/2026-11-03",
            }
        ]
    }


def test_lines_lie_in_the_folder_of_their_own_day(s3):
    collector, _, clock = made(s3)
    for number, time in enumerate(("2026-11-29T23:59:59Z", "2026-11-30T00:00:01Z")):
        for half in ("request", "response"):
            collector.take(headers(half, f"r{number}", time=time), b"{}")
    clock.now = datetime(2026, 11, 30, 0, 1, tzinfo=UTC)
    collector.flush()
    assert [key.split("/")[2] for key in rows(s3)] == ["date=2026-11-29", "date=2026-11-30"]


def test_an_answer_that_does_not_come_leaves_the_request(s3):
    collector, counters, clock = made(s3)
    collector.take(headers("request"), b'{"a": 1}')
    collector.flush()
    assert rows(s3) == {}
    clock.now += timedelta(minutes=10)
    collector.flush()
    [[line]] = rows(s3).values()
    assert (line["inputs"], line["outputs"], line["latency_ms"]) == ({"a": 1}, None, None)
    assert counters.value("unpaired", endpoint="ranker") == 1


def test_what_waits_at_the_end_of_a_pod_is_written(s3):
    collector, _, _ = made(s3)
    collector.take(headers("request"), b'{"a": 1}')
    assert collector.close()
    assert len(rows(s3)) == 1


def test_a_sample_keeps_requests_whole_and_about_its_share(s3):
    collector, counters, _ = made(s3)
    for number in range(2000):
        for half in ("response", "request"):
            collector.take(headers(half, f"r{number}", "scorer"), b"{}")
    collector.flush()
    [kept] = rows(s3).values()
    assert 430 < len(kept) < 570  # 500 expected, with a deviation of 19.4
    assert all(each["inputs"] == {} and each["outputs"] == {} for each in kept)
    assert counters.value("sampled_out", endpoint="scorer") == 2 * (2000 - len(kept))


def test_a_sample_of_all_or_of_nothing_is_exact():
    ids = [f"r{number}" for number in range(1000)]
    assert all(sampled(each, 100) for each in ids)
    assert not any(sampled(each, 0) for each in ids)


@pytest.mark.parametrize("percent", [0.01, 0.07, 0.29, 1.1, 57.57])
def test_a_sample_takes_the_shares_of_its_percentage(percent, monkeypatch):
    class Digest:
        def __init__(self, number, **_):
            self.number = number

        def digest(self):
            return int(self.number).to_bytes(8)

    monkeypatch.setattr(collecting, "blake2b", Digest)
    assert sum(sampled(str(share), percent) for share in range(collecting.SHARES)) == round(percent * 100)


@pytest.mark.parametrize("body", [b"\x00\x01binary", b"{", b"\xff", b"[" * 100_000, b"data: {"])
def test_a_body_that_cannot_be_read_is_not_kept(s3, body):
    collector, counters, _ = made(s3)
    collector.take(headers("request"), body)
    collector.take(headers("response"), b"{}")
    collector.flush()
    [[line]] = rows(s3).values()
    assert (line["inputs"], line["outputs"]) == (None, {})
    assert counters.value("unreadable", endpoint="ranker") == 1


def test_a_question_for_readiness_is_no_request(s3):
    collector, counters, _ = made(s3)
    collector.take(headers("request"), b"")
    collector.take(headers("response"), b'{"ready": true}')
    collector.close()
    assert rows(s3) == {}
    assert counters.value("empty", endpoint="ranker") == 1


def test_a_body_nested_too_deeply_is_not_kept(s3):
    collector, counters, _ = made(s3)
    collector.take(headers("request"), b"[" * 900 + b"]" * 900)
    collector.close()
    [[line]] = rows(s3).values()
    assert line["inputs"] is None
    assert counters.value("unreadable", endpoint="ranker") == 1


def test_a_streamed_answer_is_kept_as_one_text():
    said = ["Hel", "lo"]
    parts = [{"choices": [{"index": 0, "delta": {"content": each}}]} for each in said]
    other = {"choices": [{"index": 1, "delta": {"content": "no"}}]}
    body = "".join(f"data: {json.dumps(each)}\n\n" for each in (*parts, other, {"choices": []}))
    found = read_body(f"{body}data: [DONE]\n\n".encode())
    assert found["choices"][0]["message"]["content"] == "Hello"


@pytest.mark.parametrize("sign", ["\u2028", "\x85", "\x1c"])
def test_a_stream_ends_its_lines_as_the_web_does(sign):
    part = json.dumps({"choices": [{"delta": {"content": f"a{sign}b"}}]}, ensure_ascii=sign == "\x1c")
    found = read_body(f"data: {part}\r\n\r\ndata: [DONE]\r\n".encode())
    assert found["choices"][0]["message"]["content"] == f"a{sign}b"


def test_half_a_character_does_not_spoil_the_file_it_is_in(s3):
    collector, _, _ = made(s3)
    collector.take(headers("request"), rb'{"a\udfff": "x\ud800y"}')
    collector.take_feedback("ranker", {"request_id": "r1", "label": "\ud83d"})
    collector.close()
    [[said], [line]] = rows(s3).values()
    assert (line["inputs"], said["label"]) == ({"a?": "x?y"}, "?")


def test_a_line_that_no_monitor_could_read_is_lost_and_counted(s3):
    collector, counters, _ = made(s3)
    long = b"[" + b"1e15," * 500_000 + b"1]"
    for name, body in (("request", long), ("response", b"[" + b"1e15," * 100 + b"1]")):
        collector.take(headers(name), body)
    for name in ("request", "response"):
        collector.take(headers(name, "r2"), b"{}")
    assert collector.flush()
    [[line]] = rows(s3).values()
    assert line["request_id"] == "r2"
    assert counters.value("dropped", endpoint="ranker", reason="too_large") == 1


def test_who_uses_one_id_for_two_requests_takes_neither_out(s3):
    collector, counters, _ = made(s3)
    for asked in (b'{"a": 1}', b'{"a": 2}'):
        collector.take(headers("request"), asked)
    collector.take(headers("response"), b'{"b": 2}')
    collector.flush()
    [lines] = rows(s3).values()
    assert [(each["inputs"], each["outputs"]) for each in lines] == [({"a": 1}, None), ({"a": 2}, {"b": 2})]
    assert counters.value("unpaired", endpoint="ranker") == 1


def test_events_of_others_are_counted_and_forgotten(s3):
    collector, counters, _ = made(s3)
    collector.take(headers("request", endpoint="other"), b"{}")
    collector.take({}, b"{}")
    collector.close()
    assert rows(s3) == {}
    for reason in ("unknown_endpoint", "bad_event"):
        assert counters.value("dropped", endpoint="", reason=reason) == 1


def test_what_s3_does_not_take_is_written_later(s3):
    collector, counters, _ = made(s3)
    collector._store._s3 = Refusing()
    collector.take(headers("request"), b"{}")
    collector.take(headers("response"), b"{}")
    assert not collector.flush()
    collector._store._s3 = s3
    assert collector.flush()
    assert [len(each) for each in rows(s3).values()] == [1]
    assert (counters.value("write_failures"), counters.value("written")) == (1, 1)


def test_an_object_that_is_there_already_is_not_written_twice(s3):
    collector, counters, _ = made(s3)
    collector._store._s3 = Refusing("PreconditionFailed")
    collector.take_feedback("ranker", {"request_id": "r1", "label": 1})
    assert collector.flush() and collector.flush()
    assert (collector._store._s3.asked, counters.value("written")) == (1, 1)


def test_beyond_its_memory_it_loses_and_counts(s3, monkeypatch):
    monkeypatch.setattr("model_health.inference_log.store.MOST_BYTES", 250)
    collector, counters, _ = made(s3)
    for number in range(3):
        for half in ("request", "response"):
            collector.take(headers(half, f"r{number}"), b"{}")
    assert counters.value("dropped", endpoint="ranker", reason="store_full") == 2
    with pytest.raises(StoreFull):
        collector.take_feedback("ranker", {"request_id": "r1", "comment": "x" * 300})
    assert collector.flush()
    collector.take_feedback("ranker", {"request_id": "r1", "label": 1})


def test_feedback_joins_by_the_id_of_its_request(s3):
    collector, _, _ = made(s3)
    said = {"request_id": "r1", "label": 0, "comment": "wrong, tell ada@example.com"}
    collector.take_feedback("ranker", said)
    collector.take_feedback("ranker", {"request_id": "r2", "label": "ada@example.com"})
    collector.flush()
    [key], [[line, other]] = rows(s3), rows(s3).values()
    assert key.startswith("feedback/ranker/date=2026-11-30/")
    assert other["label"] == "[email]"
    assert line == {
        "request_id": "r1",
        "label": 0,
        "comment": "wrong, tell [email]",
        "time": "2026-11-30T12:00:00.000+00:00",
    }


@pytest.mark.parametrize(
    "said",
    [
        [],
        None,
        {},
        {"request_id": "r1"},
        {"request_id": "", "label": 1},
        {"request_id": 7, "label": 1},
        {"request_id": "r1", "label": [1]},
        {"request_id": "r1", "label": float("nan")},
        {"request_id": "r1", "comment": 3},
        {"request_id": "r1", "label": 1, "lable": 2},
        {"request_id": "r1", "label": 1, "comment": "x" * (collecting.LONGEST_COMMENT + 1)},
        {"request_id": "r1", "label": "x" * (collecting.LONGEST_COMMENT + 1)},
    ],
)
def test_feedback_that_joins_nothing_is_refused(s3, said):
    collector, _, _ = made(s3)
    with pytest.raises(BadFeedback):
        collector.take_feedback("ranker", said)
    with pytest.raises(UnknownEndpoint):
        collector.take_feedback("../ranker", {"request_id": "r1", "label": 1})


def test_settings_of_another_version_are_refused():
    text = json.dumps({"bucket": "b", "endpoints": {"ranker": {"sample_percent": 5, "redcat": ["a"]}}})
    with pytest.raises(TypeError, match="redcat"):
        log_settings_of(text)


def call(port, method, path, body=b"", **more):
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        connection.request(method, path, body=body, headers=more)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


@pytest.fixture
def opened(s3):
    collector, counters, _ = made(s3)
    found = servers(collector, counters, (0, 0, 0))
    for each in found:
        Thread(target=each.serve_forever, daemon=True).start()
    yield found
    for each in found:
        each.shutdown()
        each.server_close()


@pytest.fixture
def doors(opened):
    return [each.server_port for each in opened]


def test_an_agent_is_answered_200_whatever_it_sends(doors):
    events, _, metrics = doors
    assert call(events, "POST", "/", b"{}", **headers("request"))[0] == 200
    assert call(events, "POST", "/", b"\xff", **headers("response"))[0] == 200
    assert call(events, "POST", "/", b"")[0] == 200
    status, text = call(metrics, "GET", "/metrics")
    assert status == 200
    assert 'inference_log_received_total{endpoint="ranker"} 2\n' in text
    assert 'inference_log_dropped_total{endpoint="",reason="bad_event"} 1\n' in text


def test_a_body_without_a_bound_is_not_read(doors):
    events, _, metrics = doors
    length = {"Content-Length": str(MOST_BODY_BYTES + 1)}
    assert call(events, "POST", "/", **length)[0] == 413
    assert call(events, "POST", "/", **{"Content-Length": "-1"})[0] == 411
    assert 'reason="too_large"} 2' in call(metrics, "GET", "/metrics")[1]


def test_feedback_is_short(doors):
    _, feedback, _ = doors
    length = {"Content-Length": str(MOST_FEEDBACK_BYTES + 1)}
    assert call(feedback, "POST", "/feedback/ranker", **length)[0] == 413
    assert call(feedback, "POST", "/feedback/ranker", **{"Content-Length": "9" * 5000})[0] == 413


def test_a_body_that_is_cut_off_is_not_taken(doors):
    events, _, metrics = doors
    with socket.create_connection(("127.0.0.1", events), timeout=10) as caller:
        lines = [f"{name}: {value}" for name, value in headers("request").items()]
        caller.sendall("\r\n".join(["POST / HTTP/1.1", *lines, "Content-Length: 9", "", "{}"]).encode())
        caller.shutdown(socket.SHUT_WR)
        assert caller.recv(100) == b""
    assert 'inference_log_received_total{endpoint="ranker"} 0\n' in call(metrics, "GET", "/metrics")[1]


def test_no_more_connections_are_held_than_there_is_room(doors, opened):
    address = ("127.0.0.1", doors[2])
    opened[2]._room = BoundedSemaphore(1)
    with socket.create_connection(address, timeout=10) as first:
        first.sendall(b"GET /healthz HTTP/1.1\r\n\r\n")
        assert first.recv(1000).startswith(b"HTTP/1.1 200")
        with socket.create_connection(address, timeout=10) as second:
            assert second.recv(1000) == b""


def test_a_door_that_ends_sends_agents_to_another(opened):
    events, *_ = opened
    with closing(http.client.HTTPConnection("127.0.0.1", events.server_port, timeout=10)) as agent:
        closes = []
        for events.ending in (False, True):
            agent.request("POST", "/", body=b"{}", headers=headers("request"))
            answer = agent.getresponse()
            answer.read()
            closes.append(answer.getheader("Connection"))
    assert closes == [None, "close"]


def test_each_door_opens_for_its_own_alone(doors):
    events, feedback, metrics = doors
    said = b'{"request_id": "r1", "label": true}'
    assert call(feedback, "POST", "/feedback/ranker", said) == (204, "")
    assert call(feedback, "POST", "/feedback/ranker", b"{")[0] == 400
    assert call(feedback, "POST", "/feedback/nobody", said)[0] == 404
    assert call(feedback, "POST", "/", said, **headers("request"))[0] == 404
    assert call(events, "GET", "/metrics")[0] == 501
    assert call(metrics, "GET", "/healthz") == (200, "ok\n")
    assert call(metrics, "GET", "/else")[0] == 404


def test_the_process_serves_and_writes_what_is_left(s3, tmp_path):
    kept = {"ranker": {"sample_percent": 100, "redact": [], "mask": []}}
    settings = tmp_path / "log.json"
    settings.write_text(json.dumps({"bucket": BUCKET, "endpoints": kept}))
    environ = {"PAVED_INFERENCE_LOG": str(settings), "HOSTNAME": "collector-0"}
    ended = Flag()
    ended.set()
    assert main(environ, s3, ended, (0, 0, 0), drain=0) == 0
