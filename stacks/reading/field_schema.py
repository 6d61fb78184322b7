"""A field of the model as data: its type, its limits and its default, read from the editor's schema."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from reference.vocabulary import CONFIG_PREFIX
from stacks.reading.editor_schema import editor_schema
from stacks.reading.fields import KINDS
from stacks.reading.problems import Keys

Schema = Mapping[str, Any]

LIMITS = {
    "minimum": "at least {}",
    "exclusiveMinimum": "more than {}",
    "maximum": "at most {}",
    "minItems": "at least {} items",
    "maxItems": "at most {} items",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "pattern": "matches {}",
}
TYPES = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "array": "list",
    "object": "mapping",
}


def field_schema(kind: str, path: Keys) -> Schema:
    """The schema of the field at a path of a kind of stack. Raises KeyError for none."""
    found: Schema = {"type": "object", **_sections(kind)}
    for step in path:
        found = resolved(found["items"] if isinstance(step, int) else _property(found, step))
    return found


def is_required(kind: str, path: Keys) -> bool:
    """Whether a field has to be in the file where the mapping around it is."""
    *outer, last = path
    around = field_schema(kind, tuple(outer))
    name = last if outer else f"{CONFIG_PREFIX}{last}"
    return name in around.get("required", ())


def limits(schema: Schema) -> list[str]:
    """The limits of a field in words."""
    return [words.format(_number(schema[key])) for key, words in LIMITS.items() if key in schema]


def type_in_words(schema: Schema) -> str:
    """The type of a field: of a list, that of its items as well."""
    words = TYPES.get(str(schema.get("type")), "value")
    if schema.get("type") == "array" and "items" in schema:
        return f"list of {type_in_words(resolved(schema['items']))}"
    return "one of these words" if "enum" in schema and words == "text" else words


def allowed(schema: Schema) -> list[str]:
    """The values that a field may have, where they are a few; of a list, its items."""
    item = resolved(schema["items"]) if "items" in schema else schema
    return [str(each) for each in item.get("enum", ([item["const"]] if "const" in item else []))]


def resolved(schema: Schema) -> Schema:
    """A schema with the definition that it refers to."""
    found = dict(schema)
    for reference in [found.pop("$ref", None), *(each.get("$ref") for each in found.pop("allOf", ()))]:
        if reference:
            found = {**resolved(_whole()["definitions"][reference.rpartition("/")[2]]), **found}
    return found


def _property(schema: Schema, step: str) -> Schema:
    properties = schema["properties"]
    found: Schema = properties[step] if step in properties else properties[f"{CONFIG_PREFIX}{step}"]
    return found


def _sections(kind: str) -> Schema:
    """The sections of a kind of stack."""
    found: Schema = _whole()["properties"]["config"]["allOf"][list(KINDS).index(kind)]["then"]
    return found


def _number(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


@cache
def _whole() -> dict[str, Any]:
    return editor_schema()
