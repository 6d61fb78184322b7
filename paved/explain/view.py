"""Explanations as text for a terminal, and as data."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from paved.edit.view import change_view
from paved.explain.explanation import Explanation, KeyEffect, named_kinds, sections
from paved.review.view import stack_data
from paved.table_text import columns
from stacks.reading.problems import shown

VALUE_LIMIT = 60
PROBLEMS = 5


def sections_view() -> str:
    """Every section of every kind of stack."""
    blocks: list[str] = []
    for kind, keys in sections().items():
        rows = [(f"paved:{name}", must) for name, must in keys if name != "kind"]
        blocks.append("\n".join([f"{kind.capitalize()} stack", *columns(rows, "  ")]))
    return "\n\n".join(blocks)


def explanations_view(found: Sequence[Explanation], effect: KeyEffect | None) -> str:
    """A key as the model has it, and in a stack where one was named."""
    blocks = ["\n".join(_explained(each)) for each in found]
    if effect:
        blocks.append("\n".join(_effect(effect)))
    return "\n\n".join(blocks)


def explanations_data(found: Sequence[Explanation], effect: KeyEffect | None) -> dict[str, Any]:
    """The same as JSON data."""
    data: dict[str, Any] = {"schema_version": "1", "explanations": [_data(each) for each in found]}
    if effect:
        data["effect"] = {
            "stack": effect.stack,
            "key": effect.key,
            "value": effect.value,
            "change": stack_data(effect.change) if effect.change else None,
            "problems": [each.message for each in effect.problems],
        }
    return data


def sections_data() -> dict[str, Any]:
    """The sections as JSON data."""
    kinds = {kind: [{"key": key, "must": must} for key, must in keys] for kind, keys in sections().items()}
    return {"schema_version": "1", "sections": kinds}


def _data(each: Explanation) -> dict[str, Any]:
    return {**asdict(each), "keys": [{"key": key, "must": must} for key, must in each.keys]}


def _explained(each: Explanation) -> Iterator[str]:
    yield f"{each.key}, of {named_kinds(each.kinds)} stack"
    rows = [
        ("is" if each.keys else "must be", each.must),
        ("type", each.type),
        ("limits", ", ".join(each.limits)),
        ("one of", ", ".join(each.allowed)),
        ("default", _default(each)),
    ]
    yield from columns([row for row in rows if row[1]], "  ")
    if each.keys:
        yield "  keys"
        yield from columns(each.keys, "    ")


def _default(each: Explanation) -> str:
    if each.required:
        return "none: it is required"
    return f"{each.default}, where it is left out" if each.default else "nothing, where it is left out"


def _effect(effect: KeyEffect) -> Iterator[str]:
    """Yield the effect of a key in a stack: the difference to the stack without it."""
    if effect.value is None:
        yield f"{effect.key} is not in the file of {effect.stack}: its default holds"
        return
    yield f"{effect.key} of {effect.stack} is {shown(json.dumps(effect.value, ensure_ascii=False), limit=VALUE_LIMIT)}"
    if effect.problems:
        yield "it cannot be left out:"
        yield from (f"  {each.message}" for each in effect.problems[:PROBLEMS])
        if len(effect.problems) > PROBLEMS:
            yield f"  and {len(effect.problems) - PROBLEMS} more"
        return
    if effect.change is None or not effect.change.is_any:
        yield "no resource, cost or verdict changes with it"
        return
    yield "against the same stack without it (+ made by it, ~ changed by it, - kept away by it):"
    yield change_view(effect.change)
