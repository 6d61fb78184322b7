"""Days and moments: what is read, what lies between, and what holds at once."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stacks.schema.dates import day, days_until, end_of, moment, most_at_once, seconds

MOMENTS = st.datetimes(
    min_value=datetime(2020, 1, 1), max_value=datetime(2099, 12, 31), timezones=st.just(UTC)
).map(lambda found: found.replace(second=0, microsecond=0))
SPANS = st.lists(
    st.tuples(st.none() | MOMENTS, st.none() | MOMENTS, st.integers(1, 64)), min_size=0, max_size=6
)


@given(MOMENTS)
def test_a_moment_is_read_as_it_is_written(when):
    assert moment(when.strftime("%Y-%m-%dT%H:%MZ")) == when


@given(st.dates(min_value=date(2020, 1, 1), max_value=date(2099, 12, 30)))
def test_a_day_ends_when_the_next_begins(last):
    assert end_of(last) == datetime.combine(last + timedelta(days=1), time(), UTC)
    assert end_of(last) - datetime.combine(last, time(23, 59), UTC) == timedelta(minutes=1)


@pytest.mark.parametrize("text", ["2026-02-30", "2026-13-01", "2026-2-3x"])
def test_a_day_that_is_in_no_calendar_is_refused(text):
    with pytest.raises(ValueError, match=r"out of range|must be in 1\.\.12|Invalid isoformat"):
        day(text)


@pytest.mark.parametrize("text", ["2026-02-30T11:30Z", "2026-02-01T24:30Z", "2026-02-01T11:30", "2026-02-01"])
def test_a_moment_that_is_none_is_refused(text):
    with pytest.raises(ValueError, match=r"out of range|does not match format"):
        moment(text)


def test_prometheus_counts_from_1970():
    assert seconds(moment("2026-12-15T11:30Z")) == 1_797_334_200


@given(MOMENTS, st.integers(-400, 400))
def test_days_until_counts_midnights(when, shift):
    assert days_until(when, when.date() - timedelta(days=shift)) == shift


@given(SPANS)
def test_the_most_at_once_is_at_least_each_and_at_most_all(spans):
    real = [(a, b, n) for a, b, n in spans if a is None or b is None or a < b]
    most = most_at_once(real)
    assert max((n for _, _, n in real), default=0) <= most <= sum(n for _, _, n in real)


@given(SPANS, st.randoms())
def test_the_order_of_spans_changes_nothing(spans, random):
    shuffled = random.sample(spans, len(spans))
    assert most_at_once(shuffled) == most_at_once(spans)


@given(MOMENTS, st.integers(1, 64), st.integers(1, 64))
def test_one_that_begins_when_the_other_ends_does_not_add_to_it(when, one, other):
    hour = timedelta(hours=1)
    assert most_at_once([(when - hour, when, one), (when, when + hour, other)]) == max(one, other)
    assert most_at_once([(when - hour, when + hour, one), (when, when + hour, other)]) == one + other
    assert most_at_once([(None, None, one), (when, when + hour, other)]) == one + other
