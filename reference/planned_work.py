"""Bounds of planned work, in which nobody is told of alerts: checks of stack files and rules of plans hold the same."""

from collections.abc import Iterable
from datetime import datetime, timedelta

LONGEST = timedelta(days=3)
"""The longest that alerts may be silent at a stretch: nobody would look at what is silent for longer."""
BETWEEN = timedelta(hours=12)
"""Windows with less than this between them are one stretch: nobody is told in a moment that comes and goes."""

Span = tuple[datetime, datetime]


def joined(spans: Iterable[Span]) -> list[Span]:
    """Return the stretches that spans make up together, by their beginning."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start - found[-1][1] < BETWEEN:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found
