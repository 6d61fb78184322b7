"""Property values between the SDK's wire format and plain Python."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from google.protobuf import json_format, struct_pb2

from reference.vocabulary import UNKNOWN, Unknown

_SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
_SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"
UNKNOWN_ID: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""How the wire spells a value, or an id, that is not known yet."""


@dataclass(frozen=True)
class Secret:
    """A value marked secret. It never prints what it holds."""

    value: Any

    def __repr__(self) -> str:
        return "Secret(…)"


def from_wire(properties: struct_pb2.Struct) -> dict[str, Any]:
    """Plain Python, keys sorted, whole numbers as int, unknowns and secrets as what they are."""
    return {key: _plain(value) for key, value in sorted(json_format.MessageToDict(properties).items())}


def to_wire(properties: Mapping[str, Any]) -> struct_pb2.Struct:
    """The wire form of plain Python. Keys that hold None are left out, as the engine does."""
    message = struct_pb2.Struct()
    message.update({key: _wired(value) for key, value in properties.items() if value is not None})
    return message


def as_json(value: Any) -> Any:
    """JSON data that says where a value is unknown and never what a secret is."""
    match value:
        case Unknown():
            return {"$unknown": True}
        case Secret():
            return {"$secret": True}
        case Mapping():
            return {key: as_json(item) for key, item in sorted(value.items())}
        case str():
            return value
        case Iterable():
            return [as_json(item) for item in value]
        case _:
            return value


def _plain(value: Any) -> Any:
    match value:
        case dict() if value.get(_SIGNATURE) == _SECRET:
            return Secret(_plain(value.get("value")))
        case dict():
            return {key: _plain(value[key]) for key in sorted(value)}
        case list():
            return [_plain(item) for item in value]
        case float() if value.is_integer():
            return int(value)
        case str() if value == UNKNOWN_ID:
            return UNKNOWN
        case _:
            return value


def _wired(value: Any) -> Any:
    match value:
        case Unknown():
            return UNKNOWN_ID
        case Secret():
            return {_SIGNATURE: _SECRET, "value": _wired(value.value)}
        case Mapping():
            return {key: _wired(item) for key, item in value.items() if item is not None}
        case str():
            return value
        case Iterable():
            return [_wired(item) for item in value]
        case _:
            return value
