"""Requests and answers, put together in whatever order they come."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from model_health.inference_log.events import Event
from model_health.inference_log.pairs import HALF_BYTES, LONGEST_WAIT, Pairs

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)


def half(request, which, *, after=0, body=b"{}"):
    time = NOON + timedelta(milliseconds=after)
    return Event(request=request, half=which, endpoint="ranker", time=time, version=None, body=body)


def both(request):
    return [half(request, "request"), half(request, "response", after=12)]


@given(st.permutations([event for number in range(5) for event in both(f"r{number}")]))
def test_each_request_finds_its_answer_in_any_order(events):
    pairs = Pairs()
    found = [pair for each in events for pair in pairs.add(each, NOON)]
    assert sorted(pair.request.request for pair in found) == [f"r{number}" for number in range(5)]
    assert all(pair.request.request == pair.response.request for pair in found)
    assert all(pair.latency_ms == 12 for pair in found)
    assert list(pairs.all()) == []


def test_a_request_without_an_answer_is_given_up_after_its_time():
    pairs = Pairs()
    assert pairs.add(half("r", "request"), NOON) == []
    assert list(pairs.given_up(NOON + LONGEST_WAIT - timedelta(seconds=1))) == []
    [late] = pairs.given_up(NOON + LONGEST_WAIT)
    assert (late.request.request, late.response, late.latency_ms) == ("r", None, None)


def test_the_oldest_are_given_up_when_memory_is_full():
    pairs = Pairs(most_bytes=2 * (HALF_BYTES + 10) + 5)
    found = [pairs.add(half(f"r{number}", "request", body=b"x" * 10), NOON) for number in range(4)]
    assert [[each.request.request for each in late] for late in found] == [[], [], ["r0"], ["r1"]]


def test_halves_without_a_body_fill_the_memory_too():
    pairs = Pairs(most_bytes=100 * HALF_BYTES)
    late = sum(len(pairs.add(half(f"r{number}", "request", body=b""), NOON)) for number in range(150))
    assert late == 50
    assert len(list(pairs.all())) == 100


def test_the_same_half_twice_is_two_requests_of_one_id():
    pairs = Pairs()
    assert pairs.add(half("r", "request", body=b"first"), NOON) == []
    [first] = pairs.add(half("r", "request", body=b"second"), NOON)
    assert (first.request.body, first.response) == (b"first", None)
    [second] = pairs.add(half("r", "response"), NOON)
    assert second.request.body == b"second"
    assert list(pairs.all()) == []
