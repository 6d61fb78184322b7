"""The files of a place as the table `data` of a database: Parquet, or lines of JSON as an inference log has them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from model_health.bodies import INPUTS, OUTPUTS
from model_health.outcome import CannotTell
from model_health.settings import Columns
from model_health.storage import PARQUET, Storage, first_line


@dataclass(frozen=True, kw_only=True)
class Source:
    """The columns of `data`, before its rows are read. `logged` says that bodies are still to be unfolded."""

    columns: Sequence[str]
    logged: bool = False


def opened(
    database: duckdb.DuckDBPyConnection,
    storage: Storage,
    place: str,
    columns: Columns,
    since: datetime | None = None,
) -> Source:
    """Make the files of a place, written since a time, the table `data`. Raises CannotTell without any."""
    files = storage.files(place, since)
    parquet = [each for each in files.paths if each.endswith(PARQUET)]
    if not parquet:
        return lines(database, files.for_database(database), columns)
    if len(parquet) < len(files.paths):
        raise CannotTell(f"{place} has files of Parquet and of JSON: they are read for one log or the other")
    data = files.dataset()
    database.register("data", data)
    return Source(columns=data.schema.names)


def lines(database: duckdb.DuckDBPyConnection, paths: Sequence[str], columns: Columns) -> Source:
    """Make files of JSON lines the table `data`, with bodies as text. Raises CannotTell for what cannot be read."""
    types = {columns.request: "VARCHAR", columns.time: "VARCHAR", columns.version: "VARCHAR"}
    types |= {INPUTS: "JSON", OUTPUTS: "JSON", columns.label: "JSON"}
    named = ", ".join(f"{text(name)}: {text(kind)}" for name, kind in types.items())
    listed = ", ".join(text(path) for path in paths)
    table = f"read_json([{listed}], format='newline_delimited', columns={{{named}}})"
    try:
        database.execute(f"CREATE OR REPLACE TEMP VIEW data AS SELECT * FROM {table}")
    except duckdb.Error as error:
        raise CannotTell(f"the lines of the log cannot be read: {first_line(error)}") from None
    return Source(columns=list(types), logged=True)


def text(value: str) -> str:
    """The SQL of a text."""
    escaped = value.replace("'", "''")
    return f"'{escaped}'"
