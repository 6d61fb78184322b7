"""Values as the YAML text of a stack file, which every parser reads alike and which holds nothing but the value."""

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from stacks.reading.scalars import plain_json
from stacks.reading.yaml_source import Node, Scalar

PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./@%+-]*", re.ASCII)
"""Texts that need no quotes. All others get them: no sign in them means anything to YAML."""


def text_of(value: Any) -> str:
    """A value on one line: a scalar, or a list or mapping in brackets."""
    match value:
        case str():
            return of_text(value)
        case bool() | None:
            return json.dumps(value)
        case Decimal():
            return f"{value:f}"
        case list() | tuple():
            return f"[{', '.join(map(text_of, value))}]"
        case Mapping():
            items = [f"{of_text(key)}: {text_of(item)}" for key, item in value.items()]
            return f"{{{', '.join(items)}}}"
        case _:
            return json.dumps(value, allow_nan=False)


def of_text(text: str, *, quoted: bool = False) -> str:
    """A text, in quotes where it is to have them or would be read as something else without."""
    is_plain = PLAIN.fullmatch(text) and plain_json(text) == (json.dumps(text), None)
    # What does not print may end a line to a parser.
    return text if is_plain and not quoted else json.dumps(text, ensure_ascii=not text.isprintable())


def of_node(node: Node) -> str:
    """A node of a YAML document that was read, numbers digit by digit as they were written."""
    match node:
        case Scalar(json=text):
            value = json.loads(text)
            return of_text(value) if isinstance(value, str) else text
        case list():
            return f"[{', '.join(map(of_node, node))}]"
        case dict():
            items = [f"{of_text(key)}: {of_node(item)}" for key, item in node.items()]
            return f"{{{', '.join(items)}}}"
