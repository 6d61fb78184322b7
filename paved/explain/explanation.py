"""Explanations of keys: what the model says of each, and what one makes and costs in a stack of the folder."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from paved.edit.key_path import found_path, modelled_path, near_key, typed_path
from paved.edit.scratch import folder_with, in_folder, sections_text
from paved.errors import BadInput
from paved.review.stack_changes import Judge, StackChange
from stacks.checks.folder import Folder
from stacks.reading.field_schema import allowed, field_schema, is_required, limits, type_in_words
from stacks.reading.fields import KINDS, known_keys, requirement
from stacks.reading.problems import Keys, Problem, file_name, shown, spelled


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """One key as the model has it. `kinds` are the stacks that it is of, `keys` those below it with their rules."""

    key: str
    kinds: tuple[str, ...]
    must: str
    type: str
    limits: tuple[str, ...]
    allowed: tuple[str, ...]
    default: str | None
    required: bool
    keys: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class KeyEffect:
    """One key of one stack. `change` is from the stack without it to the stack as it is; None where it has to be there.

    `value` is that of the file, None where the file leaves the key out; `problems` are those of a file without it.
    """

    stack: str
    key: str
    value: Any
    change: StackChange | None = None
    problems: tuple[Problem, ...] = ()


def sections() -> dict[str, tuple[tuple[str, str], ...]]:
    """The sections of each kind of stack, each with its rule."""
    return {kind: _keys(kind, ()) for kind in KINDS}


def explanations(key: str, kind_alone: str | None = None) -> tuple[Explanation, ...]:
    """A key in each kind of stack that has it, or in one, kinds that say the same together.

    Raises BadInput with the nearest key.
    """
    steps = typed_path(key)
    found: dict[Explanation, tuple[str, ...]] = {}
    for kind in [kind_alone] if kind_alone else KINDS:
        path = modelled_path(kind, steps)
        if path:
            plain = explanation(kind, path)
            found[plain] = (*found.get(plain, ()), kind)
    if not found:
        raise BadInput(
            f"`{shown(key, limit=60)}` is no key of a stack file{near_key(key)}",
            hint="`paved explain` lists the sections, `paved explain SECTION` their keys",
        )
    return tuple(replace(each, kinds=kinds) for each, kinds in found.items())


def key_effect(folder: Path, stack: str, key: str, judge: Judge) -> KeyEffect:
    """Plan a stack with a key and without it. Raises BadInput for no key of the file, ConfigError for a bad file."""
    read = Folder.read(folder, judge.as_of)
    file = read.checked(stack)
    data = {name: json.loads(text) for name, text in file.sections.items()}
    path = found_path(data["kind"], typed_path(key), data)
    value, rest = _taken_out(data, path)
    effect = KeyEffect(stack=stack, key=spelled(path), value=value)
    if value is None:
        return effect
    with folder_with(folder, {file_name(stack): sections_text(rest)}) as copy:
        without = Folder.read(copy, judge.as_of)
        known = {each.message for each in read.problems}
        problems = [in_folder(each, copy, folder) for each in without.problems if each.message not in known]
        if problems:
            return KeyEffect(stack=stack, key=effect.key, value=value, problems=tuple(problems))
        sides = judge.folder(copy, {stack}, read=without), judge.folder(folder, {stack}, read=read)
    change = StackChange(stack=stack, before=sides[0].stacks.get(stack), after=sides[1].stacks.get(stack))
    return KeyEffect(stack=stack, key=effect.key, value=value, change=change)


def explanation(kind: str, path: Keys) -> Explanation:
    """One key of a kind of stack. Raises KeyError for none."""
    schema = field_schema(kind, path)
    inner = path if known_keys(kind, path) else (*path, 0)
    default = schema.get("default")
    return Explanation(
        key=_general(path),
        kinds=(),
        must=requirement(kind, path) or "",
        type=type_in_words(schema),
        limits=tuple(limits(schema)),
        allowed=tuple(allowed(schema)),
        default=None if default is None else json.dumps(default, ensure_ascii=False),
        required=is_required(kind, path),
        keys=_keys(kind, inner),
    )


def _keys(kind: str, path: Keys) -> tuple[tuple[str, str], ...]:
    return tuple((key, requirement(kind, (*path, key)) or "") for key in known_keys(kind, path))


def _general(path: Keys) -> str:
    """A key as messages spell it, with no place in a list."""
    return spelled(path).replace("[0]", "[]")


def _taken_out(data: dict[str, Any], path: Keys) -> tuple[Any, dict[str, Any]]:
    """The value at a path, and a copy of the sections without it; None and the same where the file has none."""
    rest: dict[str, Any] = json.loads(json.dumps(data))
    around: Any = rest
    *outer, last = path
    for step in outer:
        around = around.get(step) if isinstance(around, dict) else around[step]
        if around is None:
            return None, rest
    if isinstance(around, dict) and last not in around:
        return None, rest
    return around.pop(last), rest


def named_kinds(kinds: tuple[str, ...]) -> str:
    """Kinds of stack in a sentence."""
    return " and ".join(_articles(kinds))


def _articles(kinds: tuple[str, ...]) -> Iterator[str]:
    for kind in kinds:
        yield f"a {kind}"
