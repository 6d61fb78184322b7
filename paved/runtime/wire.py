"""Property values between the SDK's wire format and plain Python."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from google.protobuf import json_format, struct_pb2

from paved.runtime.values import UNKNOWN_ID, Secret
from reference.vocabulary import UNKNOWN, Unknown

_SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
_SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"


def from_wire(properties: struct_pb2.Struct) -> dict[str, Any]:
    """Plain Python, keys sorted, whole numbers as int, unknowns and secrets as what they are."""
    return {key: _plain(value) for key, value in sorted(json_format.MessageToDict(properties).items())}


def to_wire(properties: Mapping[str, Any]) -> struct_pb2.Struct:
    """The wire form of plain Python. Keys that hold None are left out, as the engine does."""
    message = struct_pb2.Struct()
    message.update({key: _wired(value) for key, value in properties.items() if value is not None})
    return message


def _plain(value: Any) -> Any:
    match value:
        case dict() if value.get(_SIGNATURE) == _SECRET:
            return Secret(_plain(value.get("value")))
        case dict():
            return {key: _plain(value[key]) for key in sorted(value)}
        case list():
            return [_plain(item) for item in value]
        case float() if value.is_integer():  # the wire has no integers, and AWS's own checks refuse 443.0
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
