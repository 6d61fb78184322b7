"""Records of runs in S3: written once, found by endpoint, newest last."""

import json
from datetime import datetime, timedelta
from typing import Any

FOLDER = "lineage/model-health"
"""The folder of the models bucket in which jobs of the team create records and replace none."""

LOOK_BACK = timedelta(days=40)
"""The age up to which a newest record is looked for: a monthly run's is there."""


SKEW = timedelta(minutes=5)


def key(endpoint: str, now: datetime) -> str:
    """The key of a record, by which records sort in the order of their runs."""
    return f"{FOLDER}/{endpoint}/{stamp(now)}.json"


def stamp(time: datetime) -> str:
    """A time as a key holds it."""
    return time.strftime("%Y-%m-%dT%H-%M-%SZ")


def write_once(s3: Any, bucket: str, endpoint: str, text: str, now: datetime) -> str:
    """Write a record and return its key. A run that is tried anew within a second finds the record there."""
    name = key(endpoint, now)
    try:
        s3.put_object(
            Bucket=bucket, Key=name, Body=text.encode(), ContentType="application/json", IfNoneMatch="*"
        )
    except s3.exceptions.ClientError as error:
        if error.response["Error"]["Code"] != "PreconditionFailed":
            raise
    return name


def newest(s3: Any, bucket: str, endpoint: str, now: datetime) -> dict[str, Any] | None:
    """The newest record of an endpoint; none where there is none of the last forty days."""
    prefix = f"{FOLDER}/{endpoint}/"
    pages = s3.get_paginator("list_objects_v2").paginate(
        Bucket=bucket, Prefix=prefix, StartAfter=f"{prefix}{stamp(now - LOOK_BACK)}"
    )
    keys = []
    for page in pages:
        keys += [each["Key"] for each in page.get("Contents", [])]
    # A clock that was ahead, or whoever writes names of the future, would else hide all that comes after.
    keys = [each for each in keys if each <= f"{prefix}{stamp(now + SKEW)}"]
    if not keys:
        return None
    body = s3.get_object(Bucket=bucket, Key=max(keys))["Body"].read()
    found: dict[str, Any] = json.loads(body)
    return found
