"""What stands out, what changed since the month before, and how last month's forecasts did."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from benchmarks.meters import PAYER
from paved.billing.bill_line import Actuals, bill
from paved.billing.focus import read_focus
from paved.billing.month import Month
from paved.billing.report import month_report

AS_OF = date(2026, 11, 21)
NOVEMBER = Month.read("2026-11")
OCTOBER = NOVEMBER.previous


@pytest.fixture(scope="module")
def actuals(sample_bill):
    return read_focus(sample_bill, NOVEMBER, AS_OF)


@pytest.fixture(scope="module")
def november(actuals, owners):
    return month_report(NOVEMBER, AS_OF, actuals, owners)


def steady(actuals, *, extra, on, usual=100):
    """One service of one team at as many dollars each day, but for a few days."""
    first = next(line for line in actuals.lines if line.kind == "usage" and line.team == "vision")
    days = [day for day in (*OCTOBER.days, *NOVEMBER.days) if day <= date(2026, 11, 19)]
    lines = tuple(
        replace(first, day=day, month=Month.of(day), effective=usual + (extra if day in on else Decimal(0)))
        for day in days
    )
    return Actuals(source="test", currency="USD", payer="1", rows=len(lines), lines=lines)


def ours(actuals, month):
    """The lines of a month in the accounts of the stacks: the payer's, with support and credits, is in no file."""
    return [line for line in actuals.of_month(month) if line.account != PAYER]


def test_the_evaluation_that_was_left_running_stands_out(november):
    found = {(each.first, each.owner.stack, each.item) for each in november.anomalies}
    assert (date(2026, 11, 12), "vision-prod", "g6e.12xlarge") in found


def test_days_in_a_row_are_one_anomaly_over_a_weekend_too(actuals, owners):
    on = {date(2026, 11, 5), date(2026, 11, 6), date(2026, 11, 9)}
    (anomaly,) = month_report(NOVEMBER, AS_OF, steady(actuals, extra=Decimal(700), on=on), owners).anomalies
    assert (anomaly.first, anomaly.last, anomaly.days) == (date(2026, 11, 5), date(2026, 11, 9), 3)
    assert anomaly.impact == 2100


def test_what_is_below_the_amount_of_the_guardrails_is_not_reported(actuals, owners):
    # foundation-prod tells of 550 dollars and more.
    month = month_report(NOVEMBER, AS_OF, steady(actuals, extra=Decimal(549), on={date(2026, 11, 5)}), owners)
    assert month.anomalies == ()
    month = month_report(NOVEMBER, AS_OF, steady(actuals, extra=Decimal(550), on={date(2026, 11, 5)}), owners)
    assert len(month.anomalies) == 1


@pytest.mark.parametrize(("extra", "reported"), [("599.99", 0), ("600.00", 1)])
def test_what_is_little_against_the_usual_is_not_reported(actuals, owners, extra, reported):
    # foundation-prod tells of 30 percent and more.
    costs = steady(actuals, usual=2000, extra=Decimal(extra), on={date(2026, 11, 5)})
    assert len(month_report(NOVEMBER, AS_OF, costs, owners).anomalies) == reported


def test_days_that_are_not_settled_are_not_judged(actuals, owners):
    month = month_report(
        NOVEMBER,
        AS_OF - timedelta(days=5),
        steady(actuals, extra=Decimal(900), on={date(2026, 11, 17)}),
        owners,
    )
    assert month.anomalies == ()


def test_changes_add_up_to_the_change_of_the_bill_over_the_same_days(november, actuals):
    through = november.horizon.through
    now = bill(line for line in ours(actuals, NOVEMBER) if line.day <= through)
    before = bill(line for line in ours(actuals, OCTOBER) if line.day <= through.replace(month=10))
    changed = november.drivers.changed
    assert november.drivers.days == 19
    assert sum(driver.now for driver in changed) == now
    assert sum(driver.change for driver in changed) == now - before
    assert sum(driver.now for driver in november.drivers.largest) == now


def test_changes_are_the_largest_first(november):
    sizes = [abs(driver.change) for driver in november.drivers.changed[:-1]]
    assert sizes == sorted(sizes, reverse=True)


def test_a_closed_month_is_compared_whole(actuals, owners, sample_bill):
    closed = month_report(OCTOBER, AS_OF, read_focus(sample_bill, OCTOBER, AS_OF), owners)
    assert closed.horizon.is_closed
    assert closed.forecast.amount == closed.total
    assert sum(driver.now for driver in closed.drivers.changed) == closed.total


def test_last_months_forecasts_use_only_what_was_known_then(november, actuals):
    """What came after the days that were known does not move a forecast of the backtest."""
    cut = date(2026, 10, 7)
    changed = tuple(
        replace(line, effective=line.effective * 9) if cut < line.day <= OCTOBER.last else line
        for line in actuals.lines
    )
    moved = month_report(NOVEMBER, AS_OF, replace(actuals, lines=changed), november.budget_owners)
    before = {each.known_days: each for each in november.backtests}
    after = {each.known_days: each for each in moved.backtests}
    assert after[7].forecast == before[7].forecast
    assert after[14].forecast != before[14].forecast
    assert after[7].actual > before[7].actual


def test_a_fee_that_came_later_is_in_no_forecast_of_the_backtest(november, actuals):
    fee = next(line for line in actuals.of_month(OCTOBER) if line.kind == "once" and line.day.day == 1)
    late = replace(fee, account="", day=date(2026, 10, 20), effective=Decimal(50_000))
    month = month_report(
        NOVEMBER, AS_OF, replace(actuals, lines=(*actuals.lines, late)), november.budget_owners
    )
    before = {each.known_days: each for each in november.backtests}
    after = {each.known_days: each for each in month.backtests}
    assert after[14].forecast == before[14].forecast
    assert after[21].forecast.amount == before[21].forecast.amount + 50_000


def test_without_the_month_before_nothing_is_compared(actuals, owners):
    alone = replace(actuals, lines=actuals.of_month(NOVEMBER))
    month = month_report(NOVEMBER, AS_OF, alone, owners)
    assert month.backtests == ()
    assert month.drivers.changed == ()
    assert {driver.change for driver in month.drivers.largest} == {None}
