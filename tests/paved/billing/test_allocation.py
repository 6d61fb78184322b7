"""Amounts are divided to the cent, and written as finance reads them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paved.billing.allocation import divide_by_weight
from paved.billing.formatting import dollars, whole_dollars

AMOUNTS = st.decimals(min_value=-(10**9), max_value=10**9, places=12)


@given(
    st.decimals(min_value=-(10**7), max_value=10**7, places=2),
    st.dictionaries(st.text(max_size=3), AMOUNTS, min_size=1, max_size=12),
)
def test_an_amount_that_is_divided_is_neither_more_nor_less(total, weights):
    shares = divide_by_weight(total, weights)
    assert sum(shares.values()) == total
    assert shares.keys() == weights.keys()


def test_shares_go_by_weight_and_the_odd_cent_to_the_largest_remainder():
    assert divide_by_weight(Decimal("10.00"), {"a": Decimal(2), "b": Decimal(1)}) == {
        "a": Decimal("6.67"),
        "b": Decimal("3.33"),
    }


def test_nobody_is_charged_by_a_negative_weight():
    assert divide_by_weight(Decimal("9.00"), {"a": Decimal(-5), "b": Decimal(3)}) == {
        "a": 0,
        "b": Decimal("9.00"),
    }


def test_an_amount_is_shared_evenly_where_nobody_cost_anything():
    shares = divide_by_weight(Decimal("0.05"), {"a": Decimal(0), "b": Decimal(0)})
    assert sorted(shares.values()) == [Decimal("0.02"), Decimal("0.03")]


def test_an_amount_for_nobody_is_an_error():
    with pytest.raises(ValueError, match="nobody"):
        divide_by_weight(Decimal(1), {})


def test_dollars_are_written_as_finance_reads_them():
    assert dollars(Decimal("1234567.8")) == "$1,234,567.80"
    assert dollars(Decimal("-3.2")) == "\N{MINUS SIGN}$3.20"
    assert whole_dollars(Decimal("-1234.50")) == "\N{MINUS SIGN}$1,235"
