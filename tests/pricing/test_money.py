"""Cents are neither made nor lost."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.cost_range import NOTHING, CostRange
from pricing.money import apportion, cents, split, usd

AMOUNTS = st.decimals(min_value=0, max_value=10**9, places=2)
WEIGHTS = st.dictionaries(
    st.text(min_size=1, max_size=5),
    st.decimals(min_value=0, max_value=10**7, places=4),
    min_size=1,
    max_size=30,
).filter(lambda weights: sum(weights.values()) > 0)
EXACT = st.decimals(min_value=-(10**9), max_value=10**9, places=12)
PARTS = st.dictionaries(st.integers(0, 40), EXACT, min_size=1, max_size=20)
RISING = st.lists(AMOUNTS, min_size=4, max_size=4).map(sorted)


def figures(values):
    return CostRange(floor=values[0], low=values[1], expected=values[2], ceiling=values[3])


@given(AMOUNTS, WEIGHTS)
def test_shares_add_up_to_the_cent_and_none_is_a_cent_off_its_weight(total, weights):
    shares = apportion(total, weights)
    assert sum(shares.values()) == total
    whole = sum(weights.values())
    for name, share in shares.items():
        assert share == cents(share)
        assert abs(share - total * weights[name] / whole) < Decimal("0.01") + Decimal("1e-12")


def test_the_cent_left_over_goes_to_the_largest_remainder():
    shares = apportion(Decimal("100.00"), {"a": Decimal(1), "b": Decimal(1), "c": Decimal(1)})
    assert shares == {"a": Decimal("33.34"), "b": Decimal("33.33"), "c": Decimal("33.33")}
    assert apportion(Decimal("0.05"), {"a": Decimal(1), "b": Decimal(2)})["b"] == Decimal("0.03")


def test_the_order_in_which_weights_are_given_does_not_matter():
    weights = {"a": Decimal(1), "b": Decimal(1), "c": Decimal(1)}
    assert apportion(Decimal("0.01"), weights) == apportion(Decimal("0.01"), dict(reversed(weights.items())))


@pytest.mark.parametrize(
    ("total", "weights"),
    [("1.005", {"a": 1}), ("-1.00", {"a": 1}), ("1.00", {"a": 0}), ("1.00", {}), ("1.00", {"a": 2, "b": -1})],
)
def test_what_cannot_be_shared_out_is_refused(total, weights):
    with pytest.raises(ValueError, match=r"shared out|weights"):
        apportion(Decimal(total), {name: Decimal(weight) for name, weight in weights.items()})


@given(st.lists(RISING, max_size=20))
def test_sums_of_figures_keep_their_order(rows):
    total = sum(map(figures, rows), NOTHING)
    assert total.floor <= total.low <= total.expected <= total.ceiling
    assert total.expected == sum((row[2] for row in rows), Decimal(0))


@given(RISING.map(figures), st.decimals(min_value=0, max_value=1000, places=3))
def test_figures_keep_their_order_when_they_are_scaled_and_rounded(row, factor):
    scaled = (row * factor).rounded()
    assert scaled.floor <= scaled.low <= scaled.expected <= scaled.ceiling


def test_figures_that_fall_are_refused():
    with pytest.raises(ValueError, match="figures rise"):
        figures([Decimal(2), Decimal(1), Decimal(3), Decimal(4)])


def test_money_is_printed_with_two_decimals_and_thousands_marks():
    assert (usd(Decimal("1234567.895")), usd(Decimal(0)), usd(None)) == ("1,234,567.90", "0.00", "unpriced")


@given(PARTS)
def test_rounded_parts_add_up_to_the_rounded_whole(parts):
    whole = cents(sum(parts.values()))
    rounded = split(whole, parts)
    assert sum(rounded.values()) == whole


@given(PARTS)
def test_no_part_is_a_cent_or_more_from_what_it_was(parts):
    rounded = split(cents(sum(parts.values())), parts)
    assert all(abs(rounded[key] - parts[key]) < Decimal("0.01") for key in parts)


def test_parts_of_another_total_are_refused():
    with pytest.raises(ValueError, match="cannot be rounded"):
        split(Decimal("5.00"), {"a": Decimal("1.00")})


@pytest.mark.parametrize(
    ("amount", "rounded"), [("2.675", "2.68"), ("-2.675", "-2.68"), ("0.004", "0.00"), ("-0.001", "0.00")]
)
def test_half_a_cent_is_rounded_away_from_zero(amount, rounded):
    assert str(cents(Decimal(amount))) == rounded
