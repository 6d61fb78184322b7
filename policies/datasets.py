"""Datasets that a foundation shares: which statements reach no more of them than the stack's file asks for."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from policies.context import Context
from policies.dataset_locations import DatasetLocation
from policies.documents import Statement

OBJECT = re.compile(r"arn:[a-z-]+:s3:::(?P<bucket>[a-z0-9-]+)(?:/(?P<dataset>[a-z0-9-]+)/\*)?")
"""A bucket, or one dataset in it, whole."""
READING = ("s3:GetObject", "s3:GetObjectVersion")
WRITING = ("s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts")


@dataclass(frozen=True, kw_only=True)
class Shared:
    """What one document may reach of the datasets of the stack's foundation, each where that foundation keeps it."""

    context: Context

    def holds(self, arn: str, each: Statement) -> bool:
        """Whether a statement lists, reads or writes there what the file of the stack says it does."""
        found = OBJECT.fullmatch(arn)
        if found is None:
            return False
        if found["dataset"] is None:
            return set(each.actions) == {"s3:ListBucket"} and self._lists_own(found["bucket"], each)
        place = self._used().get(found["dataset"])
        if place is None or place.bucket != found["bucket"]:
            return False
        may = (*READING, *WRITING) if self._writes(found["dataset"]) else READING
        return bool(each.actions) and set(each.actions) <= set(may)

    def _used(self) -> dict[str, DatasetLocation]:
        """The datasets that the stack's file asks for and its foundation lets it have, by name."""
        context = self.context
        return {
            name: context.places[name]
            for name, access in context.datasets.items()
            if name in context.places and context.places[name].may(context.stack, access)
        }

    def _writes(self, dataset: str) -> bool:
        return self.context.datasets[dataset] == "write"

    def _lists_own(self, bucket: str, each: Statement) -> bool:
        mine = [name for name, place in self._used().items() if place.bucket == bucket]
        asked = {pattern for name in mine for pattern in (f"{name}/", f"{name}/*")}
        prefixes = each.condition("s3:prefix", "stringlike", "stringequals")
        return bool(prefixes) and set(prefixes) <= asked

    def holds_key(self, aliases: Collection[str], each: Statement) -> bool:
        """Whether a statement uses keys of those buckets and of no others, through S3 alone."""
        used = {name: place for name, place in self._used().items() if place.alias in aliases}
        writes = any(self._writes(name) for name in used)
        may = {"kms:Decrypt", *(["kms:GenerateDataKey"] if writes else [])}
        through = each.condition("kms:ViaService", "stringequals")
        by_s3 = bool(through) and all(service.startswith("s3.") for service in through)
        known = {place.alias for place in used.values()}
        return bool(aliases) and set(aliases) <= known and by_s3 and set(each.actions) <= may
