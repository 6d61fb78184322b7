"""The hours that a page about an incident looks at."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from paved.billing.month import Month
from paved.errors import BadInput
from paved.operations.period import Period
from stacks.reading.problems import shown
from stacks.schema.dates import moment

WRITTEN = re.compile(r"20\d\d-\d\d-\d\dT\d\d:\d\dZ", re.ASCII)


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
    try:
        if WRITTEN.fullmatch(at):
            end = moment(at)
            return IncidentWindow(start=end - timedelta(hours=hours), end=end)
    except ValueError:
        pass
    raise BadInput(
        f"`--at` must be a moment in UTC as YYYY-MM-DDTHH:MMZ, got `{shown(at, limit=40)}`",
        hint="write it as in `--at 2026-11-15T12:30Z`",
    )
