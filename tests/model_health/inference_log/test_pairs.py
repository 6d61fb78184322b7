"""Requests and answers, put together in whatever order they come."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from model_health.inference_log.events import Event
from model_health.inference_log.pairs import LONGEST_WAIT, Pairs

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)


def half(request, which, *, after=0, body=b"{}"):
    time = NOON + timedelta(milliseconds=after)
    return Event(request=request, half=which, endpoint="ranker", time=time, version=None, body=body)


def both(request):
    return [half(request, "request"), half(request, "response", after=12)]


@given(st.permutations([event for number in range(5) for event in both(f"r{number}")]))
def test_each_request_finds_its_answer_in_any_order(events):
    pairs = Pairs()
    found = [pair for pair in (pairs.add(each, NOON) for each in events) if pair]
    assert sorted(pair.request.request for pair in found) == [f"r{number}" for number in range(5)]
    assert all(pair.request.request == pair.response.request for pair in found)
    assert all(pair.latency_ms == 12 for pair in found)
    assert list(pairs.all()) == []


def test_a_request_without_an_answer_is_given_up_after_its_time():
    pairs = Pairs()
    assert pairs.add(half("r", "request"), NOON) is None
    assert list(pairs.given_up(NOON + LONGEST_WAIT - timedelta(seconds=1))) == []
    [late] = pairs.given_up(NOON + LONGEST_WAIT)
    assert (late.request.request, late.response, late.latency_ms) == ("r", None, None)


def test_the_oldest_are_given_up_when_memory_is_full():
    pairs = Pairs()
    for number in range(4):
        pairs.add(half(f"r{number}", "request", body=b"x" * 10), NOON)
    assert [each.request.request for each in pairs.given_up(NOON, most_bytes=25)] == ["r0", "r1"]


def test_the_same_half_twice_waits_once():
    pairs = Pairs()
    for body in (b"first", b"second"):
        pairs.add(half("r", "request", body=body), NOON)
    [left] = pairs.all()
    assert left.size == len(b"second")
