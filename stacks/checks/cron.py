"""Cron as Kubernetes reads it: five fields, each a list of values, ranges and steps."""

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
FIELDS: Sequence[tuple[str, int, int, Sequence[str]]] = (
    ("minute", 0, 59, ()),
    ("hour", 0, 23, ()),
    ("day of the month", 1, 31, ()),
    ("month", 1, 12, MONTHS),
    ("day of the week", 0, 6, DAYS),
)
"""Title of a field, its least and greatest value, and the names that stand for values from the least on."""

# Kubernetes runs a job where either the day of the month or that of the week fits, unless one of them is any day.
ANY = ("*", "?", "*/1", "?/1")

# The 29th of February comes, if seldom.
LEAP_YEAR = 2028

PART = re.compile(r"(?:[*?]|(?P<first>[0-9a-z]+)(?:-(?P<last>[0-9a-z]+))?)(?:/(?P<step>[0-9]+))?")


def cron_problem(cron: str) -> str | None:
    """Message for a schedule that Kubernetes refuses or that never comes; None for a good one."""
    # A day of the week is 0 to 6: Kubernetes knows no 7.
    fields = cron.split(" ")
    if len(fields) != len(FIELDS):
        return f"must have {len(FIELDS)} fields, got {len(fields)}"
    for text, (title, least, most, names) in zip(fields, FIELDS, strict=True):
        for part in text.lower().split(","):
            if not _is_part(part, least, most, names):
                return f"must have a {title} of {least} to {most}, got `{text}`"
    return None if _has_a_day(fields) else f"must have a day that some month has, got `{cron}`"


def _has_a_day(fields: Sequence[str]) -> bool:
    """Whether a day ever comes: the 31st of February never does. A day of the week that is named comes anyhow."""
    _, _, days, months, weekdays = fields
    if not any(part in ANY for part in weekdays.split(",")):
        return True
    least = min(_values(days, 1, 31, ()))
    return any(least <= monthrange(LEAP_YEAR, month)[1] for month in _values(months, 1, 12, MONTHS))


def _values(text: str, least: int, most: int, names: Sequence[str]) -> Iterator[int]:
    """Every value of a field that can be read."""
    for part in text.lower().split(","):
        found = PART.fullmatch(part)
        assert found
        first = _value(found["first"], least, names) if found["first"] else least
        last = _value(found["last"], least, names) if found["last"] else None
        to_the_end = not found["first"] or (found["step"] and last is None)
        assert first is not None
        yield from range(first, (most if to_the_end else last or first) + 1, int(found["step"] or 1))


def _is_part(part: str, least: int, most: int, names: Sequence[str]) -> bool:
    found = PART.fullmatch(part)
    if found is None or (found["step"] is not None and not 1 <= int(found["step"]) <= most):
        return False
    if found["first"] is None:
        return True
    first = _value(found["first"], least, names)
    last = first if found["last"] is None else _value(found["last"], least, names)
    return first is not None and last is not None and least <= first <= last <= most


def _value(text: str, least: int, names: Sequence[str]) -> int | None:
    if text in names:
        return least + names.index(text)
    return int(text) if text.isdecimal() else None
