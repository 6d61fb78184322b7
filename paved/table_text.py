"""Tables as plain text, the same on every terminal: of one width, or with lines as long as they must be."""

from collections.abc import Sequence
from io import StringIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.table import Table

WIDTH = 118
"""Columns of everything that `paved` prints as a table."""


def table_text(table: "Table") -> str:
    """A table without colour, markup or trailing blanks."""
    # Here, since rich takes 20 ms to import, and whoever counts or aligns needs none of it.
    from rich.console import Console

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


def columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows as lines that are never wrapped, in columns of their widest cell. A column without a word is left out."""
    widths = [max(map(len, cells)) for cells in zip(*rows, strict=True)]
    return [_line(row, widths) for row in rows]


def counted(number: int, noun: str) -> str:
    """A number of things, in words: `1 rule`, `2 rules`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = [f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True) if width]
    return "  ".join(cells).rstrip()
