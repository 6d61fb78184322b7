"""Days and moments in stack files: when a reservation or a grant begins and ends, always in UTC."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta


def day(text: str) -> date:
    """Read the day of a text such as `2026-12-15`. Raises ValueError for one that is not in the calendar."""
    return date.fromisoformat(text)


def moment(text: str) -> datetime:
    """Read the moment of a text such as `2026-12-15T11:30Z`. Raises ValueError for one that is not in the calendar."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%MZ").replace(tzinfo=UTC)


def start_of(first: date) -> datetime:
    """Return the midnight at which a day begins."""
    return datetime.combine(first, time(), UTC)


def end_of(last: date) -> datetime:
    """Return the midnight at which a day is over."""
    return datetime.combine(last + timedelta(days=1), time(), UTC)


def seconds(when: datetime) -> int:
    """Return a moment as Prometheus counts: seconds since 1970."""
    return int(when.timestamp())


def days_until(when: datetime, as_of: date) -> int:
    """Count the midnights between a day and a moment; negative once the moment's day is past."""
    return (when.astimezone(UTC).date() - as_of).days


def most_at_once(spans: Iterable[tuple[datetime | None, datetime | None, int]]) -> int:
    """Return the largest sum of amounts that hold at one moment. A span is from, until and amount; None has no bound.

    A span is over at the moment it ends, so one that begins then does not add to it.
    """
    first, last = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    known = [(start or first, end or last, amount) for start, end, amount in spans]
    most = 0
    # The sum rises only where a span begins, so no other moment has to be looked at.
    for begins, _, _ in known:
        at_once = sum(amount for start, end, amount in known if start <= begins < end)
        most = max(most, at_once)
    return most
