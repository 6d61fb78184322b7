"""EC2: networks, security groups and launch templates."""

from collections.abc import Mapping
from typing import Any

from paved.aws.creating.fitting import pairs


def tag_specifications(resource_type: str, tags: Mapping[str, str]) -> list[dict[str, Any]] | None:
    """The tags of a resource that EC2 is about to create."""
    return [{"ResourceType": resource_type, "Tags": pairs(tags)}] if tags else None
