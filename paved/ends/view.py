"""Ends as text for a terminal, and as data."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from rich.table import Table

from paved.ends.ends import End
from paved.table_text import counted, table_text

SOON_DAYS = 30


def ends_view(ends: Sequence[End], as_of: date) -> str:
    """Text of what ends, soonest first, and of how many end soon."""
    if not ends:
        return "nothing of these stacks ends on a day that is known"
    table = Table.grid(padding=(0, 2))
    for title in ("when", "", "stack", "what ends", "then"):
        table.add_column(title, no_wrap=title in ("when", "", "stack"))
    for end in ends:
        table.add_row(_when(end), _left(end, as_of), end.stack, end.what, end.then)
    return f"{_heading(ends, as_of)}\n\n{table_text(table)}"


def ends_data(ends: Sequence[End], as_of: date) -> dict[str, Any]:
    """The same as JSON data. `at` is the moment from which it is over, in UTC."""
    found = [
        {
            "at": end.at.isoformat(),
            "days": end.days(as_of),
            "stack": end.stack,
            "what": end.what,
            "then": end.then,
        }
        for end in ends
    ]
    return {"schema_version": "1", "as_of": as_of.isoformat(), "ends": found}


def _heading(ends: Sequence[End], as_of: date) -> str:
    over = sum(end.days(as_of) < 0 for end in ends)
    soon = sum(0 <= end.days(as_of) <= SOON_DAYS for end in ends)
    return f"{counted(len(ends), 'end')} as of {as_of}: {over} past, {soon} within {SOON_DAYS} days"


def _when(end: End) -> str:
    midnight = (end.at.hour, end.at.minute) == (0, 0)
    # What ends with a day is known by its last day, not by the midnight after it.
    return str(end.at.date() - timedelta(days=1)) if midnight else f"{end.at:%Y-%m-%d %H:%MZ}"


def _left(end: End, as_of: date) -> str:
    days = end.days(as_of)
    return "past" if days < 0 else f"{days} d"
