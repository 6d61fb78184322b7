"""The job: read the settings, check, leave a record. It fails only where it could leave none."""

import json
import os
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3

from model_health.outcome import Outcome
from model_health.records import write_once
from model_health.settings import settings_of
from model_health.storage import Storage

SILENCED = {"DO_NOT_TRACK": "1", "NML_DISABLE_USAGE_LOGGING": "1"}
"""Evidently and nannyml send usage to their makers unless these are set, before they are imported."""


def main(environ: Mapping[str, str], s3: Any, now: datetime) -> int:
    """Run all monitors of the endpoint. Returns an exit code: a check that fails is a result, and no failure."""
    os.environ.update(SILENCED)
    from model_health.run import checked, record, text_of  # after the line before it

    settings = settings_of(Path(environ["PAVED_MONITORS"]).read_text(encoding="utf-8"))
    storage = Storage(region=environ["AWS_REGION"], endpoint=environ.get("AWS_ENDPOINT_URL_S3"))
    outcomes = checked(settings, storage, now)
    for each in outcomes:
        sys.stderr.write(f"{line(each)}\n")
    text = text_of(record(settings, outcomes, now))
    key = write_once(s3, environ["PAVED_MODELS"], settings.endpoint, text, now)
    sys.stderr.write(f"record s3://{environ['PAVED_MODELS']}/{key}\n")
    return 0


def line(found: Outcome) -> str:
    """The outcome of a monitor in a line of the log: for whoever may read logs, and no bucket."""
    if found.value is None:
        return f"{found.monitor}: cannot tell: {found.reason}"
    told = f"{found.monitor}: {found.state}, {found.value:.4g} of {found.rows} rows, threshold {found.threshold:g}"
    return f"{told}, {json.dumps(found.details, sort_keys=True)}"


if __name__ == "__main__":
    sys.exit(main(os.environ, boto3.client("s3"), datetime.now(UTC)))
