"""The times of rows, and whether they can be right."""

from datetime import datetime, timedelta

import duckdb

from model_health.outcome import CannotTell

SLACK = timedelta(days=1)
"""The time by which a log's file may be written after its rows."""

CLOCK_SKEW = timedelta(minutes=5)
MOST_STRAYED = 0.01
"""The share of rows with an impossible time from which on no window can be told from another."""


def instant(column: str) -> str:
    """The SQL of a column as a time in UTC, null where it is none. Seconds since 1970 are taken too."""
    name = quoted(column)
    return (
        f"coalesce(try_cast({name} AS TIMESTAMPTZ), "
        f"to_timestamp(try_cast(CAST({name} AS VARCHAR) AS DOUBLE)))"
    )


def literal(time: datetime) -> str:
    """The SQL of a time."""
    return f"TIMESTAMPTZ '{time.isoformat()}'"


def quoted(name: str) -> str:
    """The SQL of a column's name."""
    escaped = name.replace('"', '""')
    return f'"{escaped}"'


def judge_clock(database: duckdb.DuckDBPyConnection, column: str, *, start: datetime, now: datetime) -> None:
    """Judge the rows of `data`, of files written since `start`.

    Raises CannotTell where too many are of the future, much older than the files, or of no time at all.
    """
    time = instant(column)
    [(total, late, early, none)] = database.execute(
        f"SELECT count(*), count(*) FILTER (t > {literal(now + CLOCK_SKEW)}), "
        f"count(*) FILTER (t < {literal(start - SLACK)}), count(*) FILTER (t IS NULL) "
        f"FROM (SELECT {time} AS t FROM data)"
    ).fetchall()
    if total and (late + early + none) / total > MOST_STRAYED:
        raise CannotTell(
            f"the times of the log cannot be right: of {total} rows in files written since the window began, "
            f"{late} are of the future, {early} more than a day older than the window, {none} without a time"
        )
