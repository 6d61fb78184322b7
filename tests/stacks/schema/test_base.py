"""Numbers of stack files, which are what was written and nothing else."""

import pytest

from stacks.schema.base import exact_decimal, whole_number


@pytest.mark.parametrize(
    ("number", "exact"), [(0.1, "0.1"), (180000.0, "180000"), (5, "5"), (1e22, "10000000000000000000000")]
)
def test_a_number_becomes_the_decimal_that_was_written(number, exact):
    assert str(exact_decimal(number)) == exact


@pytest.mark.parametrize("wrong", ["5", "1_000", " 5 ", "\u0665", True, None, [5]])
def test_nothing_but_a_number_becomes_a_decimal(wrong):
    with pytest.raises(ValueError, match="not a number"):
        exact_decimal(wrong)


@pytest.mark.parametrize("wrong", [True, 1.0, "1", None])
def test_nothing_but_an_int_is_whole(wrong):
    assert whole_number(1) == 1
    with pytest.raises(ValueError, match="not a whole number"):
        whole_number(wrong)
