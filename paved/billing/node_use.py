"""Use of shared nodes by namespace, from a file: an export of OpenCost, or split cost allocation data of EKS."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paved.billing.focus_files import FocusTable, focus_table
from paved.billing.month import Month
from paved.errors import BadInput
from stacks.reading.problems import shown

if TYPE_CHECKING:
    import duckdb

COST = r"\d{1,12}(\.\d+)?([eE]-?\d{1,2})?"
"""A plain number from 0, or one as Parquet's doubles are written."""


@dataclass(frozen=True, kw_only=True)
class UseForm:
    """A form of file that tells the cost of pods: its columns, and SQL for the namespace of a row."""

    name: str
    day: str
    namespace: str
    columns: tuple[str, ...]
    costs: tuple[str, ...]


FORMS = (
    # opencost/pkg/costmodel/csv_export.go: a row for each container and day.
    UseForm(
        name="OpenCost",
        day="Date",
        namespace='"Namespace"',
        columns=("Date", "Namespace", "TotalCost"),
        costs=("TotalCost",),
    ),
    # AWS Data Exports, "Split line item columns": the resource of a pod's row is
    # arn:aws:eks:REGION:ACCOUNT:pod/CLUSTER/NAMESPACE/POD/UID.
    UseForm(
        name="EKS split cost allocation data",
        day="line_item_usage_start_date",
        namespace="regexp_extract(\"line_item_resource_id\", ':pod/[^/]+/([^/]+)/', 1)",
        columns=(
            "line_item_usage_start_date",
            "line_item_resource_id",
            "split_line_item_split_cost",
            "split_line_item_unused_cost",
        ),
        costs=("split_line_item_split_cost", "split_line_item_unused_cost"),
    ),
)


@dataclass(frozen=True, kw_only=True)
class NodeUse:
    """The cost of pods in a month by namespace, and the name of what told it."""

    source: str
    by_namespace: Mapping[str, Decimal]


def read_node_use(path: Path, month: Month) -> NodeUse:
    """Read the use of a month. Raises BadInput for a file of no known form, or with a value that is no cost."""
    import duckdb

    table = focus_table(path)
    with tempfile.TemporaryDirectory(prefix="paved-") as spill:
        config: Any = {"memory_limit": "512MB", "threads": 2, "temp_directory": spill}
        with duckdb.connect(":memory:", config=config) as connection:
            try:
                connection.execute("SET TimeZone = 'UTC'")
                connection.execute("SET enable_progress_bar = false")
                return _read(connection, table, month)
            except duckdb.Error as error:
                raise BadInput(f"`{path}` cannot be read: {shown(str(error), limit=160)}") from error


def _read(connection: "duckdb.DuckDBPyConnection", table: FocusTable, month: Month) -> NodeUse:
    names = {str(row[0]) for row in connection.execute(f"DESCRIBE SELECT * FROM {table.sql}").fetchall()}
    form = next((form for form in FORMS if names.issuperset(form.columns)), None)
    if form is None:
        forms = "; or ".join(", ".join(f"`{column}`" for column in form.columns) for form in FORMS)
        raise BadInput(f"`{table.path}` tells of no use: it needs the columns {forms}")
    rows = f"SELECT {_row(form)} FROM {table.sql}"
    _check(connection, table, rows, form)
    days = f"day BETWEEN '{month.first}' AND '{month.last}'"
    summed = f"SELECT namespace, sum(cost) FROM ({rows}) WHERE {days} AND namespace <> '' GROUP BY ALL"
    found = {str(name): Decimal(cost) for name, cost in connection.execute(summed).fetchall()}
    if not found:
        raise BadInput(f"`{table.path}` tells of no use in {month}")
    return NodeUse(source=f"{form.name} ({table.path.name})", by_namespace=found)


def _row(form: UseForm) -> str:
    """The namespace, the day and the cost of a row. A row without any cost is of no pod."""
    texts = [f'CAST("{column}" AS VARCHAR)' for column in form.costs]
    numbers = [
        f"CASE WHEN regexp_full_match({text}, '{COST}') THEN try_cast({text} AS DECIMAL(38, 12)) END"
        for text in texts
    ]
    some = " OR ".join(f"{text} IS NOT NULL" for text in texts)
    flaws = " ".join(
        f"WHEN {text} IS NOT NULL AND ({number}) IS NULL THEN '{column}'"
        for column, text, number in zip(form.costs, texts, numbers, strict=True)
    )
    bad_day = f"""try_cast(substr(CAST("{form.day}" AS VARCHAR), 1, 10) AS DATE) IS NULL"""
    values = " ".join(f"WHEN '{column}' THEN {text}" for column, text in zip(form.costs, texts, strict=True))
    flaw = f"CASE {flaws} WHEN ({some}) AND {bad_day} THEN '{form.day}' END"
    return f"""
      coalesce({form.namespace}, '') AS namespace, substr(CAST("{form.day}" AS VARCHAR), 1, 10) AS day,
      {" + ".join(f"coalesce({number}, 0)" for number in numbers)} AS cost, {flaw} AS flaw,
      CASE flaw {values} ELSE CAST("{form.day}" AS VARCHAR) END AS value"""


def _check(connection: "duckdb.DuckDBPyConnection", table: FocusTable, rows: str, form: UseForm) -> None:
    numbered = f"SELECT row_number() OVER () AS number, flaw, value FROM ({rows})"
    first = connection.execute(f"SELECT * FROM ({numbered}) WHERE flaw IS NOT NULL LIMIT 1").fetchone()
    if first:
        number, column, value = first
        rule = "a day as YYYY-MM-DD" if column == form.day else "a plain number from 0"
        where = f"`{table.path}`, row {number:,} below the header"
        raise BadInput(f"{where}: `{column}` must be {rule}, got `{shown(str(value), limit=60)}`")
