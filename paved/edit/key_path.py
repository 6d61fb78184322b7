"""Keys of stack files as a person types them: `training.pools[h100].max_gpus` or `training.pools[0].max_gpus`."""

import re
from collections.abc import Sequence
from typing import Any

from paved.errors import BadInput
from paved.review.changes import NAMES
from stacks.reading.explain import nearest
from stacks.reading.fields import KINDS, known_keys
from stacks.reading.problems import Keys, shown, spelled

STEP = re.compile(r"(?P<name>[a-z][a-z0-9_]*)(?P<items>(\[[^\[\]]{1,200}\])*)", re.ASCII)
ITEM = re.compile(r"\[([^\[\]]+)\]")
LONGEST = 300
HINT = "`paved explain` lists the sections, `paved explain SECTION` their keys"


def typed_path(text: str) -> Keys:
    """The steps of a key: names, and items of lists by place or by name. Raises BadInput for what is no key."""
    steps: list[str | int] = []
    for part in text.removeprefix("paved:").split("."):
        match = STEP.fullmatch(part)
        if match is None or len(text) > LONGEST:
            says = f"`{shown(text, limit=60)}` is no key: a key is written as in `training.pools[0].max_gpus`"
            raise BadInput(says, hint=HINT)
        steps.append(match["name"])
        # A place in a list is a number, a name a text in brackets that no key passes for.
        steps += [int(item) if item.isdecimal() else f"[{item}]" for item in ITEM.findall(match["items"])]
    return tuple(steps)


def found_path(kind: str, steps: Keys, sections: Any) -> Keys:
    """The path of a key in a stack whose sections are given as JSON data. Raises BadInput with the nearest key."""
    path: list[str | int] = []
    value = sections
    for step in steps:
        if isinstance(step, str) and not step.startswith("["):
            if isinstance(value, list) and len(value) == 1 and known_keys(kind, (*path, 0)):
                # The only item needs no name.
                path, value = [*path, 0], value[0]
            _refuse_unknown(kind, tuple(path), step)
            value = value.get(step) if isinstance(value, dict) else None
        else:
            step = _place(tuple(path), step, value)
            value = value[step]
        path.append(step)
    return tuple(path)


def modelled_path(kind: str, steps: Keys) -> Keys | None:
    """The path of a key in the model, items of lists at place 0 whether the key says so or not; None for no key."""
    path: list[str | int] = []
    for step in steps:
        if not isinstance(step, str) or step.startswith("["):
            continue
        if step not in known_keys(kind, tuple(path)) and known_keys(kind, (*path, 0)):
            path.append(0)
        if step not in known_keys(kind, tuple(path)):
            return None
        path.append(step)
    return tuple(path)


def near_key(text: str) -> str:
    """`; did you mean …?` where a key of any kind of stack is close to what was typed, else nothing."""
    typed = ITEM.sub("", text.removeprefix("paved:"))
    candidates: dict[str, None] = {}
    for kind in KINDS:
        candidates |= dict.fromkeys(_every_key(kind, ()))
    if near := nearest(typed, list(candidates)):
        return near
    last = typed.rpartition(".")[2]
    return nearest(last, [each for each in candidates if "." not in each])


def _every_key(kind: str, path: Keys) -> list[str]:
    """Every key of a kind of stack below a path, without the places in lists."""
    found: list[str] = []
    for key in known_keys(kind, path):
        inner = (*path, key)
        found.append(".".join(str(step) for step in inner if isinstance(step, str)))
        found += _every_key(kind, inner) or _every_key(kind, (*inner, 0))
    return found


def _refuse_unknown(kind: str, path: Keys, key: str) -> None:
    known = known_keys(kind, path)
    if key in known:
        return
    where = f"`{spelled(path)}`" if path else f"a {kind} stack"
    if not known:
        says = (
            "is a list: name an item, as in `[0]`" if known_keys(kind, (*path, 0)) else "has no keys below it"
        )
        raise BadInput(f"{where} {says}", hint=HINT)
    near = nearest(key, known) or f": it has {', '.join(known)}"
    raise BadInput(f"`{shown(key, limit=60)}` is not a setting of {where}{near}", hint=HINT)


def _place(path: Keys, step: str | int, value: Any) -> int:
    """The place of an item in a list of the file. Raises BadInput for none."""
    if not isinstance(value, list):
        raise BadInput(f"`{spelled(path)}` is no list of the file", hint=HINT)
    if isinstance(step, int):
        if step < len(value):
            return step
        raise BadInput(
            f"`{spelled(path)}` has {len(value)} items, the first of which is [0]: there is no [{step}]"
        )
    name, names = step.strip("[]"), _names(value)
    if name in names:
        return names.index(name)
    near = nearest(name, names) or (f": it has {', '.join(names)}" if names else "")
    raise BadInput(f"`{spelled(path)}` has no item `{shown(name, limit=60)}`{near}")


def _names(items: Sequence[Any]) -> list[str]:
    """The name of each item of a list, by the first field that all of them have; none where they have none."""
    for key in NAMES:
        if items and all(isinstance(item, dict) and key in item for item in items):
            return [str(item[key]) for item in items]
    return [item for item in items if isinstance(item, str)]
