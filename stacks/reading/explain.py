"""Errors of the model as problems in the file's own words: the key, the requirement, the value found."""

import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError

from stacks.reading.fields import KINDS, choices, known_keys, requirement
from stacks.reading.problems import Keys, Problem, at, shown, spelled

LONGEST_VALUE = 60


def explain(error: ValidationError) -> Iterator[Problem]:
    """Each problem that the model finds in a stack's sections, once and in full."""
    errors = error.errors(include_url=False)
    paths, meant = {_path(found["loc"]) for found in errors}, misspelt_paths(error)
    for found in errors:
        path = _path(found["loc"])
        # pydantic drops a bad item before it counts: a list that is too short for it has no mistake of its own.
        is_too_short = found["type"] == "too_short" and _has_errors_below(path, paths)
        # A key that is there by another spelling is not missing.
        is_misspelt = found["type"] == "missing" and path in meant
        if not is_too_short and not is_misspelt:
            yield at(*(path or ("kind",)), says=_sentence(_kind(found["loc"]), path, found))


def mistaken_paths(error: ValidationError) -> frozenset[Keys]:
    """The paths of the values that the model refuses or misses, and of those that an unknown key may stand for."""
    return misspelt_paths(error) | {_path(found["loc"]) for found in error.errors(include_url=False)}


def misspelt_paths(error: ValidationError) -> frozenset[Keys]:
    """The paths that unknown keys are near to."""
    found: set[Keys] = set()
    for each in error.errors(include_url=False):
        *outer, key = _path(each["loc"]) or ("",)
        if each["type"] == "extra_forbidden":
            near = _near_keys(known_keys(_kind(each["loc"]), tuple(outer)), str(key))
            found |= {(*outer, name) for name in near}
    return frozenset(found)


def nearest(word: str, known: Sequence[str]) -> str:
    """`; did you mean …?` where a known word is close, else nothing."""
    # Known words are lower-case: a word that differs in case alone is the nearest.
    near = get_close_matches(word.lower(), known, n=1)
    return f"; did you mean `{near[0]}`?" if near else ""


def listed(words: Sequence[str]) -> str:
    """Words in backticks: `a`, `b` or `c`."""
    *first, last = (f"`{word}`" for word in words)
    return f"{', '.join(first)} or {last}" if first else last


def value_shown(value: object) -> str:
    """A value found, fit for a message: never more than a line of it."""
    match value:
        case dict():
            return "a mapping"
        case list() | tuple():
            return f"a list of {len(value)}"
        case str():
            return f'"{shown(value, limit=LONGEST_VALUE)}"'
        case Decimal():
            return shown(f"{value:f}", limit=LONGEST_VALUE)
        case _:
            return shown(json.dumps(value, default=str), limit=LONGEST_VALUE)


def _sentence(kind: str, path: Keys, found: Any) -> str:
    value, must = found["input"], requirement(kind, path)
    match found["type"]:
        case "union_tag_not_found":
            return f"is required: {listed(list(KINDS))}"
        case "union_tag_invalid":
            return _not_one_of(list(KINDS), value["kind"])
        case "missing":
            return f"is required: {must}"
        case "json_invalid":
            return "cannot be read with the rest of the config: it is nested too deep"
        case "extra_forbidden":
            return _unknown(kind, path)
        case "literal_error" if words := choices(kind, path):
            return _not_one_of(words, value)
        case "model_type":
            return f"must be a mapping of keys to values, got {value_shown(value)}"
        case "tuple_type":
            return f"must be a list of {must}, got {value_shown(value)}"
    return f"must be {must}, got {value_shown(value)}"


def _not_one_of(words: Sequence[str], value: object) -> str:
    near = nearest(value, words) if isinstance(value, str) else ""
    return f"must be {listed(words)}, got {value_shown(value)}{near}"


def _unknown(kind: str, path: Keys) -> str:
    *outer, key = path
    prefix = "" if outer else "paved:"
    known = known_keys(kind, tuple(outer))
    section = f"`{spelled(tuple(outer))}`" if outer else f"a {kind} stack"
    if near := _near_keys(known, str(key)):
        return f"is not a setting of {section}; did you mean `{prefix}{near[0]}`?"
    every = ", ".join(f"`{prefix}{name}`" for name in known)
    return f"is not a setting of {section}: it has {every}"


def _near_keys(known: Sequence[str], key: str) -> list[str]:
    return get_close_matches(key.lower(), known, n=1)


def _has_errors_below(path: Keys, paths: set[Keys]) -> bool:
    return any(other != path and other[: len(path)] == path for other in paths)


def _kind(loc: Keys) -> str:
    return str(loc[0]) if loc else ""


def _path(loc: Keys) -> Keys:
    """The path of an error in the sections."""
    # The first step of the model's own path is the kind of stack, by which it tells the three apart.
    return tuple(loc[1:])
