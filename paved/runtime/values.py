"""Property values of resources in plain Python, and as JSON for people and tools."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from reference.vocabulary import Unknown

UNKNOWN_ID: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""The wire's spelling of a value, or an id, that is not known yet."""


@dataclass(frozen=True)
class Secret:
    """A value marked secret. It never prints what it holds."""

    value: Any

    def __repr__(self) -> str:
        return "Secret(…)"


def provider_input(value: Any) -> Any:
    """The value of an input of a provider. It is JSON text on the wire, except where it is text anyway."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


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
