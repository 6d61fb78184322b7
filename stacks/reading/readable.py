"""A stack with mistakes, read as far as it can be: without its mistaken values, for checks of all the rest."""

import json
from collections.abc import Collection, Mapping
from functools import cache
from typing import Any

from pydantic import BaseModel, ConfigDict, TypeAdapter

from stacks.reading.fields import KINDS, section_of
from stacks.reading.problems import Keys
from stacks.schema import Stack

_LEFT_OUT = object()


def readable_stack(values: Mapping[str, Any], mistaken: Collection[Keys]) -> Stack | None:
    """The stack of some values without those at the mistaken paths; None where not even its kind is known.

    Whoever reads an attribute that is left out gets a MistakenValue.
    """
    kind = values.get("kind")
    if not isinstance(kind, str) or kind not in KINDS or {(), ("kind",)} & set(mistaken):
        return None
    found: Stack = _section(KINDS[kind], values, (), mistaken)
    return found


def _section(
    model: type[BaseModel], values: Mapping[str, Any], path: Keys, mistaken: Collection[Keys]
) -> Any:
    found: dict[str, Any] = {}
    for name in model.model_fields:
        value = _field(model, name, values, (*path, name), mistaken)
        if value is not _LEFT_OUT:
            found[name] = value
    section = model.model_construct(**found)
    for name in model.model_fields.keys() - found.keys():
        section.__dict__.pop(name, None)  # the default, which is not what the file says
    return section


def _field(
    model: type[BaseModel], name: str, values: Mapping[str, Any], path: Keys, mistaken: Collection[Keys]
) -> Any:
    info = model.model_fields[name]
    if path in mistaken or (name not in values and info.is_required()):
        return _LEFT_OUT
    if name not in values:
        return info.get_default(call_default_factory=True)
    value, inner = values[name], section_of(info.annotation)
    if inner is not None:
        return _sections(inner, value, path, mistaken)
    if any(other[: len(path)] == path for other in mistaken):
        return _LEFT_OUT
    return _adapter(model, name).validate_json(json.dumps(value))


def _sections(inner: type[BaseModel], value: Any, path: Keys, mistaken: Collection[Keys]) -> Any:
    """A section, or a list of them. A list with an item that is none is left out: its places would not be true."""
    if isinstance(value, dict):
        return _section(inner, value, path, mistaken)
    if any((*path, position) in mistaken for position in range(len(value))):
        return _LEFT_OUT
    return tuple(_section(inner, item, (*path, position), mistaken) for position, item in enumerate(value))


@cache
def _adapter(model: type[BaseModel], name: str) -> TypeAdapter[Any]:
    """The reader of one field, as strict as its section is."""
    return TypeAdapter(model.model_fields[name].rebuild_annotation(), config=ConfigDict(strict=True))
