"""One key or item of a YAML text taken out with the comments that are its own; every other character stays."""

from typing import Any

import yaml

from paved.edit.yaml_text import child, end_of, is_block
from stacks.reading.problems import Keys


def without(text: str, path: Keys) -> str:
    """The text without what stands at a path. A list that loses its only item becomes `[]`. Raises KeyError."""
    parent: Any = yaml.compose(text, Loader=yaml.SafeLoader)
    holder = None
    for step in path[:-1]:
        holder = child(parent, step)
        if holder is None:
            raise KeyError(step)
        parent = holder.node
    place = _position(parent, path[-1])
    if len(parent.value) == 1 and holder is not None:
        empty = "[]" if isinstance(parent, yaml.SequenceNode) else "{}"
        return _emptied(text, holder, empty)
    if not is_block(parent):
        return _out_of_brackets(text, parent, place)
    return _without_lines(text, parent, place)


def _position(parent: Any, step: str | int) -> int:
    """The place of a key or an item among its siblings. Raises KeyError."""
    found = parent.value if isinstance(parent, yaml.CollectionNode) else ()
    if isinstance(parent, yaml.MappingNode):
        keys = [key.value for key, _ in found]
        if step in keys:
            return keys.index(step)
    elif isinstance(step, int) and step < len(found):
        return step
    raise KeyError(step)


def _emptied(text: str, holder: Any, empty: str) -> str:
    if not is_block(holder.node):
        start, end = holder.node.start_mark.index, holder.node.end_mark.index
        return f"{text[:start]}{empty}{text[end:]}"
    return f"{text[: holder.key.end_mark.index]}: {empty}{text[end_of(holder.node) :]}"


def _out_of_brackets(text: str, parent: Any, place: int) -> str:
    starts = [_first(item).start_mark.index for item in parent.value]
    ends = [_last(item).end_mark.index for item in parent.value]
    if place + 1 < len(starts):
        return text[: starts[place]] + text[starts[place + 1] :]
    return text[: ends[place - 1]] + text[ends[place] :]


def _without_lines(text: str, parent: Any, place: int) -> str:
    item = parent.value[place]
    start = _first(item).start_mark.index
    if isinstance(parent, yaml.SequenceNode):
        start = text.rfind("-", 0, start)
    lines = text.split("\n")
    column = parent.start_mark.column
    first = text.count("\n", 0, start)
    after = text.count("\n", 0, end_of(_last(item))) + 1
    # What stands right above at the same depth is about this item, and so is what stands deeper below.
    while first and _is_comment(lines[first - 1], column, column):
        first -= 1
    while after < len(lines) and _is_comment(lines[after], column + 1, len(text)):
        after += 1
    blank_above = first == 0 or not lines[first - 1].strip()
    if blank_above and after < len(lines) - 1 and not lines[after].strip():
        after += 1
    elif blank_above and first and not "".join(lines[after:]).strip():
        first -= 1
    return "\n".join([*lines[:first], *lines[after:]])


def _is_comment(line: str, least: int, most: int) -> bool:
    """Whether a line is a comment that begins within these columns."""
    return line.lstrip().startswith("#") and least <= len(line) - len(line.lstrip()) <= most


def _first(item: Any) -> Any:
    return item[0] if isinstance(item, tuple) else item


def _last(item: Any) -> Any:
    return item[1] if isinstance(item, tuple) else item
