"""Tables as plain text of one width, the same on every terminal."""

from io import StringIO

from rich.console import Console
from rich.table import Table

WIDTH = 118
"""Columns of everything that `paved` prints as a table."""


def table_text(table: Table) -> str:
    """A table without colour, markup or trailing blanks."""
    console = Console(
        file=StringIO(),
        width=WIDTH,
        color_system=None,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
    )
    with console.capture() as capture:
        console.print(table)
    return "\n".join(line.rstrip() for line in capture.get().splitlines())
