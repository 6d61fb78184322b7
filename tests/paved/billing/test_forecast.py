"""A forecast from the first day, with an interval that holds about four times in five, or none."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paved.billing.forecast import Horizon, expected_cost, forecast_month, quantile
from paved.billing.month import Month

NOVEMBER = Month.read("2026-11")
FLAT = {day: Decimal(10) for day in (*NOVEMBER.previous.days, *NOVEMBER.days)}


def known(days, *, has_history=True, month=NOVEMBER):
    return Horizon(month=month, through=month.first + timedelta(days=days - 1), has_history=has_history)


def test_a_steady_month_is_forecast_exactly():
    forecast = forecast_month(FLAT, Decimal(5), known(10))
    assert forecast.amount == 305
    assert forecast.low == forecast.high == 305


def test_there_is_a_forecast_before_the_first_day_is_settled():
    assert forecast_month(FLAT, Decimal(0), known(0)).amount == 300


def test_workdays_and_weekends_are_forecast_apart():
    usage = {day: Decimal(1 if day.weekday() >= 5 else 100) for day in NOVEMBER.previous.days}
    # November 2026 has 21 workdays and 9 days of weekends.
    assert forecast_month(usage, Decimal(0), known(0)).amount == 21 * 100 + 9


def test_the_month_before_counts_as_one_week_of_days():
    usage = dict.fromkeys(NOVEMBER.previous.days, Decimal(10)) | dict.fromkeys(NOVEMBER.days[:7], Decimal(20))
    # Seven days of 20 and seven of 10 make a level of 15 for the 23 days ahead.
    assert forecast_month(usage, Decimal(0), known(7)).amount == 7 * 20 + 23 * 15


def test_a_month_that_is_over_needs_no_forecast():
    forecast = forecast_month(FLAT, Decimal(1), known(30))
    assert (forecast.amount, forecast.low, forecast.high) == (301, None, None)


def test_without_history_there_is_no_interval_before_three_weeks_are_known():
    assert forecast_month(FLAT, Decimal(0), known(20, has_history=False)).low is None
    assert forecast_month(FLAT, Decimal(0), known(21, has_history=False)).low is not None


def test_nothing_known_is_no_forecast():
    assert forecast_month({}, Decimal(9), known(0, has_history=False)) is None


def test_the_interval_never_starts_below_what_is_spent_already():
    usage = {day: Decimal(1000 if day.day == 7 else 0) for day in (*NOVEMBER.previous.days, *NOVEMBER.days)}
    forecast = forecast_month(usage, Decimal(0), known(14))
    assert forecast.low == 1000


@given(
    st.lists(
        st.tuples(st.decimals(0, 10**6, places=6), st.decimals(0, 10**6, places=6)), min_size=61, max_size=61
    ),
    st.integers(0, 30),
)
def test_parts_that_are_forecast_apart_add_up_to_the_whole(pairs, days):
    every = (*NOVEMBER.previous.days, *NOVEMBER.days)
    first = {day: pair[0] for day, pair in zip(every, pairs, strict=True)}
    second = {day: pair[1] for day, pair in zip(every, pairs, strict=True)}
    both = {day: first[day] + second[day] for day in every}
    horizon = known(days)
    parts = expected_cost(first, Decimal(1), horizon) + expected_cost(second, Decimal(2), horizon)
    assert abs(parts - expected_cost(both, Decimal(3), horizon)) < Decimal("1e-20")


def waves(seed):
    """Two months of training that comes in weeks of more and less, a tenth up and down on single days."""
    random = Random(seed)
    month = Month(date(2026, random.randint(2, 12), 1))
    weeks, usage = {}, {}
    for day in (*month.previous.days, *month.days):
        week = weeks.setdefault(day.isocalendar()[:2], random.uniform(0.85, 1.15))
        usual = 3900 if day.weekday() >= 5 else 5000
        usage[day] = Decimal(str(round(usual * week * random.uniform(0.95, 1.05), 2)))
    return month, usage


@pytest.mark.parametrize("days", [1, 7, 14, 21])
def test_the_interval_holds_about_four_months_in_five(days):
    held = 0
    for seed in range(100):
        month, usage = waves(seed)
        forecast = forecast_month(usage, Decimal(0), known(days, month=month))
        held += forecast.holds(sum(usage[day] for day in month.days))
    assert 68 <= held <= 95


@pytest.mark.parametrize(
    ("as_of", "last", "through"),
    [
        (date(2026, 11, 21), date(2026, 11, 20), date(2026, 11, 19)),
        (date(2026, 11, 21), date(2026, 11, 15), date(2026, 11, 15)),
        (date(2026, 11, 1), None, date(2026, 10, 31)),
        (date(2026, 12, 2), date(2026, 11, 30), date(2026, 11, 30)),
        (date(2027, 1, 5), date(2026, 11, 12), date(2026, 11, 30)),
    ],
)
def test_days_are_known_once_they_are_settled_and_in_the_source(as_of, last, through):
    assert Horizon.of(NOVEMBER, as_of, last, has_history=True).through == through


def test_quantiles_fall_towards_the_normal_distribution():
    values = [quantile(freedom) for freedom in range(1, 40)]
    assert values == sorted(values, reverse=True)
    assert values[-1] == Decimal("1.282")
