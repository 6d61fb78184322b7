"""Propose a trained model, and promote what was proposed to where endpoints load it from.

    models.py propose FOLDER MODEL/VERSION    in a job that trains: a folder's files become a candidate
    models.py promote MODEL/VERSION           in a promotion: a candidate becomes what may serve

It runs in the team's own image, which brings Python 3.9 or later and boto3 1.35.4 or later, the first that writes on
condition. PAVED_MODELS names the bucket. A candidate's record lists the digest of every file and is written once, so
that what was reviewed is what is promoted: files that were replaced since are refused. A promotion creates and never
replaces; one that is started again goes on where the first one ended.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
from pathlib import Path
from typing import Any, NamedTuple

REFUSED = 3
"""The exit code of a request that no second attempt can mend."""
USAGE = "models.py propose FOLDER MODEL/VERSION | models.py promote MODEL/VERSION"
NAME = re.compile(r"[a-z0-9][a-z0-9_.-]*(/[a-z0-9][a-z0-9_.-]*)+")
FOLDERS = ("candidates", "checkpoints", "lineage", "mlflow", "scratch")
"""The folders of the bucket in which nothing serves."""

WHOLE_BYTES = 8 * 2**20
PART_BYTES = 2**30
CHUNK_BYTES = 2**20


class RequestRefused(Exception):
    """A request that is refused, with every reason."""


class Source(NamedTuple):
    """One version of a candidate's file, whose digest is known. A later one is another object."""

    key: str
    version: str
    size: int
    kind: str


def main(arguments: list[str], environ: dict[str, str], s3: Any) -> int:
    """Do what the arguments say. Returns an exit code."""
    try:
        bucket = environ.get("PAVED_MODELS", "")
        if not bucket:
            raise RequestRefused("PAVED_MODELS is not set: name the team's bucket of models")
        if arguments[:1] == ["propose"] and len(arguments) == 3:
            propose(s3, bucket, Path(arguments[1]), checked(arguments[2]), environ.get("PAVED_RECORD"))
        elif arguments[:1] == ["promote"] and len(arguments) == 2:
            promote(s3, bucket, checked(arguments[1]))
        else:
            raise RequestRefused(f"usage: {USAGE}")
    except RequestRefused as reasons:
        tell(f"refused: {reasons}")
        return REFUSED
    return 0


def checked(name: str) -> str:
    """A model's name with its version. Raises RequestRefused for a place in which nothing may serve."""
    folder, _, version = name.rpartition("/")
    if not NAME.fullmatch(name) or folder.split("/")[0] in FOLDERS or not re.search("[0-9]", version):
        raise RequestRefused(
            f"`{name}` is no model with a version, such as `detector/2026-11-03`: lower-case letters, digits, "
            f"`_`, `.` and `-`, a digit in the version, and outside {', '.join(FOLDERS)}"
        )
    return name


def propose(s3: Any, bucket: str, folder: Path, name: str, run: str | None) -> None:
    """Upload a folder as a candidate and leave its record. `run` is the key of the record of the run that made it."""
    paths = {
        path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()
    }
    if not paths:
        raise RequestRefused(f"`{folder}` holds no file")
    files = {}
    for relative, path in paths.items():
        with path.open("rb") as content:
            files[relative] = digest_of(iter(lambda: content.read(CHUNK_BYTES), b""))
    unlike(record_of(s3, bucket, name), files, name)
    for relative, path in paths.items():
        s3.upload_file(str(path), bucket, f"candidates/{name}/{relative}")
    record = {"model": name, "files": files, "run": run}
    text = json.dumps(record, indent=2, sort_keys=True) + "\n"
    if not written_once(s3, bucket, record_key(name), text.encode(), "application/json"):
        unlike(record_of(s3, bucket, name), files, name)
    tell(f"proposed s3://{bucket}/candidates/{name}/, record s3://{bucket}/{record_key(name)}")


def unlike(record: dict[str, Any] | None, files: dict[str, str], name: str) -> None:
    """Refuse a candidate whose record is there with other files."""
    if record and record["files"] != files:
        raise RequestRefused(f"`{name}` was proposed with other files: choose another version")


def promote(s3: Any, bucket: str, name: str) -> None:
    """Copy a candidate to where endpoints load it from, once all of it is found to be as its record says."""
    record = record_of(s3, bucket, name)
    if not record or not record["files"]:
        raise RequestRefused(
            f"s3://{bucket}/{record_key(name)} is missing: no candidate of this name was proposed"
        )
    sources, problems = examined(s3, bucket, name, record["files"])
    run = record.get("run")
    if run and found(s3, bucket, run) is None:
        problems.append(f"s3://{bucket}/{run} is missing, the record of the run that made the candidate")
    there = set(keys_below(s3, bucket, f"{name}/"))
    strange = sorted(there - {f"{name}/{relative}" for relative in sources})
    problems += [f"s3://{bucket}/{key} is there and not of the candidate" for key in strange]
    if problems:
        raise RequestRefused("; ".join(problems))
    for relative, source in sorted(sources.items()):
        key, digest = f"{name}/{relative}", record["files"][relative]
        if key in there or not copied_once(s3, bucket, source, key):
            same(s3, bucket, key, digest)
    tell(f"promoted s3://{bucket}/{name}/, {len(sources)} files, by s3://{bucket}/{record_key(name)}")


