"""A calendar month of a bill, in UTC."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from paved.errors import BadInput

WRITTEN = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")

# Those of the calendar module follow the locale, and a report is the same bytes everywhere.
MONTH_NAMES = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


@dataclass(frozen=True, order=True)
class Month:
    """A month by its first day."""

    first: date

    @classmethod
    def read(cls, text: str) -> "Month":
        """A month written as YYYY-MM. Raises BadInput for any other text."""
        match = WRITTEN.fullmatch(text)
        if not match:
            raise BadInput(
                f"`--month` must be a month as YYYY-MM, got `{text[:40]}`",
                hint="write it as in `--month 2026-11`",
            )
        return cls(date(int(match[1]), int(match[2]), 1))

    @classmethod
    def of(cls, day: date) -> "Month":
        """The month that a day is in."""
        return cls(day.replace(day=1))

    def __str__(self) -> str:
        return f"{self.first:%Y-%m}"

    def __contains__(self, day: date) -> bool:
        return (day.year, day.month) == (self.first.year, self.first.month)

    @property
    def in_words(self) -> str:
        """The month with its name."""
        return f"{MONTH_NAMES[self.first.month - 1]} {self.first.year}"

    @property
    def length(self) -> int:
        """The number of its days."""
        return monthrange(self.first.year, self.first.month)[1]

    @property
    def last(self) -> date:
        """Its last day."""
        return self.first.replace(day=self.length)

    @property
    def days(self) -> tuple[date, ...]:
        """Every day of it."""
        return tuple(self.first + timedelta(days=number) for number in range(self.length))

    @property
    def previous(self) -> "Month":
        """The month before."""
        return Month.of(self.first - timedelta(days=1))

    @property
    def following(self) -> "Month":
        """The month after."""
        return Month.of(self.last + timedelta(days=1))
