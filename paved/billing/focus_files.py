"""Files of a bill: CSV, gzipped CSV or Parquet, by their first bytes and not by their names."""

import csv
import gzip
import re
from dataclasses import dataclass
from pathlib import Path

from paved.errors import BadInput
from stacks.reading.problems import shown

PARQUET, GZIP, BOM = b"PAR1", b"\x1f\x8b", b"\xef\xbb\xbf"
SUFFIXES = (".csv", ".csv.gz", ".parquet", ".snappy.parquet")
NULLS = ("", "NULL", "null", "None")
"""What exports write into a cell that holds nothing."""
HEADER_BYTES = 65_536
GLOB = re.compile(r"[*?\[]")
"""Signs that DuckDB takes for a pattern in the name of a file, which would have it read others."""


@dataclass(frozen=True, kw_only=True)
class FocusTable:
    """A bill that DuckDB can read: `sql` is a table function over its files."""

    path: Path
    sql: str


def focus_table(path: Path) -> FocusTable:
    """The bill at a path. Raises BadInput when there is none, or it is of no known form."""
    files = _files(path)
    kinds = {_kind(file) for file in files}
    if len(kinds) > 1:
        raise BadInput(f"`{path}` holds CSV and Parquet files; a bill is one or the other")
    names = ", ".join(_quoted(GLOB.sub(r"[\g<0>]", str(file))) for file in files)
    if kinds == {"parquet"}:
        return FocusTable(
            path=path, sql=f"read_parquet([{names}], union_by_name = true, hive_partitioning = false)"
        )
    headers = {_header(file, kinds == {"gzip"}) for file in files}
    if len(headers) > 1:
        raise BadInput(f"the files of `{path}` differ in their columns", hint="give the parts of one export")
    columns = ", ".join(f"{_quoted(name)}: 'VARCHAR'" for name in headers.pop())
    compression = "gzip" if kinds == {"gzip"} else "none"
    nulls = ", ".join(_quoted(word) for word in NULLS)
    # Nothing is detected: a sniffer judges a file by the lines that it happens to look at.
    options = f"auto_detect = false, header = true, delim = ',', quote = '\"', escape = '\"', columns = {{{columns}}}"
    return FocusTable(
        path=path, sql=f"read_csv([{names}], {options}, nullstr = [{nulls}], compression = '{compression}')"
    )


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise BadInput(
            f"`{path}` is no file or folder", hint="name a FOCUS export, or `account` for Cost Explorer"
        )
    found = sorted(file for file in path.rglob("*") if file.name.endswith(SUFFIXES) and file.is_file())
    if not found:
        raise BadInput(f"`{path}` holds no .csv, .csv.gz or .parquet file")
    return found


def _kind(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            start = opened.read(4)
    except OSError as error:
        raise BadInput(f"`{file}` cannot be read: {error.strerror}") from error
    if not start:
        raise BadInput(f"`{file}` is empty")
    if start == PARQUET:
        return "parquet"
    return "gzip" if start.startswith(GZIP) else "csv"


def _header(file: Path, zipped: bool) -> tuple[str, ...]:
    """The column names of a CSV file. Raises BadInput for one that is not UTF-8, or names a column twice."""
    try:
        with gzip.open(file) if zipped else file.open("rb") as opened:
            start = opened.read(HEADER_BYTES)
    except (OSError, EOFError) as error:
        raise BadInput(f"`{file}` cannot be read: {shown(str(error), limit=80)}") from error
    # Excel begins UTF-8 files with a byte order mark, and ends lines with two bytes.
    first = start.removeprefix(BOM).replace(b"\r\n", b"\n").partition(b"\n")[0]
    try:
        text = first.decode("utf-8")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise BadInput(f"`{file}` is not UTF-8 text", hint="export it as UTF-8 CSV or as Parquet")
    try:
        names = tuple(next(csv.reader([text]), ()))
    except csv.Error as error:
        raise BadInput(f"`{file}` has no header that can be read: {error}") from error
    # Column names of DuckDB are the same in either case.
    spelled = [name.lower() for name in names]
    twice = sorted({name for name in names if spelled.count(name.lower()) > 1})
    if twice:
        raise BadInput(f"`{file}` names the column `{shown(twice[0], limit=60)}` twice")
    return names


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
