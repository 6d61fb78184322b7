"""Events and feedback that become lines in S3, or are counted and lost."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError

from model_health.inference_log import collector as collecting
from model_health.inference_log.bodies import read_body
from model_health.inference_log.collector import BadFeedback, StoreFull, UnknownEndpoint, sampled
from model_health.inference_log.settings import log_settings_of
from tests.model_health.inference_log.collected import headers, made, rows


class Refusing:
    """S3 that takes nothing, or whose answer is lost."""

    def __init__(self, code="SlowDown"):
        self.code, self.asked = code, 0

    def put_object(self, **_):
        self.asked += 1
        raise ClientError({"Error": {"Code": self.code, "Message": ""}}, "PutObject")


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
