"""Reading a bill in FOCUS, CSV or Parquet, of any size in bounded memory."""

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from paved.billing import focus_query as query
from paved.billing.bill_line import Actuals, BillLine
from paved.billing.dividing import dollars
from paved.billing.focus_columns import NEEDED
from paved.billing.focus_files import FocusTable, table
from paved.billing.month import Month
from paved.errors import BadInput
from stacks.reading.problems import shown

if TYPE_CHECKING:
    import duckdb

MEMORY = "512MB"
"""What the reader may hold; more goes to a temporary folder. The process needs about 150 MB beside it."""

CURRENCY = "USD"
"""Budgets of stack files are in US dollars, and nothing here converts."""


class Total(NamedTuple):
    """One row of the totals query."""

    flaw: str | None
    bill: date | None
    day: date | None
    team: str
    stack: str
    account: str
    service: str
    service_category: str
    category: str
    kind: Any
    instance: str
    currency: str
    payer: str
    wanted: bool | None
    rows: int
    billed: Any
    effective: Any
    listed: Any
    contracted: Any


def read_focus(path: Path, month: Month, as_of: date, *, keep_duplicates: bool = False) -> Actuals:
    """The charges of a month and the two before it in a FOCUS file, or a folder of parts of one.

    Raises BadInput for a file that cannot be trusted: what a reader would have to guess is refused.
    """
    import duckdb

    found = table(path)
    with tempfile.TemporaryDirectory(prefix="paved-") as spill:
        config: Any = {
            "memory_limit": MEMORY,
            "threads": 2,
            "temp_directory": spill,
            "preserve_insertion_order": False,
        }
        with duckdb.connect(":memory:", config=config) as connection:
            try:
                connection.execute("SET TimeZone = 'UTC'")
                connection.execute("SET enable_progress_bar = false")  # it would be drawn on stdout
                return _read(connection, found, month, as_of, keep_duplicates)
            except duckdb.Error as error:
                raise BadInput(f"`{path}` cannot be read: {_said(error)}", hint=FORMATS) from error


FORMATS = "the file must be a FOCUS 1.2 export as UTF-8 CSV (also gzipped) or Parquet"


def _read(
    connection: "duckdb.DuckDBPyConnection",
    found: FocusTable,
    month: Month,
    as_of: date,
    keep_duplicates: bool,
) -> Actuals:
    kinds = _kinds(connection, found)
    months = (month, month.previous, month.previous.previous)
    totals = [
        Total(*row) for row in connection.execute(query.totals(found.sql, kinds, as_of, months)).fetchall()
    ]
    if any(total.flaw for total in totals):
        raise _flawed(connection, found, query.lines(found.sql, kinds, as_of), totals)
    wanted = [total for total in totals if total.wanted]
    _refuse_foreign(found, wanted, totals, month, as_of)
    repeated = _repeated(connection, found)
    if repeated and not keep_duplicates:
        raise BadInput(
            f"`{found.path}` holds {repeated:,} lines more than once, equal in every column",
            hint="give each part of an export once; if they are charges of their own, say `--keep-duplicates`",
        )
    return Actuals(
        source=f"FOCUS file {shown(found.path.name, limit=80)}",
        currency=CURRENCY,
        payer=", ".join(sorted({total.payer for total in wanted if total.payer})),
        rows=sum(total.rows for total in wanted if Month.of(_date(total.bill)) == month),
        charges=tuple(_charge(total) for total in wanted),
        notes=tuple(_notes(totals, months, repeated)),
    )


def _kinds(connection: "duckdb.DuckDBPyConnection", found: FocusTable) -> dict[str, str]:
    """The columns of the file and their types. Raises BadInput when some are missing."""
    rows = connection.execute(f"DESCRIBE SELECT * FROM {found.sql}").fetchall()
    kinds = {str(row[0]): str(row[1]) for row in rows}
    missing = [column for column in NEEDED if column not in kinds]
    if missing:
        names = ", ".join(f"`{column}`" for column in missing)
        raise BadInput(f"`{found.path}` lacks the FOCUS columns {names}", hint=FORMATS)
    return kinds


