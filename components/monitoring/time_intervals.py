"""Times of Alertmanager: working hours, in which what can wait is told, and planned work, in which nothing is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from components.monitoring.objective import Severity

REPEAT_INTERVALS: Mapping[Severity, str] = {"page": "1h", "page-in-hours": "4h", "ticket": "24h"}
"""The time after which an alert that still fires is told again, by severity."""
WORKING_HOURS = "working-hours"
WHOLE_DAY = ("00:00", "24:00")


@dataclass(frozen=True, kw_only=True)
class Hours:
    """Working days from `first_day` to `last_day`, and the hours of each from `start` to `end`, in UTC."""

    first_day: str
    last_day: str
    start: str
    end: str


@dataclass(frozen=True, kw_only=True)
class Window:
    """Planned work from `start` until `end`, in UTC. `title` says what and whose."""

    start: datetime
    end: datetime
    title: str

    @property
    def name(self) -> str:
        """The name of its interval."""
        return f"maintenance from {self.start:%Y-%m-%dT%H:%MZ}: {self.title}"


def time_intervals(hours: Hours | None, windows: Sequence[Window]) -> list[dict[str, Any]]:
    """The intervals of an AlertmanagerConfig by name."""
    working = [{"name": WORKING_HOURS, "timeIntervals": [working_interval(hours)]}] if hours else []
    return [*working, *({"name": each.name, "timeIntervals": days_of(each)} for each in windows)]


def working_interval(hours: Hours) -> dict[str, Any]:
    """The working hours of a week."""
    days = hours.first_day if hours.first_day == hours.last_day else f"{hours.first_day}:{hours.last_day}"
    return {"weekdays": [days], "times": [{"startTime": hours.start, "endTime": hours.end}]}


def days_of(window: Window) -> list[dict[str, Any]]:
    """A window day by day: an interval of Alertmanager is a date and the hours of it, and passes no midnight."""
    found: list[dict[str, Any]] = []
    day = window.start.date()
    while day <= window.end.date():
        first = f"{window.start:%H:%M}" if day == window.start.date() else WHOLE_DAY[0]
        last = f"{window.end:%H:%M}" if day == window.end.date() else WHOLE_DAY[1]
        if first != last:
            found.append(
                {
                    "years": [str(day.year)],
                    "months": [str(day.month)],
                    "daysOfMonth": [{"start": day.day, "end": day.day}],
                    "times": [{"startTime": first, "endTime": last}],
                }
            )
        day += timedelta(days=1)
    return found
