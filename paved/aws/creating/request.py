"""The parameters of an API call from a provider's inputs, where the two differ only in spelling."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from paved.aws.creating.inputs import Inputs

if TYPE_CHECKING:
    from botocore.model import Shape, StructureShape

Renamed = Mapping[str, str | None]
"""The API's member by the plain path of the input (`networkInterfaces.securityGroups`), where names differ.

None for an input that the creator converts itself.
"""


def request_members(
    inputs: Inputs, shape: "StructureShape", renamed: Renamed | None = None
) -> dict[str, Any]:
    """The members of `shape` that `inputs` give a value for.

    Names are matched whatever their case. An input that no member answers to stays unmapped. The provider
    spells some booleans and numbers as text, and a list that holds at most one block as that block.
    """
    spellings = {name.lower(): name for name in shape.members}
    renamed = {"tags": None, **(renamed or {})}  # a resource's own tags are merged with the default tags
    request = {}
    for key in inputs:
        path = inputs.plain_path_of(key)
        member = renamed[path] if path in renamed else spellings.get(key.lower())
        if member is not None:
            request[member] = _value(inputs, key, shape.members[member], renamed)
    return request


def pairs(values: Mapping[str, Any], key: str = "Key", value: str = "Value") -> list[dict[str, Any]]:
    """A map as the list of pairs that most APIs take for tags, sorted by key."""
    return [{key: name, value: values[name]} for name in sorted(values)]


def _value(inputs: Inputs, key: str, shape: Any, renamed: Renamed) -> Any:
    if shape.type_name == "structure" and inputs.is_nested(key):
        block = inputs.block(key)
        return {} if block is None else request_members(block, shape, renamed)
    if shape.type_name == "list" and inputs.is_nested(key):
        if _is_pair(shape.member):
            return pairs(inputs.take_map(key) or {})
        return [request_members(block, shape.member, renamed) for block in inputs.blocks(key)]
    if shape.type_name == "map":
        return inputs.take_map(key)
    value = inputs.take(key)
    if shape.type_name == "list":
        return [_cast(item, shape.member) for item in value] if isinstance(value, list) else value
    return _cast(value, shape)


def _is_pair(shape: Any) -> bool:
    return shape.type_name == "structure" and set(shape.members) == {"Key", "Value"}


def _cast(value: Any, shape: "Shape") -> Any:
    """The value in the type of the model, where the provider spells it as text.

    Any other value stays as it is: the check of the request reports it.
    """
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
