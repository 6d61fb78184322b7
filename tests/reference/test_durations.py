from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference.durations import duration

MILLISECONDS = {
    "y": 31_536_000_000,
    "w": 604_800_000,
    "d": 86_400_000,
    "h": 3_600_000,
    "m": 60_000,
    "s": 1000,
    "ms": 1,
}
COUNTS = st.dictionaries(st.sampled_from(list(MILLISECONDS)), st.integers(0, 40), min_size=1)


def written(counts):
    return "".join(f"{counts[unit]}{unit}" for unit in MILLISECONDS if unit in counts)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0),
        ("0s", 0),
        ("30s", 30),
        ("1m30s", 90),
        ("1d", 86_400),
        ("500ms", 0.5),
        ("2w1h", 1_213_200),
        ("90m", 5400),
    ],
)
def test_a_duration_is_as_long_as_prometheus_takes_it_for(text, seconds):
    assert duration(text).total_seconds() == seconds


@given(COUNTS)
def test_a_duration_is_the_sum_of_its_units(counts):
    whole = sum(count * MILLISECONDS[unit] for unit, count in counts.items())
    assert duration(written(counts)) == timedelta(milliseconds=whole)


@given(COUNTS.filter(lambda counts: len(counts) > 1))
def test_units_that_rise_are_refused(counts):
    backwards = "".join(f"{counts[unit]}{unit}" for unit in reversed(MILLISECONDS) if unit in counts)
    with pytest.raises(ValueError, match="no duration"):
        duration(backwards)


@given(st.text())
def test_any_text_is_a_duration_or_refused_as_none(text):
    with suppress(ValueError):
        assert duration(text) >= timedelta()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        "-1s",
        "+1s",
        "1.5m",
        "1 m",
        " 1m",
        "1m\n",
        "m",
        "1M",
        "1m1m",
        "1µs",
        "\u0661m",
        "1e3s",
        "300y",
        f"{10**30}w",
    ],
)
def test_what_prometheus_refuses_is_refused(text):
    with pytest.raises(ValueError, match="Prometheus"):
        duration(text)
