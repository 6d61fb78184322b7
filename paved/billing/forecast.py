"""Forecast of a month: a daily level for workdays and one for weekends, and an interval around their sum.

The level is the mean method of Hyndman and Athanasopoulos, Forecasting: Principles and Practice (3rd edition,
5.2 and 5.5), held apart for workdays and weekends. The month before counts as one more week of days, so that
there is a forecast from the first day. Fees, credits and corrections are taken as they stand.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal, localcontext
from typing import Literal

from paved.billing.month import Month
from pricing.money import DIGITS, cents

SETTLED_DAYS = 2
"""AWS restates the last day or two: they are forecast, not read."""

WEEK = {False: Decimal(5), True: Decimal(2)}
"""Days of each class that the month before counts as: those of one week. True is a weekend."""

CONFIDENCE = 80

FEWEST_WEEKS = 3
"""With fewer known there is no interval: one of single days would hold the month one time in three."""

QUANTILES = (
    ("3.078", "1.886", "1.638", "1.533", "1.476", "1.440", "1.415", "1.397", "1.383", "1.372"),
    ("1.363", "1.356", "1.350", "1.345", "1.341", "1.337", "1.333", "1.330", "1.328", "1.325"),
    ("1.323", "1.321", "1.319", "1.318", "1.316", "1.315", "1.314", "1.313", "1.311", "1.310"),
)
"""Student's t at 0.90 for 1 to 30 degrees of freedom, ten in a row (NIST/SEMATECH e-Handbook, 1.3.6.7.2)."""
NORMAL = "1.282"

Days = Mapping[date, Decimal]
"""Usage by day. A day that is not there cost nothing."""


@dataclass(frozen=True, kw_only=True)
class Horizon:
    """The known part of a month: usage up to `through`, none of it where that is the day before the month."""

    month: Month
    through: date
    has_history: bool

    @classmethod
    def of(cls, month: Month, as_of: date, last_used: date | None, *, has_history: bool) -> "Horizon":
        """The horizon of a month as seen on a day, from a source whose last usage is of `last_used`."""
        before = month.first - timedelta(days=1)
        known = min(month.last, as_of - timedelta(days=SETTLED_DAYS), last_used or before)
        # Once a month is settled, a day without a line is one without cost.
        if as_of > month.last + timedelta(days=SETTLED_DAYS):
            known = month.last
        return cls(month=month, through=max(known, before), has_history=has_history)

    @property
    def seen(self) -> tuple[date, ...]:
        """The days whose usage is known."""
        return tuple(day for day in self.month.days if day <= self.through)

    @property
    def ahead(self) -> tuple[date, ...]:
        """The days that are forecast."""
        return tuple(day for day in self.month.days if day > self.through)

    @property
    def is_closed(self) -> bool:
        """Whether there is nothing left to forecast."""
        return not self.ahead

    @property
    def history(self) -> tuple[date, ...]:
        """The days of the month before, where the source has it."""
        return self.month.previous.days if self.has_history else ()


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """The forecast cost of a month. `low` and `high` are None where too little is known to say."""

    amount: Decimal
    low: Decimal | None
    high: Decimal | None
    basis: Literal["days", "estimate"] = "days"

    def rounded(self) -> "Forecast":
        """The same to the cent."""
        low, high = (None if each is None else cents(each) for each in (self.low, self.high))
        return replace(self, amount=cents(self.amount), low=low, high=high)

    def holds(self, actual: Decimal) -> bool | None:
        """Whether the interval holds an amount; None without an interval."""
        return None if self.low is None or self.high is None else self.low <= actual <= self.high


def expected_cost(usage: Days, once: Decimal, horizon: Horizon) -> Decimal | None:
    """The forecast cost of a month, exact: parts forecast apart add up to their whole. None where nothing is known."""
    levels = _levels(usage, horizon)
    if any(is_weekend(day) not in levels for day in horizon.ahead):
        return None
    with localcontext(prec=DIGITS):
        seen = sum((usage.get(day, Decimal(0)) for day in horizon.seen), Decimal(0))
        return once + seen + sum((levels[is_weekend(day)] for day in horizon.ahead), Decimal(0))


