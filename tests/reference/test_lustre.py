import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference.lustre import is_size, sizes_around, throughput_mbps

ANY = st.integers(min_value=0, max_value=2_000_000)


@pytest.mark.parametrize(
    ("gib", "allowed"),
    [(0, False), (1199, False), (1200, True), (2400, True), (3600, False), (4800, True), (7201, False)],
)
def test_a_size_is_1200_or_a_multiple_of_2400(gib, allowed):
    assert is_size(gib) is allowed


@given(ANY)
def test_the_sizes_around_any_other_are_sizes_with_none_between(gib):
    below, above = sizes_around(gib)
    assert is_size(below)
    assert is_size(above)
    assert not any(is_size(size) for size in (below + 600, below + 1200) if below < size < above)
    assert above > gib
    assert below <= gib or gib < 1200


@given(st.integers(min_value=1, max_value=420), st.sampled_from([125, 250, 500, 1000]))
def test_throughput_grows_with_both_and_loses_nothing(steps, per_tib):
    assert throughput_mbps(2400 * steps, per_tib) * 1000 == 2400 * steps * per_tib


def test_throughput_is_what_aws_says_it_is():
    assert throughput_mbps(2400, 50) == 120  # the example of the API reference
    assert throughput_mbps(1200, None) == 240  # scratch