def examined(s3: Any, bucket: str, name: str, files: dict[str, str]) -> tuple[dict[str, Source], list[str]]:
    """The versions of a candidate's files that are there now, and how they differ from the record."""
    sources: dict[str, Source] = {}
    problems: list[str] = []
    for relative, digest in sorted(files.items()):
        key = f"candidates/{name}/{relative}"
        answer = found(s3, bucket, key)
        if answer is None:
            problems.append(f"s3://{bucket}/{key} is missing")
            continue
        actual = digest_of(answer["Body"].iter_chunks(CHUNK_BYTES))
        if actual != digest:
            problems.append(f"s3://{bucket}/{key} is {actual}, and was proposed as {digest}")
        sources[relative] = Source(key, answer["VersionId"], answer["ContentLength"], answer["ContentType"])
    return sources, problems


def same(s3: Any, bucket: str, key: str, digest: str) -> None:
    """Refuse an object that is there with other content."""
    answer = found(s3, bucket, key)
    actual = digest_of(answer["Body"].iter_chunks(CHUNK_BYTES)) if answer else "gone"
    if actual != digest:
        raise RequestRefused(
            f"s3://{bucket}/{key} is there and is {actual}, not {digest}: promote another version"
        )


def copied_once(s3: Any, bucket: str, source: Source, key: str) -> bool:
    """Whether a version was copied to a key. An object that is there stays.

    S3 copies nothing on condition but by parts; a small file is written anew. The bucket chooses the key of encryption.
    """
    if source.size <= WHOLE_BYTES:
        body = s3.get_object(Bucket=bucket, Key=source.key, VersionId=source.version)["Body"].read()
        return written_once(s3, bucket, key, body, source.kind)
    upload = s3.create_multipart_upload(Bucket=bucket, Key=key, ContentType=source.kind)["UploadId"]
    try:
        parts = [
            copied_part(s3, bucket, source, key, upload, number)
            for number in range(1, -(-source.size // PART_BYTES) + 1)
        ]
        s3.complete_multipart_upload(
            Bucket=bucket, Key=key, UploadId=upload, MultipartUpload={"Parts": parts}, IfNoneMatch="*"
        )
    except Exception as error:
        s3.abort_multipart_upload(Bucket=bucket, Key=key, UploadId=upload)
        if is_there_already(error):
            return False
        raise
    return True


def copied_part(s3: Any, bucket: str, source: Source, key: str, upload: str, number: int) -> dict[str, Any]:
    """One part of a copy, as the end of the upload names it: with the checksums that S3 gave it."""
    first = (number - 1) * PART_BYTES
    last = min(first + PART_BYTES, source.size) - 1
    answer = s3.upload_part_copy(
        Bucket=bucket,
        Key=key,
        UploadId=upload,
        PartNumber=number,
        CopySource={"Bucket": bucket, "Key": source.key, "VersionId": source.version},
        CopySourceRange=f"bytes={first}-{last}",
    )
    result = answer["CopyPartResult"]
    named = {field: result[field] for field in result if field == "ETag" or field.startswith("Checksum")}
    return {"PartNumber": number, **named}


def written_once(s3: Any, bucket: str, key: str, body: bytes, kind: str) -> bool:
    """Whether an object was written. One that is there stays: the role may create, and replace nothing."""
    try:
        s3.put_object(Bucket=bucket, Key=key, Body=body, ContentType=kind, IfNoneMatch="*")
    except s3.exceptions.ClientError as error:
        if not is_there_already(error):
            raise
        return False
    return True


def is_there_already(error: BaseException) -> bool:
    """Whether a write on condition was refused because its object is there."""
    response: Any = getattr(error, "response", {})
    return bool(response.get("Error", {}).get("Code") == "PreconditionFailed")


def record_key(name: str) -> str:
    """The key of a candidate's record."""
    return f"lineage/candidates/{name}.json"


def record_of(s3: Any, bucket: str, name: str) -> dict[str, Any] | None:
    """The record of a candidate, where it was proposed."""
    answer = found(s3, bucket, record_key(name))
    if answer is None:
        return None
    record: dict[str, Any] = json.loads(answer["Body"].read())
    return record


def found(s3: Any, bucket: str, key: str) -> Any:
    """The newest version of an object, None where there is none."""
    try:
        return s3.get_object(Bucket=bucket, Key=key)
    except s3.exceptions.NoSuchKey:
        return None


def keys_below(s3: Any, bucket: str, prefix: str) -> list[str]:
    """The keys of the objects below a prefix."""
    keys: list[str] = []
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        keys += [each["Key"] for each in page.get("Contents", [])]
    return keys


def digest_of(chunks: Any) -> str:
    """The digest of content that comes in pieces."""
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
    return f"sha256:{digest.hexdigest()}"


def tell(sentence: str) -> None:
    """A line for the log of the container."""
    sys.stderr.write(f"{sentence}\n")


if __name__ == "__main__":
    import boto3

    sys.exit(main(sys.argv[1:], dict(os.environ), boto3.client("s3")))
