"""Walking the typed model: every field it has, and other values that a field could hold."""

import typing
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from tests.stacks.field_values import ALTERNATIVES, Path


def noun(section: type[BaseModel]) -> str:
    """The name of a section to its author, as in stacks/schema.json."""
    return section.__name__.removesuffix("Spec")


def fields(model: type[BaseModel]) -> Iterator[str]:
    """Every field of a model and of the sections in it, as `Section.field`.

    A section that is always there is its fields; one that may be left out is a field as well.
    """
    for name, field in model.model_fields.items():
        if field.annotation not in set(sections(field.annotation)):
            yield f"{noun(model)}.{name}"
        for section in sections(field.annotation):
            yield from fields(section)


def occurrences(
    model: type[BaseModel], data: Mapping[str, Any], path: Path = ()
) -> Iterator[tuple[str, Path, Any, Any]]:
    """Each place in `data` where a field stands: its name, its path, its type and its value."""
    for name, field in model.model_fields.items():
        value, where = data[name], (*path, name)
        yield f"{noun(model)}.{name}", where, field.annotation, value
        for section in sections(field.annotation):
            if isinstance(value, dict):
                yield from occurrences(section, value, where)
            for index, item in enumerate(value if isinstance(value, list) else ()):
                yield from occurrences(section, item, (*where, index))


def sections(annotation: Any) -> Iterator[type[BaseModel]]:
    """The sections that a type is made of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in typing.get_args(annotation):
        yield from sections(argument)


def others(field: str, annotation: Any, value: Any) -> Iterator[Any]:
    """Values that the field could hold instead; not all of them need be valid."""
    yield from (other for other in ALTERNATIVES.get(field, ()) if other != value)
    if typing.get_origin(annotation) is typing.Literal:
        yield from (choice for choice in typing.get_args(annotation) if choice != value)
        return
    match value:
        case None:
            yield from (30, 90, "somebody", {})
        case bool():
            yield not value
        case int():
            yield from (value + 1, value - 1, value * 2, value // 2)
        case float() | Decimal():
            yield from (float(value) + 1, float(value) / 2)
        case str():
            yield from (f"{value}x", f"x{value}", value[:-1] + "2", "2026.12")
        case list():
            yield from (value[:-1], value[1:])
            if value and isinstance(value[0], str):
                yield from ([*value, "another"], [*value, "another@example.com"])
        case dict():
            yield None


def replaced(data: Any, path: Path, value: Any) -> Any:
    """A copy of JSON data with one value replaced."""
    if not path:
        return value
    head, *rest = path
    if isinstance(data, list):
        return [
            replaced(item, tuple(rest), value) if index == head else item for index, item in enumerate(data)
        ]
    return {key: replaced(item, tuple(rest), value) if key == head else item for key, item in data.items()}
