"""Fields of stack files that changed between two folders."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from stacks.schema import Stack

NAMES = ("name", "team", "stack", "pool", "role", "family", "path")
"""Fields by which items of a list are told apart, the first that all of them have."""


@dataclass(frozen=True, kw_only=True)
class FieldChange:
    """One field of a stack with its value before and after, as JSON data; `field` is empty for a whole file."""

    stack: str
    field: str
    before: Any = None
    after: Any = None


def changes(before: Mapping[str, Stack], after: Mapping[str, Stack]) -> tuple[FieldChange, ...]:
    """Every change between the stacks of two folders, by stack and field. Defaults count as written."""
    found: list[FieldChange] = []
    for stack in sorted(before.keys() | after.keys()):
        if stack not in before:
            found.append(FieldChange(stack=stack, field="", after="a new stack"))
        elif stack not in after:
            found.append(FieldChange(stack=stack, field="", before="a stack"))
        else:
            old, new = (side[stack].model_dump(mode="json") for side in (before, after))
            found += _of_values(stack, "", old, new)
    return tuple(found)


def _of_values(stack: str, field: str, before: Any, after: Any) -> Iterator[FieldChange]:
    if before == after:
        return
    old, new = _parts(before), _parts(after)
    if old is None or new is None:
        yield FieldChange(stack=stack, field=field, before=before, after=after)
        return
    for key in sorted(old.keys() | new.keys()):
        # A name of a list's item stands in brackets, so that no name passes for a field.
        inner = f"{field}[{key}]" if isinstance(after, list) else f"{field}.{key}" if field else key
        yield from _of_values(stack, inner, old.get(key), new.get(key))


def _parts(value: Any) -> dict[str, Any] | None:
    """Fields of a mapping, or items of a list by their names; None for what has no parts."""
    if isinstance(value, dict):
        return value
    if not isinstance(value, list):
        return None
    for key in NAMES:
        named = {item[key]: item for item in value if isinstance(item, dict) and key in item}
        if value and len(named) == len(value):
            return named
    return None
