"""Parquet files in S3 or in a folder, as datasets that DuckDB reads only the needed columns and rows of."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlparse

import boto3
import pyarrow as pa
import pyarrow.dataset as ds
from pyarrow import fs

from model_health.outcome import CannotTell

SUFFIX = ".parquet"


@dataclass(frozen=True, kw_only=True)
class Storage:
    """S3 in a region, by the credentials of this pod. `endpoint` is another address of it, as tests have one."""

    region: str
    endpoint: str | None = None

    def dataset(self, place: str, since: datetime | None = None) -> ds.Dataset:
        """The files below a place that were written since a time. Raises CannotTell without any."""
        filesystem, root = self._filesystem(place)
        # A prefix without an object is no error in S3, and neither is a folder that nothing was written to yet.
        selector = fs.FileSelector(root, recursive=True, allow_not_found=True)
        files = [each for each in filesystem.get_file_info(selector) if each.path.endswith(SUFFIX)]
        recent = [each for each in files if since is None or each.mtime >= since]
        if not recent:
            when = f" since {since:%Y-%m-%d %H:%M} UTC" if since and files else ""
            raise CannotTell(f"no {SUFFIX} file was written to {place}{when}")
        factory = ds.FileSystemDatasetFactory(
            filesystem, sorted(each.path for each in recent), ds.ParquetFileFormat()
        )
        try:
            # Of all files: a column that one lacks is null there, and types that differ are refused.
            return factory.finish(factory.inspect(fragments=None))
        except pa.ArrowException as error:
            raise CannotTell(f"the files of {place} differ in their columns: {first_line(error)}") from None

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


def first_line(error: Exception) -> str:
    """The first line of an error's text."""
    return str(error).partition("\n")[0]
