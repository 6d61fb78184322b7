"""From a provider's inputs to an API's parameters, where the two differ only in spelling."""

from collections.abc import Mapping
from typing import Any

from botocore.model import ListShape, Shape, StructureShape

from paved.aws.creating.inputs import Inputs

Renamed = Mapping[str, str | None]
"""The API's member by the place of the input (`networkInterfaces.securityGroups`), where names differ.

None for an input that the handler converts itself.
"""


def fitted(inputs: Inputs, shape: StructureShape, renamed: Renamed | None = None) -> dict[str, Any]:
    """The members of `shape` that `inputs` give a value for.

    Names are matched whatever their case. An input that no member answers to stays unmapped. The provider
    spells some booleans and numbers as text, and a list that holds at most one block as that block.
    """
    spelt = {name.lower(): name for name in shape.members}
    renamed = {"tags": None, **(renamed or {})}  # a resource's own tags are merged with the default tags
    made = {}
    for key in inputs:
        place = inputs.place_of(key)
        member = renamed[place] if place in renamed else spelt.get(key.lower())
        if member is not None:
            made[member] = _fitted_value(inputs, key, shape.members[member], renamed)
    return made


def pairs(values: Mapping[str, Any], key: str = "Key", value: str = "Value") -> list[dict[str, Any]]:
    """A map as the list of pairs that most APIs take for tags, sorted by key."""
    return [{key: name, value: values[name]} for name in sorted(values)]


def _fitted_value(inputs: Inputs, key: str, shape: Shape, renamed: Renamed) -> Any:
    if isinstance(shape, StructureShape) and inputs.is_nested(key):
        block = inputs.block(key)
        return {} if block is None else fitted(block, shape, renamed)
    if isinstance(shape, ListShape) and inputs.is_nested(key):
        member: Any = shape.member
        if _is_pair(member):
            return pairs(inputs.take_map(key) or {})
        return [fitted(block, member, renamed) for block in inputs.blocks(key)]
    if shape.type_name == "map":
        return inputs.take_map(key)
    value = inputs.take(key)
    if isinstance(shape, ListShape):
        return [_cast(item, shape.member) for item in value] if isinstance(value, list) else value
    return _cast(value, shape)


def _is_pair(shape: Shape) -> bool:
    return isinstance(shape, StructureShape) and set(shape.members) == {"Key", "Value"}


def _cast(value: Any, shape: Shape) -> Any:
    """The value in the type of the model, where the provider spells it as text. Else as it is: the check says so."""
    match shape.type_name, value:
        case "boolean", "true" | "false":
            return value == "true"
        case "integer" | "long", str() if value.isdecimal():
            return int(value)
        case "string", bool():
            return str(value).lower()
        case "string", int() | float():
            return str(value)
        case "float" | "double", int():
            return float(value)
        case _:
            return value
