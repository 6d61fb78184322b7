"""Datasets that a foundation shares: which statements reach no more of them than the stack's file asks for."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from policies.context import Context
from policies.documents import Statement

OBJECT = re.compile(
    r"arn:[a-z-]+:s3:::(?P<bucket>[a-z0-9-]+-datasets-(?:public|internal|confidential)-(?P<account>\d{12}))"
    r"(?:/(?P<dataset>[a-z0-9-]+)/\*)?"
)
"""The bucket of a data class, or one dataset in it, whole. Regulated data is not shared."""
READING = ("s3:GetObject", "s3:GetObjectVersion")
WRITING = ("s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts")


@dataclass(frozen=True, kw_only=True)
class Shared:
    """What one document may reach of shared datasets, by the config of its stack."""

    context: Context
    buckets: frozenset[str]

    @classmethod
    def of(cls, context: Context, statements: Iterable[Statement]) -> "Shared":
        """Read which buckets of datasets the statements name: their keys are the only ones to use."""
        arns = [OBJECT.fullmatch(arn) for each in statements for arn in each.resources]
        mine = (found for found in arns if found and found["account"] == context.account)
        return cls(context=context, buckets=frozenset(found["bucket"] for found in mine))

    def holds(self, arn: str, each: Statement) -> bool:
        """Whether a statement lists, reads or writes there what the file of the stack says it does."""
        found = OBJECT.fullmatch(arn)
        if found is None or found["bucket"] not in self.buckets:
            return False
        if found["dataset"] is None:
            return set(each.actions) == {"s3:ListBucket"} and self._lists_own(each)
        access = self.context.datasets.get(found["dataset"])
        may = (*READING, *WRITING) if access == "write" else READING
        return access is not None and bool(each.actions) and set(each.actions) <= set(may)

    def _lists_own(self, each: Statement) -> bool:
        asked = {pattern for name in self.context.datasets for pattern in (f"{name}/", f"{name}/*")}
        prefixes = each.condition("s3:prefix", "stringlike", "stringequals")
        return bool(prefixes) and set(prefixes) <= asked

    def holds_key(self, aliases: Collection[str], each: Statement) -> bool:
        """Whether a statement uses keys of those buckets and of no others, through S3 alone."""
        keys = {f"alias/{bucket.removesuffix(f'-{self.context.account}')}" for bucket in self.buckets}
        writes = "write" in self.context.datasets.values()
        may = {"kms:Decrypt", *(["kms:GenerateDataKey"] if writes else [])}
        through = each.condition("kms:ViaService", "stringequals")
        by_s3 = bool(through) and all(service.startswith("s3.") for service in through)
        return bool(aliases) and set(aliases) <= keys and by_s3 and set(each.actions) <= may