def _flawed(
    connection: "duckdb.DuckDBPyConnection", found: FocusTable, lines: str, totals: Iterable[Total]
) -> BadInput:
    """The first flaw of the file, with the line it is in."""
    count = sum(total.rows for total in totals if total.flaw)
    connection.execute("SET preserve_insertion_order = true")
    first = connection.execute(
        f"SELECT * FROM (SELECT row_number() OVER () AS number, * FROM ({lines})) WHERE flaw IS NOT NULL LIMIT 1"
    )
    names = [column[0] for column in first.description or ()]
    row: Mapping[str, Any] = dict(zip(names, first.fetchone() or (), strict=True))
    flaw = str(row["flaw"])
    column = "ChargePeriodStart" if flaw == "future" else flaw
    value = shown(str(row[column]), limit=60)
    others = f" ({count - 1:,} more lines are wrong)" if count > 1 else ""
    where = f"`{found.path}`, row {row['number']:,} below the header"
    hint = "export the bill anew, or name another day with `--as-of`" if flaw == "future" else FORMATS
    return BadInput(f"{where}: `{column}` {query.FLAWS[flaw]}, got `{value}`{others}", hint=hint)


def _refuse_foreign(
    found: FocusTable, wanted: list[Total], totals: list[Total], month: Month, as_of: date
) -> None:
    bills = {Month.of(total.bill) for total in totals if total.bill}
    begins_today = month == Month.of(as_of) and month.previous in bills
    if month not in bills and not begins_today:
        held = ", ".join(str(each) for each in sorted(bills)) or "no line at all"
        raise BadInput(f"`{found.path}` holds no charge of {month}; it holds {held}")
    currencies = sorted({total.currency for total in wanted})
    if currencies != [CURRENCY]:
        named = ", ".join(shown(currency, limit=20) for currency in currencies)
        raise BadInput(
            f"`{found.path}` is in {named}; budgets are in {CURRENCY}, and nothing is converted",
            hint=f"export the bills in {CURRENCY}, one payer's at a time",
        )


def _repeated(connection: "duckdb.DuckDBPyConnection", found: FocusTable) -> int:
    """How many lines equal another in every column. Equal 64-bit hashes stand for equal lines."""
    counted = f"SELECT count(*) - 1 AS more FROM {found.sql} t GROUP BY hash(t) HAVING count(*) > 1"
    row = connection.execute(f"SELECT coalesce(sum(more), 0) FROM ({counted})").fetchone()
    return int(row[0]) if row else 0


def _charge(total: Total) -> BillLine:
    return BillLine(
        month=Month.of(_date(total.bill)),
        day=_date(total.day),
        team=total.team.strip(),
        stack=total.stack.strip(),
        account=total.account,
        service=total.service,
        service_category=total.service_category,
        category=total.category,
        kind=total.kind,
        instance_type=total.instance,
        billed=total.billed,
        effective=total.effective,
        listed=total.listed,
        contracted=total.contracted,
    )


def _notes(totals: list[Total], months: tuple[Month, ...], repeated: int) -> Iterator[str]:
    other = sum(total.rows for total in totals if not total.wanted)
    if other:
        yield f"{other:,} lines of bills before {min(months)} or after {max(months)} were left out."
    if repeated:
        yield f"{repeated:,} lines equal another in every column and were counted, as asked."
    whole = [t for t in totals if t.wanted and t.kind == "once" and t.category == "Usage" and t.billed > 0]
    if whole:
        amount = dollars(sum((total.billed for total in whole), whole[0].billed * 0))
        yield f"{amount} of usage in these bills is of other months or of more than a day: no forecast repeats it."


def _date(value: date | None) -> date:
    if value is None:
        raise ValueError("a line without a flaw has its dates")
    return value


def _said(error: Exception) -> str:
    """What the reader says is wrong, in two lines that may quote the file."""
    lines = str(error).strip().partition("Possible")[0].splitlines()
    return shown(
        ", ".join(line for line in lines if line and not line.startswith("Original Line")), limit=240
    )
