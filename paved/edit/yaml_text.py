"""One value of a YAML text set anew; every other character of the text, comments and layout, stays as it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from paved.errors import BadInput
from stacks.reading.problems import Keys
from stacks.reading.yaml_source import spelled_source

INDENT = 2
BY_HAND = "change it by hand, and run `paved validate`"


@dataclass(frozen=True)
class Place:
    """A value's node, that of its key, and the mapping that it is in."""

    node: Any
    key: Any
    parent: Any


def with_value(text: str, path: Keys, value: str) -> str:
    """The text with a value, which is YAML on one line, at a path. Raises BadInput where that would lose a comment.

    Keys that are missing on the way are made below the last one that is there.
    """
    # Nodes with their marks, and no values: a dump of what was read would lay the file out anew.
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    place = Place(root, None, None)
    for depth, step in enumerate(path):
        inner = child(place.node, step)
        if inner is None:
            return _inserted(text, place.node, path[depth:], value, path)
        place = inner
    return _replaced(text, place, value, path)


def is_quoted(text: str, path: Keys) -> bool:
    """Whether the value at a path is a text in double quotes."""
    place: Place | None = Place(yaml.compose(text, Loader=yaml.SafeLoader), None, None)
    for step in path:
        place = child(place.node, step) if place else None
    return place is not None and getattr(place.node, "style", None) == '"'


def child(node: Any, step: str | int) -> Place | None:
    """The value of a key, or the item at a place of a list; None where there is none."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == step:
                return Place(value, key, node)
    elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
        return Place(node.value[step], None, node)
    return None


def _replaced(text: str, place: Place, value: str, path: Keys) -> str:
    node = place.node
    if not is_block(node):
        start, end = node.start_mark.index, node.end_mark.index
        end = start + len(text[start:end].rstrip())
        # A key without a value ends where its colon does.
        blank = " " if start == end else ""
        return text[:start] + blank + value + text[end:]
    if place.key is None:
        raise BadInput(f"`{spelled_source(path)}` is a whole item of a list: name one of its keys")
    start, end = place.key.end_mark.index, end_of(node)
    if any("#" in line for line in text[start:end].split("\n")):
        raise BadInput(f"`{spelled_source(path)}` has comments within it, which would go", hint=BY_HAND)
    return f"{text[:start]}: {value}{text[end:]}"


def _inserted(text: str, parent: Any, missing: Keys, value: str, path: Keys) -> str:
    if not isinstance(parent, yaml.MappingNode) or any(isinstance(step, int) for step in missing):
        raise BadInput(
            f"`{spelled_source(path)}` is not in the file, and its list is not either", hint=BY_HAND
        )
    if parent.flow_style:
        at = parent.end_mark.index - 1
        before = text[:at].rstrip()
        comma = "" if before.endswith(("{", ",")) else ","
        blank = "" if before.endswith("{") else " "
        return f"{before}{comma}{blank}{_in_braces(missing, value)}{text[at:]}"
    end = end_of(parent)
    rest = text[end:].partition("\n")
    column = parent.start_mark.column
    lines = "\n".join(_lines(missing, value, column))
    # Sections stand apart where they do so already.
    gap = "\n" if "\n\n" in text and column == INDENT and len(path) - len(missing) == 1 else ""
    return f"{text[:end]}{rest[0]}\n{gap}{lines}{rest[1]}{rest[2]}" if rest[1] else f"{text}\n{gap}{lines}\n"


def _lines(keys: Keys, value: str, column: int) -> Iterator[str]:
    *outer, last = keys
    for depth, key in enumerate(outer):
        yield f"{' ' * (column + INDENT * depth)}{key}:"
    yield f"{' ' * (column + INDENT * len(outer))}{last}: {value}"


def _in_braces(keys: Keys, value: str) -> str:
    first, *rest = keys
    return f"{first}: {{{_in_braces(tuple(rest), value)}}}" if rest else f"{first}: {value}"


def is_block(node: Any) -> bool:
    """Whether a list or a mapping stands over lines, and not in brackets."""
    return isinstance(node, yaml.CollectionNode) and not node.flow_style


def end_of(node: Any) -> int:
    """The end of a node's last value: that of a list over lines is marked only where the next thing begins."""
    while is_block(node) and node.value:
        last = node.value[-1]
        node = last[1] if isinstance(node, yaml.MappingNode) else last
    return int(node.end_mark.index)
