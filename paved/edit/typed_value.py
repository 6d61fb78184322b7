"""A value as a person types it, as the YAML of a stack file: its type is that of the model, never a guess."""

from paved.edit.scalar_text import of_node, of_text
from stacks.reading.field_schema import field_schema
from stacks.reading.problems import ConfigError, Keys, Problem
from stacks.reading.scalars import DECIMAL, WHOLE
from stacks.reading.yaml_source import parse_yaml


def typed_value(kind: str, path: Keys, text: str, *, quoted: bool = False) -> str:
    """The YAML of a typed value. What is of another type than its key becomes text, which the model then refuses.

    Lists and mappings are typed in brackets. Raises ConfigError for one that is not YAML as all parsers read it.
    """
    kind_of_value = field_schema(kind, path).get("type")
    is_number = kind_of_value in ("integer", "number") and (WHOLE.fullmatch(text) or DECIMAL.fullmatch(text))
    is_flag = kind_of_value == "boolean" and text in ("true", "false")
    if is_number or is_flag:
        return text
    if kind_of_value in ("array", "object") and text.startswith(("[", "{")):
        return _in_brackets(text)
    return of_text(text, quoted=quoted)


def _in_brackets(text: str) -> str:
    document = parse_yaml(text, "the value")
    if document.problems:
        raise ConfigError(
            [Problem(path=(), message=f"the value {each.message}") for each in document.problems]
        )
    return of_node(document.root)
