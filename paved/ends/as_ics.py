"""Ends as a calendar that mail programs and phones subscribe to (RFC 5545)."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256

from icalendar import Alarm, Calendar, Event

from paved.ends.ends import End

REMINDERS = (timedelta(days=-30), timedelta(days=-7), timedelta(days=-1))


def as_ics(ends: Iterable[End], as_of: date) -> str:
    """The calendar as text: the same bytes for the same ends. An end at midnight is shown on the day before."""
    calendar = Calendar()
    calendar.add("prodid", "-//Paved//ends//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Paved: what ends")
    for end in ends:
        calendar.add_component(_event(end, as_of))
    text: bytes = calendar.to_ical()
    return text.decode()


def _event(end: End, as_of: date) -> Event:
    event = Event()
    # A calendar that is read again finds the same event by it, and moves it.
    event.add("uid", f"{sha256(f'{end.stack} {end.what}'.encode()).hexdigest()[:32]}@paved")
    event.add("dtstamp", datetime.combine(as_of, time(), UTC))
    event.add("summary", f"{end.stack}: {end.what} ends")
    event.add("description", end.then)
    _add_when(event, end.at)
    for before in REMINDERS:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", end.what)
        alarm.add("trigger", before)
        event.add_component(alarm)
    return event


def _add_when(event: Event, at: datetime) -> None:
    if at.time() == time():
        last = at.date() - timedelta(days=1)
        event.add("dtstart", last)
        event.add("dtend", at.date())
    else:
        event.add("dtstart", at)
        event.add("dtend", at)
