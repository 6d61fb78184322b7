"""The rows of a window of the inference log, their labels and their reference, read once and within memory."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import duckdb
import pandas as pd

from model_health.bodies import INSTANCE, unfolded
from model_health.clock import instant, judge_clock, literal, quoted
from model_health.outcome import CannotTell
from model_health.settings import Monitor, Settings
from model_health.source import Source, opened
from model_health.storage import Storage, first_line

MEMORY_LIMIT = "1GB"
"""Of DuckDB. Arrow's buffers and the rows that were read come on top."""

MOST_CONFLICTS = 0.01
"""The share of requests with labels that contradict each other from which on labels say nothing."""

HASHES = 1_000_000
SEED = 20_261_130


@dataclass(frozen=True, kw_only=True)
class Rows:
    """Rows that were read. `total` counts all requests that there are, `read` those of the sample.

    `duplicates` of these were repeated and left out. `share` of 1 or less is the part of all requests that was read.
    """

    frame: pd.DataFrame
    total: int
    read: int
    duplicates: int = 0
    share: float = 1.0

    @property
    def facts(self) -> dict[str, Any]:
        """The numbers that a record keeps of a reading."""
        return {
            "rows": self.total,
            "read": self.read,
            "duplicates": self.duplicates,
            "sampled": self.total > self.read,
        }


class Reader:
    """Reads the data of one endpoint as of a time."""

    def __init__(self, settings: Settings, storage: Storage, now: datetime):
        self._settings, self._storage, self._now = settings, storage, now
        self._columns = settings.columns
        self._kept: dict[tuple[object, ...], Rows] = {}
        self._database = duckdb.connect(config={"memory_limit": MEMORY_LIMIT, "threads": 2})
        self._database.execute("SET TimeZone='UTC'; SET enable_progress_bar=false")

    def log(self, monitor: Monitor) -> Rows:
        """The requests of the monitor's window. Raises CannotTell without any, or where their times cannot be right."""
        end = self._now - timedelta(hours=monitor.delay_hours)
        start = end - timedelta(hours=monitor.window_hours)
        key = ("log", start, end)
        if key not in self._kept:
            self._kept[key] = self._window(start, end)
        return self._kept[key]

    def reference(self) -> Rows:
        """The rows that the model was judged by before it served. Raises CannotTell without any."""
        if self._settings.reference is None:
            raise CannotTell("the endpoint names no reference")
        return self._whole("reference", self._settings.reference, 1.0)

    def offline(self, monitor: Monitor, rows: Rows) -> pd.DataFrame:
        """The features of these requests as training reads them. Raises CannotTell without any."""
        if monitor.offline is None:
            raise CannotTell("the monitor names no features of training to compare with")
        return self._whole("offline features", monitor.offline, rows.share).frame

    def labelled(self, rows: Rows) -> pd.DataFrame:
        """The rows whose label has come, each with it. Raises CannotTell where labels contradict each other."""
        request, label = self._columns.request, self._columns.label
        if self._settings.labels is None:
            raise CannotTell("the endpoint names no labels")
        found = self._whole("labels", self._settings.labels, rows.share, once=False).frame
        require(found.columns, [request, label], "the labels")
        # A label that came twice counts once; one that comes with another value is none.
        found = found[[request, label]].dropna().drop_duplicates()
        contradicted = found[request].duplicated(keep=False)
        requests = found[request].nunique()
        if requests and found.loc[contradicted, request].nunique() / requests > MOST_CONFLICTS:
            several = found.loc[contradicted, request].nunique()
            raise CannotTell(
                f"{several} of {requests} labelled requests have labels that contradict each other"
            )
        return rows.frame.drop(columns=label, errors="ignore").merge(found[~contradicted], on=request)

    def _window(self, start: datetime, end: datetime) -> Rows:
        source = self._opened(self._settings.log, since=start)
        require(source.columns, [self._columns.request, self._columns.time], "the inference log")
        with readable():
            judge_clock(self._database, self._columns.time, start=start, now=self._now)
        time = instant(self._columns.time)
        within = f"{time} >= {literal(start)} AND {time} < {literal(end)}"
        total = self._count(within)
        if not total:
            raise CannotTell(f"no request came from {start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M} UTC")
        share = min(1.0, self._settings.max_rows / total)
        return self._requests(source, total, share, f"WHERE {within}", f"ORDER BY {time}", once=True)

    def _whole(self, what: str, place: str, share: float, *, once: bool = True) -> Rows:
        key = (what, place, share)
        if key not in self._kept:
            source = self._opened(place)
            total = self._count("true")
            if not total:
                raise CannotTell(f"the {what} at {place} have no row")
            if what == "reference":
                self._kept[key] = self._sample(source, total)
            else:
                require(source.columns, [self._columns.request], f"the {what}")
                self._kept[key] = self._requests(source, total, share, "WHERE true", "", once=once)
        return self._kept[key]

    def _requests(
        self, source: Source, total: int, share: float, where: str, order: str, *, once: bool
    ) -> Rows:
        # By a hash of the request, so that what belongs to one request is read together or not at all.
        request = self._columns.request
        whole = f"regexp_replace(CAST({quoted(request)} AS VARCHAR), '{INSTANCE}[0-9]+$', '')"
        bucket = f"hash({whole}) % {HASHES}"
        part = f" AND {bucket} < {int(share * HASHES)}" if share < 1 else ""
        found = self._query(f"SELECT * FROM data {where}{part} {order}")
        found[request] = found[request].astype(str)  # labels may have it as a number, or as a UUID
        unique = found.drop_duplicates(subset=[request], ignore_index=True) if once else found
        rows = self._named(source, unique)
        return Rows(
            frame=rows, total=total, read=len(found), duplicates=len(found) - len(unique), share=share
        )

    def _sample(self, source: Source, total: int) -> Rows:
        most = self._settings.max_rows
        sample = f" USING SAMPLE reservoir({most} ROWS) REPEATABLE ({SEED})" if total > most else ""
        found = self._query(f"SELECT * FROM data{sample}")
        return Rows(frame=self._named(source, found), total=total, read=len(found))

    def _named(self, source: Source, found: pd.DataFrame) -> pd.DataFrame:
        return unfolded(found, self._columns) if source.logged else found

    def _opened(self, place: str, since: datetime | None = None) -> Source:
        return opened(self._database, self._storage, place, self._columns, since)

    def _count(self, within: str) -> int:
        return int(self._query(f"SELECT count(*) AS n FROM data WHERE {within}")["n"].iloc[0])

    def _query(self, query: str) -> pd.DataFrame:
        with readable():
            return self._database.execute(query).df()


@contextmanager
def readable() -> Iterator[None]:
    """Raise CannotTell where the files are not what their names say, such as lines that are cut off."""
    try:
        yield
    except duckdb.Error as error:
        raise CannotTell(f"the files cannot be read: {first_line(error)}") from None


def require(names: Any, needed: list[str], where: str) -> None:
    """Raise CannotTell for columns that are not there."""
    missing = [each for each in needed if each not in set(names)]
    if missing:
        raise CannotTell(f"{where} has no column {', '.join(missing)}")
