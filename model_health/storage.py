"""Files in S3 or in a folder, of which DuckDB reads only the needed columns and rows."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlparse

import boto3
import duckdb
import pyarrow as pa
import pyarrow.dataset as ds
from fsspec.implementations.arrow import ArrowFSWrapper
from pyarrow import fs

from model_health.outcome import CannotTell

PARQUET = ".parquet"
SUFFIXES = (PARQUET, ".jsonl", ".jsonl.gz")
DAY = re.compile(r"date=(\d{4}-\d{2}-\d{2})")
"""The name of a folder with the files of one day."""


@dataclass(frozen=True, kw_only=True)
class Files:
    """Files of one place, by their paths in its file system."""

    place: str
    filesystem: fs.FileSystem
    paths: Sequence[str]

    def dataset(self) -> ds.Dataset:
        """The files of Parquet as one dataset. Raises CannotTell where they differ in their columns."""
        factory = ds.FileSystemDatasetFactory(self.filesystem, list(self.paths), ds.ParquetFileFormat())
        try:
            # Of all files: a column that one lacks is null there, and types that differ are refused.
            return factory.finish(factory.inspect(fragments=None))
        except pa.ArrowException as error:
            reason = first_line(error)
            raise CannotTell(f"the files of {self.place} differ in their columns: {reason}") from None

    def for_database(self, database: duckdb.DuckDBPyConnection) -> list[str]:
        """The paths as DuckDB opens them. Its own extension for S3 would be loaded from the network."""
        if isinstance(self.filesystem, fs.LocalFileSystem):
            return list(self.paths)
        wrapped = ArrowFSWrapper(self.filesystem)
        if not database.filesystem_is_registered(wrapped.protocol):
            database.register_filesystem(wrapped)
        return [f"{wrapped.protocol}://{each}" for each in self.paths]


@dataclass(frozen=True, kw_only=True)
class Storage:
    """S3 in a region, by the credentials of this pod. `endpoint` is another address of it, as tests have one."""

    region: str
    endpoint: str | None = None

    def files(self, place: str, since: datetime | None = None) -> Files:
        """The files below a place that were written since a time. Raises CannotTell without any."""
        filesystem, root = self._filesystem(place)
        found: list[fs.FileInfo] = []
        for folder in folders(filesystem, root, since):
            # A prefix without an object is no error in S3, and neither is a folder that nothing was written to yet.
            selector = fs.FileSelector(folder, recursive=True, allow_not_found=True)
            found += [each for each in filesystem.get_file_info(selector) if each.path.endswith(SUFFIXES)]
        recent = [each.path for each in found if since is None or each.mtime >= since]
        if not recent:
            when = f" since {since:%Y-%m-%d %H:%M} UTC" if since and found else ""
            raise CannotTell(f"no {PARQUET} or .jsonl file was written to {place}{when}")
        return Files(place=place, filesystem=filesystem, paths=sorted(recent))

    def _filesystem(self, place: str) -> tuple[fs.FileSystem, str]:
        parsed = urlparse(place)
        if parsed.scheme != "s3":
            return fs.LocalFileSystem(), str(Path(place).resolve())
        return self._s3(), f"{parsed.netloc}/{parsed.path.strip('/')}"

    def _s3(self) -> fs.S3FileSystem:
        # boto3 knows EKS Pod Identity; what Arrow's own chain knows depends on how its wheel was built.
        credentials = boto3.Session().get_credentials()
        if credentials is None:
            raise CannotTell("this pod has no credentials of AWS")
        frozen = credentials.get_frozen_credentials()
        return fs.S3FileSystem(
            region=self.region,
            access_key=frozen.access_key,
            secret_key=frozen.secret_key,
            session_token=frozen.token,
            endpoint_override=self.endpoint,
            scheme="http" if (self.endpoint or "").startswith("http:") else "https",
        )


def folders(filesystem: fs.FileSystem, root: str, since: datetime | None) -> list[str]:
    """The folders to look for files in: those of the days since a time, where a place has a folder for each day."""
    if since is None:
        return [root]
    inside = filesystem.get_file_info(fs.FileSelector(root, allow_not_found=True))
    days = {each.path: DAY.fullmatch(each.base_name) for each in inside}
    if not any(days.values()):
        return [root]
    first = f"{since - timedelta(days=1):%Y-%m-%d}"
    return [path for path, day in days.items() if day and day[1] >= first]


def first_line(error: Exception) -> str:
    """The first line of an error's text."""
    return str(error).partition("\n")[0]
