from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.monitoring.burn_rate import (
    BURN_RATES,
    PERIOD_DAYS,
    error_budget,
    min_requests_per_hour,
    promql_number,
    threshold,
)

MINUTES = {"m": 1, "h": 60, "d": 24 * 60}
AVAILABILITIES = st.decimals(min_value="93.1", max_value="99.99", places=3)


def minutes(window):
    return int(window[:-1]) * MINUTES[window[-1]]


def test_the_rates_are_those_of_the_sre_workbook():
    assert [(burn.urgency, burn.long, burn.short, burn.factor) for burn in BURN_RATES] == [
        ("page", "1h", "5m", Decimal("14.4")),
        ("page", "6h", "30m", Decimal("6")),
        ("ticket", "1d", "2h", Decimal("3")),
        ("ticket", "3d", "6h", Decimal("1")),
    ]


def test_each_rate_uses_up_the_share_of_the_period_it_is_meant_to():
    shares = [burn.factor * minutes(burn.long) / (PERIOD_DAYS * MINUTES["d"]) for burn in BURN_RATES]
    assert shares == [Decimal("0.02"), Decimal("0.05"), Decimal("0.1"), Decimal("0.1")]


@pytest.mark.parametrize("burn", BURN_RATES, ids=lambda burn: burn.long)
def test_a_short_window_is_a_twelfth_of_its_long_one(burn):
    assert minutes(burn.long) == 12 * minutes(burn.short) == 60 * burn.hours


def test_the_budget_has_no_binary_rounding():
    assert str(error_budget(Decimal("99.9"))) == "0.001"
    assert [promql_number(threshold(burn, Decimal("99.95"))) for burn in BURN_RATES] == [
        "0.0072",
        "0.003",
        "0.0015",
        "0.0005",
    ]


@pytest.mark.parametrize("percent", ["0", "90", "93.05", "100", "100.1", "-1"])
def test_an_availability_whose_fastest_alert_cannot_fire_is_refused(percent):
    with pytest.raises(ValueError, match=r"above 93\.06 % and below 100 %"):
        error_budget(Decimal(percent))


@given(AVAILABILITIES)
def test_every_threshold_can_be_reached(percent):
    assert all(0 < threshold(burn, percent) < 1 for burn in BURN_RATES)


@pytest.mark.parametrize(("percent", "requests"), [("99.95", 139), ("99.9", 70), ("99.5", 14), ("99", 7)])
def test_the_min_requests_per_hour_follow_from_the_availability(percent, requests):
    assert min_requests_per_hour(Decimal(percent)) == requests


@given(AVAILABILITIES)
def test_one_failure_alerts_under_the_fewest_requests_and_never_at_them(percent):
    """An alert asks for this traffic on average over its long window, which is what dilutes the failure."""
    fewest = min_requests_per_hour(percent)
    assert all(1 / Decimal(fewest * burn.hours) <= threshold(burn, percent) for burn in BURN_RATES)
    if fewest > 1:
        assert any(1 / Decimal((fewest - 1) * burn.hours) > threshold(burn, percent) for burn in BURN_RATES)


@pytest.mark.parametrize(
    ("number", "text"), [("0.00010", "0.0001"), ("3E+1", "30"), ("1E-7", "0.0000001"), ("0.9995", "0.9995")]
)
def test_numbers_are_written_in_full(number, text):
    assert promql_number(Decimal(number)) == text
