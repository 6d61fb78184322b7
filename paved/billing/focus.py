"""Reader of a bill in FOCUS, CSV or Parquet, of any size in bounded memory."""

import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from paved.billing import focus_query as query
from paved.billing.bill_line import CURRENCY, Actuals, BillLine, Commitment, CommitmentStatus
from paved.billing.focus_files import FocusTable, focus_table
from paved.billing.formatting import dollars
from paved.billing.month import Month
from paved.errors import BadInput
from reference.tags import COST_TAG
from stacks.reading.problems import shown

if TYPE_CHECKING:
    import duckdb

MEMORY = "512MB"
"""Limit of the reader; more goes to a temporary folder. The process needs about 150 MB beside it."""

FORMATS = "the file must be a FOCUS 1.2 export as UTF-8 CSV (also gzipped) or Parquet"


class LineTotal(NamedTuple):
    """One row of the totals query."""

    flaw: str | None
    bill: date | None
    day: date | None
    team: str
    team_key: str
    stack: str
    allocated_team: str
    namespace: str
    account: str
    service: str
    service_category: str
    category: str
    kind: Any
    instance_type: str
    product: Any
    commitment: str
    commitment_type: str
    status: str
    is_spot: bool
    currency: str
    payer: str
    wanted: bool | None
    rows: int
    empty_listed: int
    empty_contracted: int
    billed: Any
    effective: Any
    listed: Any
    contracted: Any


def read_focus(path: Path, month: Month, as_of: date, *, keep_duplicates: bool = False) -> Actuals:
    """Read the lines of a month and the two before it from a FOCUS file, or a folder of parts of one.

    Raises BadInput for a file that cannot be trusted: a value that a reader would have to guess is refused.
    """
    import duckdb

    table = focus_table(path)
    with tempfile.TemporaryDirectory(prefix="paved-") as spill:
        config: Any = {
            "memory_limit": MEMORY,
            "threads": 2,
            "temp_directory": spill,
            # Keeping the order of the file would have DuckDB hold what it could otherwise stream.
            "preserve_insertion_order": False,
        }
        with duckdb.connect(":memory:", config=config) as connection:
            try:
                # Timestamps with a zone become text in the zone of the session: that of the machine, by default.
                connection.execute("SET TimeZone = 'UTC'")
                connection.execute("SET enable_progress_bar = false")  # it would be drawn on stdout
                return _read(connection, table, month, as_of, keep_duplicates)
            except duckdb.Error as error:
                raise BadInput(f"`{path}` cannot be read: {_message(error)}", hint=FORMATS) from error


def _read(
    connection: "duckdb.DuckDBPyConnection",
    table: FocusTable,
    month: Month,
    as_of: date,
    keep_duplicates: bool,
) -> Actuals:
    types = _column_types(connection, table)
    months = (month, month.previous, month.previous.previous)
    answer = connection.execute(query.totals(table.sql, types, as_of, months)).fetchall()
    totals = [LineTotal(*row) for row in answer]
    if any(total.flaw for total in totals):
        raise _first_flaw(connection, table, query.lines(table.sql, types, as_of), totals)
    wanted = [total for total in totals if total.wanted]
    _check_months(table, totals, month, as_of)
    _check_currency(table, wanted)
    repeated = _repeated_lines(connection, table)
    if repeated and not keep_duplicates:
        raise BadInput(
            f"`{table.path}` holds {repeated:,} lines more than once, equal in every column",
            hint="give each part of an export once; if they are charges of their own, say `--keep-duplicates`",
        )
    usual_key = _usual_key(wanted)
    payers = {total.payer for total in wanted if total.payer}
    rows = [total.rows for total in wanted if Month.of(_date(total.bill)) == month]
    return Actuals(
        source=f"FOCUS file {shown(table.path.name, limit=80)}",
        currency=CURRENCY,
        payer=", ".join(sorted(payers)),
        rows=sum(rows),
        lines=tuple(_line(total, usual_key) for total in wanted),
        notes=tuple(_notes(totals, months, repeated)),
        has_commitments="CommitmentDiscountId" in types,
    )


def _column_types(connection: "duckdb.DuckDBPyConnection", table: FocusTable) -> dict[str, str]:
    """The columns of the file and their types. Raises BadInput when some are missing."""
    rows = connection.execute(f"DESCRIBE SELECT * FROM {table.sql}").fetchall()
    types = {str(row[0]): str(row[1]) for row in rows}
    missing = [f"`{column}`" for column in query.NEEDED if column not in types]
    if missing:
        raise BadInput(f"`{table.path}` lacks the FOCUS columns {', '.join(missing)}", hint=FORMATS)
    return types


