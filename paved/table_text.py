"""Tables as plain text: as wide as the terminal, and the same bytes wherever there is none."""

import shutil
import sys
import textwrap
from collections.abc import Sequence
from io import StringIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.table import Table

WIDTH = 118
"""Columns of every table where stdout is no terminal: a pipe, a file."""
NARROWEST = 60
"""Columns below which tables are no longer read but spelt."""


def terminal_width() -> int | None:
    """Columns of the terminal that stdout is; None where it is none."""
    if not sys.stdout.isatty():
        return None
    return max(NARROWEST, shutil.get_terminal_size((WIDTH, 24)).columns)


def table_text(table: "Table") -> str:
    """A table without colour, markup or trailing blanks, nothing in it cut."""
    # Here, since rich takes 20 ms to import, and whoever counts or aligns needs none of it.
    from rich.console import Console

    console = Console(
        file=StringIO(),
        width=terminal_width() or WIDTH,
        color_system=None,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
    )
    for column in table.columns:
        column.overflow = "fold"  # a name or an amount that is cut says nothing
    with console.capture() as capture:
        console.print(table)
    return "\n".join(line.rstrip() for line in capture.get().splitlines())


def columns(rows: Sequence[Sequence[str]], indent: str = "") -> list[str]:
    """Rows as lines, in columns of their widest cell. A column without a word is left out.

    A line is as long as it must be, so that a search finds all of it; a terminal gets its last cell below itself.
    """
    widths = [max(map(len, cells)) for cells in zip(*rows, strict=True)]
    lines = [f"{indent}{_line(row, widths)}" for row in rows]
    terminal = terminal_width()
    if terminal is None:
        return lines
    hang = len(indent) + sum(width + 2 for width in widths[:-1] if width)
    return [_wrapped(line, hang, terminal) for line in lines]


def _wrapped(line: str, hang: int, width: int) -> str:
    """A line broken between words, what follows under its last column where that leaves half of the terminal."""
    below = " " * (hang if hang <= width // 2 else 6)
    return textwrap.fill(line, width, subsequent_indent=below, break_long_words=False, break_on_hyphens=False)


def counted(number: int, noun: str) -> str:
    """A number of things, in words: `1 rule`, `2 rules`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = [f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True) if width]
    return "  ".join(cells).rstrip()
