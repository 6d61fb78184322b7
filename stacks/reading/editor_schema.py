"""The JSON Schema of a stack file, by which editors complete and check it while it is written."""

import json
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from reference.vocabulary import CONFIG_PREFIX
from stacks.reading.fields import KINDS
from stacks.reading.file_keys import DEFAULT_PROVIDERS, ENCRYPTION
from stacks.schema import Stack

# The draft that editors' YAML support knows best.
DRAFT = "http://json-schema.org/draft-07/schema#"

KIND = f"{CONFIG_PREFIX}kind"


def editor_schema() -> dict[str, Any]:
    """The schema of a stack file: which sections it has follows from `paved:kind`."""
    model = TypeAdapter(Stack).json_schema(ref_template="#/definitions/{model}", schema_generator=_Plain)
    definitions = dict(model["$defs"])
    kinds = {kind: definitions.pop(section.__name__) for kind, section in KINDS.items()}
    return {
        "$schema": DRAFT,
        "title": "Paved stack file",
        "type": "object",
        "required": ["config"],
        "additionalProperties": False,
        "properties": {
            "config": _config(kinds),
            "environment": {
                "description": "Pulumi ESC environments by name",
                "type": ["string", "array"],
                "items": {"type": "string"},
            },
            **{key: {"description": "Written by Pulumi", "type": "string"} for key in ENCRYPTION},
        },
        "definitions": definitions,
    }


def schema_text() -> str:
    """The schema as the text of stacks/schema.json."""
    return json.dumps(editor_schema(), indent=2, ensure_ascii=False, sort_keys=True) + "\n"


class _Plain(GenerateJsonSchema):
    """Numbers are numbers: the model takes no text for them. A key that may be left out takes no null."""

    def field_title_should_be_set(self, schema: object) -> bool:
        return False

    def normalize_name(self, name: str) -> str:
        # A section is a noun to its author. `Spec` tells it from the component of that noun, in the code alone.
        return super().normalize_name(name).removesuffix("Spec")

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        found = super().model_schema(schema)
        del found["title"]
        return found

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        found = super().default_schema(schema)
        return {key: value for key, value in found.items() if (key, value) != ("default", None)}

    def decimal_schema(self, schema: core_schema.DecimalSchema) -> JsonSchemaValue:
        # pydantic would allow text for a Decimal, which the loader refuses.
        bounds = {"ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum", "lt": "exclusiveMaximum"}
        found: JsonSchemaValue = {"type": "number"}
        for key, name in bounds.items():
            if (bound := schema.get(key)) is not None:
                found[name] = float(str(bound))
        return found

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])


def _config(kinds: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return {
        "type": "object",
        "description": "The sections of the stack, each a key that starts with `paved:`",
        "required": [KIND],
        "properties": {KIND: {"enum": list(kinds), "description": "`foundation`, `platform` or `team`"}},
        "allOf": [
            {
                "if": {"required": [KIND], "properties": {KIND: {"const": kind}}},
                "then": _sections(schema),
            }
            for kind, schema in kinds.items()
        ],
    }


def _sections(schema: dict[str, Any]) -> dict[str, Any]:
    """The sections of one kind of stack, under their names in the file."""
    return {
        "additionalProperties": False,
        "required": [f"{CONFIG_PREFIX}{name}" for name in schema["required"]],
        "properties": {
            **{f"{CONFIG_PREFIX}{name}": section for name, section in schema["properties"].items()},
            DEFAULT_PROVIDERS: {"const": ["*"], "description": "No provider but the stack's own"},
        },
    }