def _first_flaw(
    connection: "duckdb.DuckDBPyConnection", table: FocusTable, lines: str, totals: Iterable[LineTotal]
) -> BadInput:
    """The first flaw of the file, with the line it is in."""
    count = sum(total.rows for total in totals if total.flaw)
    connection.execute("SET preserve_insertion_order = true")  # or `row 2` would be any row
    numbered = f"SELECT row_number() OVER () AS number, * FROM ({lines})"
    first = connection.execute(f"SELECT * FROM ({numbered}) WHERE flaw IS NOT NULL LIMIT 1")
    names = [column[0] for column in first.description or ()]
    row: Mapping[str, Any] = dict(zip(names, first.fetchone() or (), strict=True))
    flaw = str(row["flaw"])
    column = "ChargePeriodStart" if flaw == "future" else flaw
    value = shown(str(row[column]), limit=60)
    others = f" ({count - 1:,} more lines are wrong)" if count > 1 else ""
    where = f"`{table.path}`, row {row['number']:,} below the header"
    hint = "export the bill anew, or name another day with `--as-of`" if flaw == "future" else FORMATS
    return BadInput(f"{where}: `{column}` {query.FLAWS[flaw]}, got `{value}`{others}", hint=hint)


def _check_months(table: FocusTable, totals: Iterable[LineTotal], month: Month, as_of: date) -> None:
    bills = {Month.of(total.bill) for total in totals if total.bill}
    # On the first days of a month nothing is billed yet; with the month before there is a forecast all the same.
    begins = month == Month.of(as_of) and month.previous in bills
    if month not in bills and not begins:
        held = ", ".join(str(each) for each in sorted(bills)) or "no line at all"
        raise BadInput(f"`{table.path}` holds no charge of {month}; it holds {held}")


def _check_currency(table: FocusTable, wanted: Iterable[LineTotal]) -> None:
    currencies = sorted({total.currency for total in wanted})
    if currencies != [CURRENCY]:
        named = ", ".join(shown(currency, limit=20) for currency in currencies)
        raise BadInput(
            f"`{table.path}` is in {named}; budgets are in {CURRENCY}, and nothing is converted",
            hint=f"export the bills in {CURRENCY}, one payer's at a time",
        )


def _repeated_lines(connection: "duckdb.DuckDBPyConnection", table: FocusTable) -> int:
    """The number of lines that equal another in every column."""
    # Equal 64-bit hashes stand for equal lines: comparing the lines themselves would need them all at once.
    counted = f"SELECT count(*) - 1 AS more FROM {table.sql} t GROUP BY hash(t) HAVING count(*) > 1"
    row = connection.execute(f"SELECT coalesce(sum(more), 0) FROM ({counted})").fetchone()
    return int(row[0]) if row else 0


def _usual_key(totals: Iterable[LineTotal]) -> str:
    """The spelling of the team tag's key that most lines have: that of the export. Any other is another tag."""
    rows: Counter[str] = Counter()
    for total in totals:
        if total.team_key.endswith(COST_TAG):
            rows[total.team_key] += total.rows
    return max(sorted(rows), key=lambda key: rows[key], default="")


def _line(total: LineTotal, usual_key: str) -> BillLine:
    return BillLine(
        month=Month.of(_date(total.bill)),
        day=_date(total.day),
        team=total.allocated_team or total.team,
        team_key="" if total.team_key == usual_key or total.allocated_team else total.team_key,
        namespace=total.namespace.strip(),
        stack=total.stack.strip(),
        account=total.account,
        service=total.service,
        service_category=total.service_category,
        product=total.product,
        category=total.category,
        kind=total.kind,
        instance_type=total.instance_type,
        billed=total.billed,
        effective=total.effective,
        listed=None if total.empty_listed else total.listed,
        contracted=None if total.empty_contracted else total.contracted,
        commitment=_commitment(total),
        is_spot=total.is_spot,
    )


def _commitment(total: LineTotal) -> Commitment | None:
    if not total.commitment:
        return None
    status: CommitmentStatus = ""
    if total.status == "Used":
        status = "Used"
    elif total.status == "Unused":
        status = "Unused"
    return Commitment(id=total.commitment, type=total.commitment_type, status=status)


def _notes(totals: Sequence[LineTotal], months: Sequence[Month], repeated: int) -> Iterator[str]:
    other = sum(total.rows for total in totals if not total.wanted)
    if other:
        yield f"{other:,} lines of bills before {min(months)} or after {max(months)} were left out."
    if repeated:
        yield f"{repeated:,} lines equal another in every column and were counted, as asked."
    for column, count in _empty(totals).items():
        yield f"{column} is empty in {count:,} lines: the report does without it."
    usage = [total for total in totals if total.wanted and total.category == "Usage"]
    once = [total.billed for total in usage if total.kind == "once" and total.billed > 0]
    if once:
        amount = dollars(sum(once, Decimal(0)))
        yield f"{amount} of usage in these bills is of other months or of more than a day: no forecast repeats it."


def _empty(totals: Iterable[LineTotal]) -> dict[str, int]:
    """The number of lines in which a cost that a report can do without is empty, by its column."""
    wanted = [total for total in totals if total.wanted]
    counts = {
        "ListCost": sum(total.empty_listed for total in wanted),
        "ContractedCost": sum(total.empty_contracted for total in wanted),
    }
    return {column: count for column, count in counts.items() if count}


def _date(value: date | None) -> date:
    if value is None:
        raise ValueError("a line without a flaw has its dates")
    return value


def _message(error: Exception) -> str:
    """The reader's message on one line. It may quote the file, so it is cut before the original line."""
    # DuckDB appends possible solutions, which are options of its own that nobody here can set.
    lines = str(error).strip().partition("Possible")[0].splitlines()
    kept = [line for line in lines if line and not line.startswith("Original Line")]
    return shown(", ".join(kept), limit=240)
