"""A plan read back from its JSON: unknowns are unknown again, and of a secret nothing is known."""

from collections.abc import Mapping
from typing import Any

from paved.plan.model import Plan, PlannedResource
from paved.runtime.values import Secret
from reference.vocabulary import UNKNOWN


def plan_from_json(data: Any) -> Plan:
    """The plan of `Plan.as_json`. Raises KeyError, TypeError or AttributeError for data that is none."""
    resources = tuple(_resource(each) for each in data["resources"])
    return Plan(stack=data["stack"], resources=resources, outputs=_value(data["outputs"]))


def _resource(data: Mapping[str, Any]) -> PlannedResource:
    fields = {key: _value(value) for key, value in data.items()}
    dependencies = {key: tuple(urns) for key, urns in data["property_dependencies"].items()}
    return PlannedResource(
        **{**fields, "depends_on": tuple(data["depends_on"]), "property_dependencies": dependencies}
    )


def _value(value: Any) -> Any:
    match value:
        case {"$unknown": True, **rest} if not rest:
            return UNKNOWN
        case {"$secret": True, **rest} if not rest:
            return Secret(UNKNOWN)
        case dict():
            return {key: _value(item) for key, item in value.items()}
        case list():
            return [_value(item) for item in value]
        case _:
            return value
