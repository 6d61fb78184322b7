"""The month of a report in steps of five minutes, as every export of Prometheus is cut."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any

from paved.billing.month import Month
from paved.errors import BadInput
from stacks.reading.problems import shown

STEP_SECONDS = 300
"""A month has at most 8,928 steps: a range query of Prometheus answers with up to 11,000."""


@dataclass(frozen=True, kw_only=True)
class Period:
    """A month up to a day. Step 1 ends five minutes after the month began: a sample tells of the step before it."""

    month: Month
    as_of: date

    @cached_property
    def start(self) -> datetime:
        """The first moment of the month."""
        return midnight(self.month.first)

    @cached_property
    def end(self) -> datetime:
        """The end of the month, or of the day as of which it is told."""
        return midnight(min(self.month.last, self.as_of) + timedelta(days=1))

    @property
    def is_over(self) -> bool:
        """Whether the whole month is told."""
        return self.as_of > self.month.last

    @property
    def days(self) -> int:
        """The days that are told."""
        return (self.end - self.start).days

    @cached_property
    def steps(self) -> int:
        """The number of steps that are told."""
        return self.days * 24 * 3600 // STEP_SECONDS

    @cached_property
    def _began(self) -> float:
        return self.start.timestamp()

    def step(self, moment: float) -> int | None:
        """The step that a sample ends, in seconds since 1970; None for one outside. Raises ValueError between two."""
        number, rest = divmod(moment - self._began, STEP_SECONDS)
        if rest:
            raise ValueError("no whole number of steps")
        return int(number) if 1 <= number <= self.steps else None

    def moment(self, step: int) -> datetime:
        """The end of a step."""
        return self.start + timedelta(seconds=step * STEP_SECONDS)

    def __contains__(self, moment: datetime) -> bool:
        return self.start <= moment < self.end


def midnight(day: date) -> datetime:
    """The first moment of a day, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def moment_of(where: str, entry: Mapping[str, Any], key: str) -> datetime:
    """A moment of an export as RFC 3339 writes it. Raises BadInput for another value, or one without a time zone."""
    try:
        return _moment(entry.get(key))
    except ValueError:
        found = shown(str(entry.get(key)), limit=40)
        raise BadInput(f"{where}: `{key}` must be a moment with its time zone, got `{found}`") from None


def _moment(text: object) -> datetime:
    if not isinstance(text, str) or "T" not in text:
        raise ValueError("no moment")
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("no time zone")
    return moment.astimezone(UTC)
