"""Last month's forecasts, made anew from the lines of its first days, beside what it came to."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, localcontext

from paved.billing.allocation import AllocatedLine
from paved.billing.forecast import Days, Forecast, Horizon, forecast_month
from paved.billing.month import Month
from pricing.money import DIGITS, cents

KNOWN_DAYS = (1, 7, 14, 21)


@dataclass(frozen=True, kw_only=True)
class Backtest:
    """One forecast that could have been made, after so many days of the month were known."""

    known_days: int
    through: date
    forecast: Forecast
    actual: Decimal

    @property
    def error_percent(self) -> Decimal | None:
        """Forecast against actual, in percent of the actual; None for a month that cost nothing."""
        if not self.actual:
            return None
        with localcontext(prec=DIGITS):
            return ((self.forecast.amount - self.actual) / abs(self.actual) * 100).quantize(Decimal("0.1"))


def backtest_month(
    lines: Iterable[AllocatedLine], month: Month, *, has_history: bool
) -> tuple[Backtest, ...]:
    """The forecasts of a month that is over."""
    known = tuple(lines)
    return tuple(_backtests(known, month, has_history))


def usage_by_day(lines: Iterable[AllocatedLine]) -> Days:
    """The cost of use by day, without what is charged once."""
    days: dict[date, Decimal] = {}
    with localcontext(prec=DIGITS):
        for each in lines:
            if each.line.kind == "usage":
                days[each.line.day] = days.get(each.line.day, Decimal(0)) + each.cost
    return days


def charged_once(lines: Iterable[AllocatedLine], month: Month, until: date | None = None) -> Decimal:
    """Fees, credits and corrections in a month's bill, up to a day where one is given."""
    once = [each for each in lines if each.line.kind == "once" and each.line.month == month]
    known = [each.cost for each in once if until is None or each.line.day <= until]
    with localcontext(prec=DIGITS):
        return sum(known, Decimal(0))


def _backtests(lines: tuple[AllocatedLine, ...], month: Month, has_history: bool) -> Iterator[Backtest]:
    usage = usage_by_day(lines)
    with localcontext(prec=DIGITS):
        actual = sum((each.cost for each in lines if each.line.month == month), Decimal(0))
    for days in KNOWN_DAYS:
        through = month.first + timedelta(days=days - 1)
        # A bill read in hindsight has no day that was still unsettled, so the horizon is the day itself.
        horizon = Horizon(month=month, through=through, has_history=has_history)
        forecast = forecast_month(usage, charged_once(lines, month, through), horizon)
        if forecast is not None:
            yield Backtest(
                known_days=days, through=through, forecast=forecast.rounded(), actual=cents(actual)
            )
