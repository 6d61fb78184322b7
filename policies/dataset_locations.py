"""Where a foundation keeps the datasets that its teams share, as its own stack file says."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from reference.names import physical_name


@dataclass(frozen=True, kw_only=True)
class DatasetLocation:
    """One shared dataset: its bucket, the alias of the bucket's key, and the stacks that may use it."""

    bucket: str
    alias: str
    owner: str
    readers: frozenset[str]

    def may(self, stack: str, access: str) -> bool:
        """Whether a stack may have this access: its owner writes it, and only those it names read it."""
        return stack == self.owner or (access == "read" and stack in self.readers)


def places(
    foundation: str, account: str, datasets: Iterable[Mapping[str, Any]]
) -> dict[str, DatasetLocation]:
    """The place of each of a foundation's datasets, by the dataset's name."""
    return {
        each["name"]: DatasetLocation(
            bucket=physical_name(foundation, "datasets", each["data_class"], account, limit=63),
            alias=f"alias/{physical_name(foundation, 'datasets', each['data_class'], limit=250)}",
            owner=each["owner"],
            readers=frozenset(each.get("readers", ())),
        )
        for each in datasets
    }
