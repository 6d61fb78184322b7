"""Names that editors complete in a stack file: regions, zones and instance types that are recorded."""

from collections.abc import Callable, Iterable
from typing import Any

from reference.instances import cpu_pool_types, instance_types, zones_offering
from reference.regions import EKS_REFUSES, regions


def offered(names: Callable[[], Iterable[str]]) -> Callable[[dict[str, Any]], None]:
    """Change a text's JSON Schema so that editors offer names, and take any other text of its pattern too.

    A name that is not recorded is for `paved validate` to refuse, which says what there is instead.
    """

    def change(schema: dict[str, Any]) -> None:
        schema["anyOf"] = [{"enum": list(names())}, {"pattern": schema.pop("pattern")}]

    return change


def accelerated_names() -> list[str]:
    """Instance types with accelerators, which pools have, sorted."""
    return sorted(name for name, facts in instance_types().items() if facts.accelerator)


def general_names() -> list[str]:
    """Instance types without accelerators, sorted."""
    return sorted(name for name, facts in instance_types().items() if not facts.accelerator)


def pool_names() -> list[str]:
    """Instance types that a team's pools have, with accelerators or without, sorted."""
    return sorted([*accelerated_names(), *cpu_pool_types()])


def zone_names() -> list[str]:
    """AZ ids in which EKS runs clusters, of every region, sorted."""
    found: set[str] = set()
    for region in regions():
        for name in instance_types():
            found |= zones_offering(name, region)
    return sorted(found - EKS_REFUSES)
