"""Days and moments in stack files: when a reservation or a grant begins and ends, always in UTC."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta


def day(text: str) -> date:
    """The day of a text such as `2026-12-15`. Raises ValueError for one that is not in the calendar."""
    return date.fromisoformat(text)


def moment(text: str) -> datetime:
    """The moment of a text such as `2026-12-15T11:30Z`. Raises ValueError for one that is not in the calendar."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%MZ").replace(tzinfo=UTC)


def end_of(last: date) -> datetime:
    """The moment at which a day is over."""
    return datetime.combine(last + timedelta(days=1), time(), UTC)


def seconds(when: datetime) -> int:
    """A moment as Prometheus counts: seconds since 1970."""
    return int(when.timestamp())


def days_until(when: datetime, as_of: date) -> int:
    """How many midnights lie between a day and a moment; negative once the moment's day is past."""
    return (when.astimezone(UTC).date() - as_of).days


def most_at_once(spans: Iterable[tuple[datetime | None, datetime | None, int]]) -> int:
    """The largest sum of amounts that hold at one moment. A span is from, until and amount; None has no bound.

    A span is over at the moment it ends, so one that begins then does not add to it.
    """
    first, last = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    known = [(start or first, end or last, amount) for start, end, amount in spans]
    return max(
        (sum(amount for start, end, amount in known if start <= at < end) for at, _, _ in known), default=0
    )
