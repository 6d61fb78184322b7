"""The hours that a page about an incident looks at."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from paved.billing.month import Month
from paved.moment_option import moment_option
from paved.operations.period import Period


@dataclass(frozen=True, kw_only=True)
class IncidentWindow:
    """From `start` until `end`, the moment that is asked about."""

    start: datetime
    end: datetime

    @property
    def month(self) -> Month:
        """The month of its end, of which the exports are."""
        return Month.read(f"{self.end:%Y-%m}")

    @property
    def period(self) -> Period:
        """That month up to the day of its end."""
        return Period(month=self.month, as_of=self.end.date())

    def __contains__(self, when: datetime) -> bool:
        return self.start <= when <= self.end

    def last(self, values: Mapping[int, float], hours: int) -> dict[int, float]:
        """The values of steps within the last hours."""
        since, period = self.end - timedelta(hours=hours), self.period
        return {step: value for step, value in values.items() if since < period.moment(step) <= self.end}


def window(at: str, hours: int) -> IncidentWindow:
    """The window up to a moment such as `2026-11-15T12:30Z`. Raises BadInput for another text."""
    end = moment_option(at)
    return IncidentWindow(start=end - timedelta(hours=hours), end=end)
