"""CSV files that a person or another tool writes, read strictly: every mistake with its line."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from paved.errors import BadInput
from paved.files import decimal_of, read_text
from stacks.reading.problems import shown


@dataclass(frozen=True, kw_only=True)
class TableRow:
    """A row of a file, and where it stands."""

    where: str
    cells: Mapping[str, str]

    def text(self, column: str) -> str:
        """A cell that is not empty. Raises BadInput for one that is."""
        if not self.cells[column]:
            raise BadInput(f"{self.where}: `{column}` is empty")
        return self.cells[column]

    def number(self, column: str, *, most: int) -> Decimal:
        """A number from 0. Raises BadInput for another text."""
        text = self.cells[column]
        number = decimal_of(text)
        if not number.is_finite() or not 0 <= number <= most:
            raise BadInput(
                f"{self.where}: `{column}` must be a number from 0 to {most}, got `{shown(text, limit=40)}`"
            )
        return number

    def day(self, column: str) -> date:
        """A day as YYYY-MM-DD. Raises BadInput for another text."""
        text = self.cells[column]
        try:
            if len(text) == len("2026-11-21"):
                return date.fromisoformat(text)
        except ValueError:
            pass
        raise BadInput(f"{self.where}: `{column}` must be a day as YYYY-MM-DD, got `{shown(text, limit=40)}`")


def read_table(path: Path, columns: Sequence[str]) -> list[TableRow]:
    """The rows of a CSV file that has exactly these columns. Raises BadInput for another file."""
    text = read_text(path, encoding="utf-8-sig")
    reader = csv.reader(text.splitlines(), strict=True)
    try:
        return list(_rows(path, reader, columns))
    except csv.Error as error:
        raise BadInput(f"`{path}`, line {reader.line_num}: {error}") from error


def _rows(path: Path, reader: Any, columns: Sequence[str]) -> Iterator[TableRow]:
    header: list[str] = next(reader, [])
    if sorted(header) != sorted(columns):
        found = shown(", ".join(header), limit=120)
        raise BadInput(f"`{path}`, line 1: the columns must be {', '.join(columns)}, got `{found}`")
    for cells in reader:
        where = f"`{path}`, line {reader.line_num}"
        if not any(cells):
            continue
        if len(cells) != len(header):
            raise BadInput(f"{where}: has {len(cells)} cells, and the file {len(header)} columns")
        stripped = [cell.strip() for cell in cells]
        yield TableRow(where=where, cells=dict(zip(header, stripped, strict=True)))
