"""Last month's forecasts, made anew from what was known on a few of its days, beside what it came to."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, localcontext

from paved.billing.bill_line import BillLine
from paved.billing.forecast import Days, Forecast, Horizon, forecast
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


def backtests(charges: Iterable[BillLine], month: Month, *, has_history: bool) -> tuple[Backtest, ...]:
    """The forecasts of a month that is over. A bill read in hindsight has no day that was still unsettled."""
    known = tuple(charges)
    return tuple(_backtests(known, month, has_history))


def usage_by_day(charges: Iterable[BillLine]) -> Days:
    """What goes on day by day, added up."""
    days: dict[date, Decimal] = {}
    with localcontext(prec=DIGITS):
        for charge in charges:
            if charge.kind == "usage":
                days[charge.day] = days.get(charge.day, Decimal(0)) + charge.billed
    return days


def charged_once(charges: Iterable[BillLine], month: Month, until: date | None = None) -> Decimal:
    """Fees, credits and corrections in a month's bill, up to a day where one is given."""
    with localcontext(prec=DIGITS):
        return sum(
            (
                charge.billed
                for charge in charges
                if charge.kind == "once" and charge.month == month and (until is None or charge.day <= until)
            ),
            Decimal(0),
        )


def _backtests(charges: tuple[BillLine, ...], month: Month, has_history: bool) -> Iterator[Backtest]:
    usage = usage_by_day(charges)
    with localcontext(prec=DIGITS):
        actual = sum((charge.billed for charge in charges if charge.month == month), Decimal(0))
    for days in KNOWN_DAYS:
        through = month.first + timedelta(days=days - 1)
        horizon = Horizon(month=month, through=through, has_history=has_history)
        made = forecast(usage, charged_once(charges, month, through), horizon)
        if made is not None:
            yield Backtest(known_days=days, through=through, forecast=made.rounded(), actual=cents(actual))
