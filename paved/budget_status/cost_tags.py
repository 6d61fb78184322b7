"""Cost allocation tags: without them a bill, a budget and a report know no teams."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

BATCH = 20
"""Tags that one call may change (botocore's model of Cost Explorer)."""

Status = Literal["active", "inactive", "unseen"]


@dataclass(frozen=True, kw_only=True)
class CostTag:
    """A tag key. `unseen`: no bill has shown it yet, so AWS does not take it for a cost allocation tag."""

    key: str
    status: Status
    since: str | None = None


def read_cost_tags(explorer: Any, keys: Sequence[str]) -> list[CostTag]:
    """Read the status of each key, in the order asked."""
    # One call takes 100 keys and answers them on one page; the stacks have five.
    answer = explorer.list_cost_allocation_tags(TagKeys=list(keys), Type="UserDefined")
    found: Mapping[str, Any] = {tag["TagKey"]: tag for tag in answer["CostAllocationTags"]}
    return [_cost_tag(key, found.get(key)) for key in keys]


def activate(explorer: Any, tags: Sequence[CostTag]) -> dict[str, str]:
    """Activate what can be. Returns the keys that AWS refused, each with its reason."""
    wanted = [tag.key for tag in tags if tag.status == "inactive"]
    refused: dict[str, str] = {}
    for start in range(0, len(wanted), BATCH):
        entries = [{"TagKey": key, "Status": "Active"} for key in wanted[start : start + BATCH]]
        answer = explorer.update_cost_allocation_tags_status(CostAllocationTagsStatus=entries)
        refused |= {error["TagKey"]: error["Message"] for error in answer.get("Errors", ())}
    return refused


def _cost_tag(key: str, found: Mapping[str, Any] | None) -> CostTag:
    if found is None:
        return CostTag(key=key, status="unseen")
    status: Status = "active" if found["Status"] == "Active" else "inactive"
    return CostTag(key=key, status=status, since=str(found.get("LastUpdatedDate", ""))[:10] or None)
