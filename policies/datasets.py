"""Datasets that a foundation shares: where each is, and which statements reach no more of them than the file asks."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from policies.documents import Statement
from reference.names import physical_name

OBJECT = re.compile(r"arn:[a-z-]+:s3:::(?P<bucket>[a-z0-9-]+)(?:/(?P<dataset>[a-z0-9-]+)/\*)?")
"""A bucket, or one dataset in it, whole."""
READ_ACTIONS = frozenset({"s3:GetObject", "s3:GetObjectVersion"})
WRITE_ACTIONS = frozenset({"s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"})


@dataclass(frozen=True, kw_only=True)
class DatasetLocation:
    """One shared dataset: its class, its bucket, the alias of the bucket's key, and the stacks that may use it."""

    data_class: str | None = None
    bucket: str
    alias: str
    owner: str
    readers: frozenset[str]

    def allows(self, stack: str, access: str) -> bool:
        """Whether a stack may have this access: its owner writes it, and only those it names read it."""
        return stack == self.owner or (access == "read" and stack in self.readers)


def dataset_locations(
    foundation: str, account: str, datasets: Iterable[Mapping[str, Any]]
) -> dict[str, DatasetLocation]:
    """The location of each of a foundation's datasets, by the dataset's name."""
    return {each["name"]: _location(foundation, account, each) for each in datasets}


def _location(foundation: str, account: str, dataset: Mapping[str, Any]) -> DatasetLocation:
    # The names are worked out anew, as the foundation's component does: no plan of it is at hand in the engine.
    data_class = dataset["data_class"]
    return DatasetLocation(
        data_class=data_class,
        bucket=physical_name(foundation, "datasets", data_class, account, limit=63),
        alias=f"alias/{physical_name(foundation, 'datasets', data_class, limit=250)}",
        owner=dataset["owner"],
        readers=frozenset(dataset.get("readers", ())),
    )


@dataclass(frozen=True, kw_only=True)
class DatasetAccess:
    """The datasets of its foundation that a stack may use, and whether a statement reaches no more than those.

    `asked` is the access that the stack's file asks for by dataset, `locations` all datasets of the foundation.
    """

    stack: str
    asked: Mapping[str, str]
    locations: Mapping[str, DatasetLocation]

    def covers(self, arn: str, statement: Statement) -> bool:
        """Whether a statement lists, reads or writes at an ARN what the file of the stack says it does."""
        found = OBJECT.fullmatch(arn)
        if found is None:
            return False
        if found["dataset"] is None:
            return set(statement.actions) == {"s3:ListBucket"} and self._lists_own(found["bucket"], statement)
        location = self._usable.get(found["dataset"])
        if location is None or location.bucket != found["bucket"]:
            return False
        permitted = READ_ACTIONS | WRITE_ACTIONS if self._writes(found["dataset"]) else READ_ACTIONS
        return bool(statement.actions) and permitted.issuperset(statement.actions)

    def covers_key(self, aliases: Collection[str], statement: Statement) -> bool:
        """Whether a statement uses keys of those buckets and of no others, through S3 alone."""
        named = [name for name, location in self._usable.items() if location.alias in aliases]
        known = {self._usable[name].alias for name in named}
        permitted = {"kms:Decrypt"}
        if any(self._writes(name) for name in named):
            permitted.add("kms:GenerateDataKey")
        services = statement.condition("kms:ViaService", "stringequals")
        by_s3 = bool(services) and all(service.startswith("s3.") for service in services)
        return (
            bool(aliases) and known.issuperset(aliases) and by_s3 and permitted.issuperset(statement.actions)
        )

    @cached_property
    def _usable(self) -> dict[str, DatasetLocation]:
        """The datasets that the stack's file asks for and its foundation lets it have, by name."""
        shared = self.asked.keys() & self.locations.keys()
        return {
            name: self.locations[name]
            for name in shared
            if self.locations[name].allows(self.stack, self.asked[name])
        }

    def _writes(self, dataset: str) -> bool:
        return self.asked[dataset] == "write"

    def _lists_own(self, bucket: str, statement: Statement) -> bool:
        # ListBucket takes no object's ARN: the condition on the prefix is all that keeps it to one dataset.
        own = [name for name, location in self._usable.items() if location.bucket == bucket]
        permitted = {f"{name}/" for name in own} | {f"{name}/*" for name in own}
        prefixes = statement.condition("s3:prefix", "stringlike", "stringequals")
        return bool(prefixes) and permitted.issuperset(prefixes)
