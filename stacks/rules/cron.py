"""Cron as Kubernetes reads it: five fields, each a list of values, ranges and steps."""

import re
from collections.abc import Sequence

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
FIELDS: Sequence[tuple[str, int, int, Sequence[str]]] = (
    ("minute", 0, 59, ()),
    ("hour", 0, 23, ()),
    ("day of the month", 1, 31, ()),
    ("month", 1, 12, MONTHS),
    ("day of the week", 0, 6, DAYS),
)
"""What a field is called, its least and greatest value, and the names that stand for values from the least on."""

PART = re.compile(r"(?:[*?]|(?P<first>[0-9a-z]+)(?:-(?P<last>[0-9a-z]+))?)(?:/(?P<step>[0-9]+))?")


def cron_problem(cron: str) -> str | None:
    """What is wrong with a schedule, or None. A day of the week is 0 to 6: Kubernetes knows no 7."""
    fields = cron.split(" ")
    if len(fields) != len(FIELDS):
        return f"must have {len(FIELDS)} fields, got {len(fields)}"
    for text, (title, least, most, names) in zip(fields, FIELDS, strict=True):
        for part in text.lower().split(","):
            if not _is_part(part, least, most, names):
                return f"must have a {title} of {least} to {most}, got `{text}`"
    return None


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