def forecast_month(usage: Days, once: Decimal, horizon: Horizon) -> Forecast | None:
    """Forecast a month, with the interval that holds it four times in five. None where nothing is known."""
    amount = expected_cost(usage, once, horizon)
    if amount is None:
        return None
    if horizon.is_closed:
        return Forecast(amount=amount, low=None, high=None)
    half = _half_width(usage, horizon)
    if half is None:
        return Forecast(amount=amount, low=None, high=None)
    with localcontext(prec=DIGITS):
        # No month comes to less than is spent already.
        spent = once + sum((usage.get(day, Decimal(0)) for day in horizon.seen), Decimal(0))
        return Forecast(amount=amount, low=max(amount - half, spent), high=amount + half)


def is_weekend(day: date) -> bool:
    """Saturday or Sunday."""
    return day.weekday() >= 5


def _levels(usage: Days, horizon: Horizon) -> dict[bool, Decimal]:
    """Dollars a day for workdays and weekends; where a class was never seen, that of the other."""
    levels: dict[bool, Decimal] = {}
    for weekend in (False, True):
        seen, before = _of_class(usage, horizon.seen, weekend), _of_class(usage, horizon.history, weekend)
        with localcontext(prec=DIGITS):
            weight = WEEK[weekend] if before else Decimal(0)
            days = weight + len(seen)
            if days:
                levels[weekend] = (weight * _mean(before) + sum(seen, Decimal(0))) / days
    # A source that begins on a Saturday has seen no workday yet: the other class is better than no forecast.
    for weekend in (False, True):
        if levels and weekend not in levels:
            levels[weekend] = levels[not weekend]
    return levels


def _half_width(usage: Days, horizon: Horizon) -> Decimal | None:
    """Half the width of the interval: spread of what is ahead, and doubt about the level, over the days ahead."""
    doubt = Decimal(len(horizon.ahead))
    with localcontext(prec=DIGITS):
        for weekend in (False, True):
            before = _of_class(usage, horizon.history, weekend)
            known = (WEEK[weekend] if before else Decimal(0)) + len(_of_class(usage, horizon.seen, weekend))
            ahead = sum(is_weekend(day) == weekend for day in horizon.ahead)
            doubt += Decimal(ahead) ** 2 / known if known else Decimal(0)
        spread = _spread(_residuals(usage, horizon))
        if spread is None:
            return None
        variance, freedom = spread
        return quantile(freedom) * (variance * doubt).sqrt()


def _residuals(usage: Days, horizon: Horizon) -> list[Decimal]:
    """The distance of each known day from the mean of its class and month, the earliest first."""
    found: list[Decimal] = []
    for days in (horizon.history, horizon.seen):
        means = {weekend: _mean(_of_class(usage, days, weekend)) for weekend in (False, True)}
        found += [usage.get(day, Decimal(0)) - means[is_weekend(day)] for day in days]
    return found


def _spread(residuals: Sequence[Decimal]) -> tuple[Decimal, int] | None:
    """The variance of a day as it adds up over days, and its degrees of freedom. None where too few are known.

    Training comes in waves, so that one day is like the next and single days understate a sum. Sums of whole
    weeks tell (batch means: Law, Simulation Modeling and Analysis, chapter 9); the larger of both counts.
    """
    weeks = [sum(residuals[end - 7 : end], Decimal(0)) for end in range(len(residuals), 6, -7)]
    if len(weeks) < FEWEST_WEEKS:
        return None
    freedom = len(residuals) - 2
    daily = sum((each**2 for each in residuals), Decimal(0)) / freedom
    weekly = sum((each**2 for each in weeks), Decimal(0)) / (len(weeks) - 1) / 7
    return (weekly, len(weeks) - 1) if weekly > daily else (daily, freedom)


def quantile(freedom: int) -> Decimal:
    """Student's t such that four draws in five lie within it on either side."""
    row, column = divmod(freedom - 1, 10)
    return Decimal(QUANTILES[row][column] if row < len(QUANTILES) else NORMAL)


def _of_class(usage: Days, days: Sequence[date], weekend: bool) -> list[Decimal]:
    return [usage.get(day, Decimal(0)) for day in days if is_weekend(day) == weekend]


def _mean(values: Sequence[Decimal]) -> Decimal:
    return sum(values, Decimal(0)) / len(values) if values else Decimal(0)
