"""Settle what a retraining run works on before it starts: its events, the version of its data, its record.

It runs as the first container of a run, in the team's own image, which brings Python 3.9 or later and boto3 1.35.4 or
later, the first that writes on condition.
The record goes to the models bucket before any event leaves its queue, so that a pod that ends in between loses
nothing, and a pod that is started anew for the same Job finds the record and takes no further events.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

MOST_EVENTS = 10_000
"""Of one run; what is left starts the next."""

NOTHING_TO_DO = 3
"""The exit code of a run that was started for events which another one has taken. It is not tried again."""

LONGEST_WAIT_SECONDS = 900
"""How long the other pods of a run wait for the record of the first."""


def main(environ: dict[str, str], s3: Any, sqs: Any) -> int:
    """Write the run's record to the bucket and to PAVED_LINEAGE. Returns an exit code."""
    bucket, key = environ["PAVED_MODELS"], environ["PAVED_RECORD"]
    record = kept(s3, bucket, key)
    if record is None and environ.get("JOB_COMPLETION_INDEX", "0") != "0":
        record = awaited(s3, bucket, key)
    if record is None:
        queue = environ.get("PAVED_QUEUE")
        events, receipts = received(sqs, queue) if queue else ([], [])
        if queue and not events:
            tell("no event is waiting: another run has taken them")
            return NOTHING_TO_DO
        record = settled(environ, s3, events)
        if written_once(s3, bucket, key, text_of(record), "application/json"):
            forgotten(sqs, queue, receipts)
        else:  # by another pod of the run, with the events that it took; those of this one come again
            record = kept(s3, bucket, key) or record
    Path(environ["PAVED_LINEAGE"]).write_text(text_of(record), encoding="utf-8")
    tell(f"data version {record['data_version']}, {len(record['events'])} events, record s3://{bucket}/{key}")
    return 0


def settled(environ: dict[str, str], s3: Any, events: list[Any]) -> dict[str, Any]:
    """The record of a run that starts now. The list of objects behind its data version lies beside it."""
    version, count, listing = data_version(s3, environ["PAVED_DATASETS"], environ["PAVED_PREFIX"])
    # Named by its digest: a pod that is started anew finds other objects, or writes the same list again.
    manifest = environ["PAVED_RECORD"].replace(".json", f".{version[-12:]}.objects")
    written_once(s3, environ["PAVED_MODELS"], manifest, listing, "text/plain")
    return {
        "run": environ["PAVED_RUN"],
        "trigger": environ["PAVED_TRIGGER"],
        "started": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "code_commit": environ["PAVED_CODE_COMMIT"],
        "image": environ["PAVED_IMAGE"],
        "config_digest": environ["PAVED_CONFIG_DIGEST"],
        "data": f"s3://{environ['PAVED_DATASETS']}/{environ['PAVED_PREFIX']}",
        "data_version": version,
        "objects": count,
        "manifest": f"s3://{environ['PAVED_MODELS']}/{manifest}",
        "events": events,
    }


def written_once(s3: Any, bucket: str, key: str, text: str, kind: str) -> bool:
    """Whether an object was written. One that is there stays: the role may create records, and replace none."""
    try:
        s3.put_object(Bucket=bucket, Key=key, Body=text.encode(), ContentType=kind, IfNoneMatch="*")
    except s3.exceptions.ClientError as error:
        if error.response["Error"]["Code"] != "PreconditionFailed":
            raise
        return False
    return True


def data_version(s3: Any, bucket: str, prefix: str) -> tuple[str, int, str]:
    """The digest of the versions of all objects that are there now, their number, and the list it is of."""
    lines = []
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix):
        for each in page.get("Versions", []):
            if each["IsLatest"]:
                lines.append(f"{each['Key']}\t{each['VersionId']}\t{each['ETag']}\n")
    listing = "".join(sorted(lines))
    return f"sha256:{hashlib.sha256(listing.encode()).hexdigest()}", len(lines), listing


def received(sqs: Any, queue: str) -> tuple[list[Any], list[str]]:
    """The events that wait in the queue, each once, and the receipts to delete them with."""
    events: dict[str, Any] = {}
    receipts: list[str] = []
    while len(events) < MOST_EVENTS:
        # A wait of more than 0 seconds asks every server of the queue, so that none at all means empty.
        found = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=2).get("Messages")
        if not found:
            break
        for message in found:
            events[message["MessageId"]] = read(message["Body"])
            receipts.append(message["ReceiptHandle"])
    return list(events.values()), receipts


def read(body: str) -> Any:
    """What a message says: of an event of S3 the object and its version, else its JSON or its text."""
    try:
        said = json.loads(body)
    except ValueError:
        return body
    detail = said.get("detail", {}) if isinstance(said, dict) else {}
    thing = detail.get("object", {}) if isinstance(detail, dict) else {}
    if not thing:
        return said
    return {"key": thing.get("key"), "version_id": thing.get("version-id"), "time": said.get("time")}


def forgotten(sqs: Any, queue: str | None, receipts: list[str]) -> None:
    """Delete the messages. One that cannot be deleted comes again and starts a run too many, never one too few."""
    for first in range(0, len(receipts), 10):
        entries = [
            {"Id": str(index), "ReceiptHandle": receipt}
            for index, receipt in enumerate(receipts[first : first + 10])
        ]
        failed = sqs.delete_message_batch(QueueUrl=queue, Entries=entries).get("Failed", [])
        if failed:
            tell(f"{len(failed)} messages could not be deleted and will come again")


def kept(s3: Any, bucket: str, key: str) -> dict[str, Any] | None:
    """The record, where a pod of the run has left one."""
    try:
        body = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    except s3.exceptions.NoSuchKey:
        return None
    record: dict[str, Any] = json.loads(body)
    return record


def awaited(s3: Any, bucket: str, key: str) -> dict[str, Any]:
    """The record of the run's first pod. Raises TimeoutError when none comes."""
    for _ in range(LONGEST_WAIT_SECONDS // 5):
        record = kept(s3, bucket, key)
        if record is not None:
            return record
        time.sleep(5)
    raise TimeoutError(f"the first pod of the run has left no record at s3://{bucket}/{key}")


def tell(sentence: str) -> None:
    """A line for the log of the container."""
    sys.stderr.write(f"{sentence}\n")


def text_of(record: dict[str, Any]) -> str:
    """A record as JSON text."""
    return json.dumps(record, indent=2, sort_keys=True) + "\n"


if __name__ == "__main__":
    import boto3

    sys.exit(main(dict(os.environ), boto3.client("s3"), boto3.client("sqs")))
