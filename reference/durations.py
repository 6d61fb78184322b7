"""Durations as Prometheus and its operator write them: whole numbers of units that fall, such as `1m30s`."""

import re
from collections.abc import Mapping
from datetime import timedelta

# prometheus/common model/time.go: a year has 365 days.
_UNITS: Mapping[str, timedelta] = {
    "y": timedelta(days=365),
    "w": timedelta(weeks=1),
    "d": timedelta(days=1),
    "h": timedelta(hours=1),
    "m": timedelta(minutes=1),
    "s": timedelta(seconds=1),
    "ms": timedelta(milliseconds=1),
}
_FORM = re.compile("".join(f"(?:([0-9]+){unit})?" for unit in _UNITS))
_LONGEST_YEARS = 292
"""Prometheus counts nanoseconds in 63 bits."""


def duration(text: str) -> timedelta:
    """A duration such as `500ms`, `1d` or `0`. Raises ValueError for any other text."""
    found = _FORM.fullmatch("0s" if text == "0" else text)
    if not text or found is None:
        raise ValueError(f"{text!r} is no duration of Prometheus, such as 30s or 1h30m")
    counts = [int(count or 0) for count in found.groups()]
    try:
        whole = sum((count * unit for count, unit in zip(counts, _UNITS.values(), strict=True)), timedelta())
    except OverflowError:
        whole = timedelta.max
    if whole > _LONGEST_YEARS * _UNITS["y"]:
        raise ValueError(f"{text!r} is longer than the {_LONGEST_YEARS} years that Prometheus counts")
    return whole
