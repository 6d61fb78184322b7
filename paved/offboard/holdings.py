"""Contents of a stack's buckets, repositories and model registry, read from its account as a manifest."""

import csv
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import StringIO
from typing import Any

from paved.aws.reading.account import AccountReader, Denied, LookupFailure, NotFound, NotSimulated
from paved.offboard.leftovers import Leftovers

MOST_LISTED = 1_000_000
"""Versions of one bucket that a manifest names one by one: more are counted, and S3 Inventory lists them."""
COLUMNS = ("key", "version", "current", "bytes", "etag", "modified")


@dataclass(frozen=True, kw_only=True)
class BucketContents:
    """The objects of a bucket and their replaced versions.

    `sha256` is of the whole listing, in the order of S3: it changes with any object. `listing` is the CSV of it,
    empty where it is too long. `lock` is the default retention of Object Lock, None without one.
    """

    name: str
    objects: int
    bytes: int
    old_versions: int
    old_bytes: int
    versioning: str
    lock: str | None
    sha256: str
    listing: str = field(repr=False)

    def as_json(self) -> dict[str, Any]:
        """The contents without the names of the objects."""
        return {key: value for key, value in vars(self).items() if key != "listing"}


@dataclass(frozen=True, kw_only=True)
class Holdings:
    """Data of a stack. `unread` are the calls that AWS did not answer, `not_simulated` those that moto lacks."""

    buckets: tuple[BucketContents, ...]
    images: tuple[Mapping[str, Any], ...]
    models: tuple[Mapping[str, Any], ...]
    backups: int | None
    unread: tuple[str, ...]
    not_simulated: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """The manifest as JSON data."""
        return {
            **vars(self),
            "buckets": [bucket.as_json() for bucket in self.buckets],
            "images": list(self.images),
            "models": list(self.models),
            "unread": list(self.unread),
            "not_simulated": list(self.not_simulated),
        }


def holdings(left: Leftovers, account: AccountReader, region: str) -> Holdings:
    """Read what a stack's leftovers hold. Raises BadInput where AWS cannot be asked at all."""
    return _Reading(account, region).whole(left)


class _Reading:
    """One reading while it runs."""

    def __init__(self, account: AccountReader, region: str):
        self._account, self._region = account, region
        self._unread: set[str] = set()
        self._not_simulated: set[str] = set()

    def whole(self, left: Leftovers) -> Holdings:
        buckets = [each for arn in left.of("s3") if (each := self._bucket(arn.rpartition(":")[2]))]
        images: list[Mapping[str, Any]] = []
        models: list[Mapping[str, Any]] = []
        for arn in left.of("ecr"):
            images += self._images(arn.partition(":repository/")[2])
        for arn in left.of("sagemaker"):
            if ":model-package-group/" in arn:
                models += self._packages(arn.rpartition("/")[2])
        return Holdings(
            buckets=tuple(buckets),
            images=tuple(images),
            models=tuple(models),
            backups=self._backups(left),
            unread=tuple(sorted(self._unread)),
            not_simulated=tuple(sorted(self._not_simulated)),
        )

    def _bucket(self, name: str) -> BucketContents | None:
        try:
            versioning = self._account.ask("s3.GetBucketVersioning", self._region, Bucket=name)
            counted = _Counted()
            call = "s3.ListObjectVersions"
            for version in self._account.streamed(call, self._region, "Versions", Bucket=name):
                counted.add(version)
        except LookupFailure as failure:
            self._keep(failure)
            return None
        return BucketContents(
            name=name,
            objects=counted.objects,
            bytes=counted.bytes,
            old_versions=counted.old_versions,
            old_bytes=counted.old_bytes,
            versioning=str(versioning.get("Status", "Disabled")),
            lock=self._lock(name),
            sha256=counted.digest.hexdigest(),
            listing=counted.listing(),
        )

    def _lock(self, name: str) -> str | None:
        try:
            answer = self._account.ask("s3.GetObjectLockConfiguration", self._region, Bucket=name)
        except NotFound:
            return None
        except LookupFailure as failure:
            self._keep(failure)
            return None
        rule = answer["ObjectLockConfiguration"].get("Rule", {}).get("DefaultRetention", {})
        if not rule:
            return "each version by itself"
        length = f"{rule['Days']} days" if "Days" in rule else f"{rule['Years']} years"
        return f"{str(rule['Mode']).lower()}, {length} from when a version was written"

    def _images(self, repository: str) -> Iterator[Mapping[str, Any]]:
        for image in self._pages("ecr.DescribeImages", "imageDetails", repositoryName=repository):
            yield {
                "repository": repository,
                "digest": image["imageDigest"],
                "tags": sorted(image.get("imageTags", ())),
                "bytes": image.get("imageSizeInBytes", 0),
            }

    def _packages(self, group: str) -> Iterator[Mapping[str, Any]]:
        call = "sagemaker.ListModelPackages"
        for each in self._pages(call, "ModelPackageSummaryList", ModelPackageGroupName=group):
            yield {
                "group": group,
                "version": each.get("ModelPackageVersion"),
                "arn": each["ModelPackageArn"],
                "status": each.get("ModelApprovalStatus"),
            }

    def _backups(self, left: Leftovers) -> int | None:
        """The number of recovery points of the buckets; None where that cannot be told."""
        points = 0
        for arn in left.of("s3"):
            call = "backup.ListRecoveryPointsByResource"
            found = self._asked(call, "RecoveryPoints", ResourceArn=arn)
            if found is None:
                return None
            points += len(found)
        return points

    def _pages(self, call: str, key: str, **params: Any) -> list[Any]:
        return self._asked(call, key, **params) or []

    def _asked(self, call: str, key: str, **params: Any) -> list[Any] | None:
        try:
            return self._account.pages(call, self._region, key, **params)
        except LookupFailure as failure:
            self._keep(failure)
            return None

    def _keep(self, failure: LookupFailure) -> None:
        match failure:
            case NotSimulated():
                self._not_simulated.add(str(failure))
            case Denied() | NotFound():
                self._unread.add(str(failure))


class _Counted:
    """Versions of a bucket while they are counted."""

    def __init__(self) -> None:
        self.objects = self.bytes = self.old_versions = self.old_bytes = 0
        self.digest = hashlib.sha256()
        self._lines: list[str] = []

    def add(self, version: Mapping[str, Any]) -> None:
        """Count one version, and name it where there is room."""
        size, current = int(version["Size"]), bool(version["IsLatest"])
        if current:
            self.objects, self.bytes = self.objects + 1, self.bytes + size
        else:
            self.old_versions, self.old_bytes = self.old_versions + 1, self.old_bytes + size
        modified = version["LastModified"].isoformat()
        etag = str(version["ETag"]).strip('"')
        row = _row(version["Key"], version["VersionId"], "yes" if current else "no", size, etag, modified)
        self.digest.update(row.encode())
        if self.objects + self.old_versions <= MOST_LISTED:
            self._lines.append(row)

    def listing(self) -> str:
        """The CSV of every version; empty where they are too many."""
        is_whole = self.objects + self.old_versions <= MOST_LISTED
        return "".join((_row(*COLUMNS), *self._lines)) if is_whole else ""


def _row(*cells: Any) -> str:
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue()
