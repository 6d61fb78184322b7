"""Times at which Alertmanager tells nobody: planned work with an end, and nights for what pages nobody."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from policies.rule import Claim, claim
from policies.values import Truth, Value, all_of, any_of
from reference.planned_work import LONGEST, Span, joined

LEAST_MINUTES = 60
"""The shortest time of a week in which what waits is told."""
PAGES = ("page", "critical")
"""Severities that wake somebody; the rules of charts say `critical`."""
NAMES = re.compile(r"[a-z-]+(\|[a-z-]+)*")
"""An expression that is a list of names. Of any other nobody here tells what it matches."""
WHOLE_DAY = {"startTime": "00:00", "endTime": "24:00"}


@dataclass(frozen=True)
class TakenRoute:
    """A route, and whether pages come to it through the routes above it."""

    route: Value
    takes_pages: Truth


def silences(spec: Value) -> Iterator[Claim]:
    """Claim that pages are silenced for planned work alone, and that what waits for working hours is told in them."""
    intervals = {each.at("name").text(): each for each in spec.at("muteTimeIntervals").items()}
    steps = list(_steps(spec.at("route"), Truth.YES))
    for key in ("muteTimeIntervals", "activeTimeIntervals"):
        for step in steps:
            for name in step.route.at(key).items():
                defined = name.test(lambda raw: raw in intervals)
                yield claim(defined, f"`{name.path}` is no interval of it: the operator drops all its routes")
    muting = _named(steps, "muteTimeIntervals", intervals)
    yield from _mutes(muting)
    yield from _waits(steps, intervals)
    used = [*muting, *_named(steps, "activeTimeIntervals", intervals)]
    for each in intervals.values():
        yield claim(each in used, f"`{each.path}` is of no route")


def _steps(route: Value, above: Truth) -> Iterator[TakenRoute]:
    takes = above & all_of(_lets_pages_through(each) for each in route.at("matchers").items())
    yield TakenRoute(route, takes)
    for child in route.at("routes").items():
        yield from _steps(child, takes)


def _lets_pages_through(matcher: Value) -> Truth:
    """Whether alerts that page may match. A matcher of another label says nothing of that."""
    about = matcher.at("name").equals("severity")
    kind = matcher.at("matchType").plain("=")
    return ~about | matcher.at("value").test(lambda raw: _takes_a_page(kind, raw), missing=True)


def _takes_a_page(kind: str, value: str) -> bool:
    if kind in ("=~", "!~") and not NAMES.fullmatch(value):
        return True
    names = value.split("|") if kind in ("=~", "!~") else [value]
    if kind in ("=", "=~"):
        return any(each in names for each in PAGES)
    return not all(each in names for each in PAGES)


def _named(steps: Sequence[TakenRoute], key: str, intervals: Mapping[str, Value]) -> list[Value]:
    """The intervals that some route names."""
    names = [name.plain() for step in steps for name in step.route.at(key).items()]
    return [each for name, each in intervals.items() if name in names]


def _mutes(intervals: Sequence[Value]) -> Iterator[Claim]:
    spans: list[Span] = []
    for each in intervals:
        of_it = [_span(part.plain({})) for part in each.at("timeIntervals").items()]
        known = [span for span in of_it if span]
        yield claim(
            bool(of_it) and len(known) == len(of_it),
            f"`{each.path}` silences alerts at other times than on dates",
        )
        spans += known
    longest = max((end - start for start, end in joined(spans)), default=timedelta())
    yield claim(longest <= LONGEST, f"pages are silenced for more than {LONGEST.days} days at a stretch")


def _span(part: Mapping[str, Any]) -> Span | None:
    """From the first to the last moment of an interval that is of one month of one year; None for any other."""
    try:
        start, end = _bounds(part)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        return None
    return (start, end) if start < end else None


def _bounds(part: Mapping[str, Any]) -> Span:
    """Read a year, a month, days from its beginning and times of day. Raises ValueError where one is none or many."""
    (year,), (month,), days = part["years"], part["months"], part["daysOfMonth"]
    times = part.get("times") or [WHOLE_DAY]
    # A number below zero counts from the end of a month, and is no day of a calendar.
    first = date(int(year), int(month), min(each["start"] for each in days))
    last = date(int(year), int(month), max(each["end"] for each in days))
    return (
        _moment(first, min(each["startTime"] for each in times)),
        _moment(last, max(each["endTime"] for each in times)),
    )


def _moment(day: date, clock: str) -> datetime:
    return datetime.combine(day, time()) + timedelta(minutes=_minutes(clock))


def _minutes(clock: str) -> int:
    hours, _, minutes = clock.partition(":")
    return 60 * int(hours) + int(minutes)


def _waits(steps: Sequence[TakenRoute], intervals: Mapping[str, Value]) -> Iterator[Claim]:
    for step in steps:
        named = step.route.at("activeTimeIntervals")
        if named.is_absent is Truth.YES:
            continue
        yield claim(~step.takes_pages, f"`{named.path}` silences pages outside of some hours")
        weekly = any_of(_comes_each_week(each) for each in _named([step], "activeTimeIntervals", intervals))
        yield claim(weekly, f"`{named.path}` names no hour that comes each week: what waits is never told")


def _comes_each_week(interval: Value) -> Truth:
    """Whether part of an interval is an hour or more of a day of every week."""
    return any_of(each.test(_is_weekly) for each in interval.at("timeIntervals").items())


def _is_weekly(part: Mapping[str, Any]) -> bool:
    if any(part.get(key) for key in ("years", "months", "daysOfMonth")):
        return False
    times = part.get("times") or [WHOLE_DAY]
    return any(_lasts(each) >= LEAST_MINUTES for each in times)


def _lasts(hours: Mapping[str, str]) -> int:
    """The minutes from the start to the end; none where one of them is left out, which the operator refuses."""
    return _minutes(hours.get("endTime", "00:00")) - _minutes(hours.get("startTime", "00:00"))
