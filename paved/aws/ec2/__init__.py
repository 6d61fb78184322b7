"""EC2: networks, security groups, and the templates and reservations of instances."""

from collections.abc import Mapping
from typing import Any

from paved.aws.creating.request import pairs
from paved.aws.reading.account import NotFound
from paved.aws.reading.facts import Found
from paved.aws.reading.lookup import Lookup, first, tag_map


def tag_specifications(resource_type: str, tags: Mapping[str, str]) -> list[dict[str, Any]] | None:
    """The tags of a resource that EC2 is about to create."""
    return [{"ResourceType": resource_type, "Tags": pairs(tags)}] if tags else None


def describe_one(
    lookup: Lookup, key: str, parameter: str = "Filters", **filters: str | list[str]
) -> dict[str, Any]:
    """The first resource that passes the filters: `vpc_id` is `vpc-id`, `tag__Name` is `tag:Name`."""
    given: Any = [
        {"Name": _filter_name(name), "Values": value if isinstance(value, list) else [value]}
        for name, value in filters.items()
    ]
    listed = lookup.pages(f"ec2.Describe{key}", key, **{parameter: given})
    # Names are compared again: a filter that the service ignores must not make one resource of another.
    name = filters.get("tag__Name")
    passing = [each for each in listed if name in (None, tag_map(each.get("Tags")).get("Name"))]
    found: dict[str, Any] = first(passing)
    return found


def name_tag(lookup: Lookup) -> dict[str, str]:
    """The filter by the tag `Name`. Raises NotFound for a resource without one, which nothing tells from others."""
    name = lookup.tags.get("Name")
    if name is None:
        raise NotFound("a name")
    return {"tag__Name": name}


def found_in_ec2(
    lookup: Lookup, answer: Mapping[str, Any], id: str, kind: str, properties: dict[str, Any]
) -> Found:
    """A resource of EC2, whose ARN follows from its kind and id."""
    return Found(
        names=(id, lookup.arn("ec2", f"{kind}/{id}")),
        properties=properties,
        tags=lambda: tag_map(answer.get("Tags")),
    )


def _filter_name(name: str) -> str:
    if name.startswith("tag__"):
        return name.replace("__", ":")
    return name.replace("__", ".").replace("_", "-")
