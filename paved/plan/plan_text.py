"""A plan as text that gives the same plan again: JSON, so that nothing in it can run."""

import json
from typing import Any

from paved.plan.model import Plan, PlannedResource
from paved.runtime.values import UNKNOWN_ID, Secret
from reference.vocabulary import UNKNOWN, Unknown


class HoldsSecret(ValueError):
    """The plan holds the value of a secret, which no file is to hold."""


def plan_text(plan: Plan) -> str:
    """The text of a plan. Raises HoldsSecret."""
    data = {
        "stack": plan.stack,
        "outputs": plan.outputs,
        "resources": [vars(resource) for resource in plan.resources],
    }
    return json.dumps(data, default=_marked, separators=(",", ":"))


def plan_of(text: str) -> Plan:
    """The plan of a text. Raises ValueError, KeyError or TypeError for a text that is none."""
    data = json.loads(text)
    resources = [_resource(fields) for fields in data["resources"]]
    return Plan(stack=data["stack"], resources=tuple(resources), outputs=_read(data["outputs"]))


def _marked(value: Any) -> str:
    match value:
        case Unknown():
            # No known value is this text: the wire spells an unknown so, and a plan comes off the wire.
            return UNKNOWN_ID
        case Secret():
            raise HoldsSecret
        case _:
            raise TypeError(f"a plan holds no {type(value).__name__}")


def _resource(fields: dict[str, Any]) -> PlannedResource:
    fields = _read(fields)
    dependencies = {key: tuple(urns) for key, urns in fields["property_dependencies"].items()}
    return PlannedResource(
        **{
            **fields,
            "depends_on": tuple(fields["depends_on"]),
            "former_urns": tuple(fields["former_urns"]),
            "property_dependencies": dependencies,
        }
    )


def _read(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _read(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_read(item) for item in value]
    return UNKNOWN if value == UNKNOWN_ID else value
