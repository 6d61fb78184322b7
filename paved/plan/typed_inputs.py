"""Checking recorded inputs against the SDK's typed inputs, so that a misspelt nested key is found."""

import collections.abc
import types
import typing
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from enum import Enum
from typing import Any

import pulumi

from paved.runtime.sdk import args_class, input_types, is_args_class, required_inputs
from paved.runtime.values import Secret, provider_input
from reference.vocabulary import Unknown


def input_problems(type_token: str, inputs: Mapping[str, Any]) -> Iterator[str]:
    """Each way in which `inputs` differ from what the SDK's class for `type_token` takes.

    A type the SDK has no class for (a custom resource of Kubernetes) cannot be checked here and yields
    nothing; the values inside a Helm release are free-form as well.
    """
    args = args_class(type_token)
    if args is None:
        return
    if type_token.startswith("pulumi:providers:"):
        inputs = _decoded_inputs(inputs, input_types(args))
    yield from _object_problems(inputs, args, "")


def _decoded_inputs(inputs: Mapping[str, Any], types: Mapping[str, Any]) -> dict[str, Any]:
    """A provider's inputs, which are JSON text on the wire, except where they are text anyway."""
    decoded: dict[str, Any] = {}
    for name, value in inputs.items():
        decoded[name] = value if _takes_text(types.get(name)) else provider_input(value)
    return decoded


def _takes_text(expected: Any) -> bool:
    return expected is str or str in _members(expected)


def _problems(value: Any, expected: Any, path: str) -> Iterator[str]:
    match value:
        case Unknown():
            return
        case Secret():
            yield from _problems(value.value, expected, path)
            return
    if expected is Any or expected is pulumi.Archive or isinstance(expected, typing.TypeVar):
        return
    origin = typing.get_origin(expected)
    if origin in (typing.Union, types.UnionType):
        yield from _union_problems(value, _members(expected), path)
    elif origin in (list, collections.abc.Sequence):
        yield from _list_problems(value, typing.get_args(expected)[0], path)
    elif origin in (dict, collections.abc.Mapping):
        yield from _map_problems(value, typing.get_args(expected)[1], path)
    elif is_args_class(expected):
        yield from _object_problems(value, expected, path)
    else:
        yield from _scalar_problems(value, expected, path)


def _members(union: Any) -> list[Any]:
    """The union without None, without what only wraps a value, and without the dict twins of classes."""
    return [
        member
        for member in typing.get_args(union)
        if member is not type(None)
        and typing.get_origin(member) not in (collections.abc.Awaitable, pulumi.Output)
        and not typing.is_typeddict(member)
    ]


def _union_problems(value: Any, members: list[Any], path: str) -> Iterator[str]:
    found = [list(_problems(value, member, path)) for member in members]
    if found and all(found):
        yield from min(found, key=len)


def _list_problems(value: Any, item: Any, path: str) -> Iterator[str]:
    if not isinstance(value, list):
        yield f"`{path}` takes a list, got {_shown(value)}"
        return
    for index, element in enumerate(value):
        yield from _problems(element, item, f"{path}[{index}]")


def _map_problems(value: Any, item: Any, path: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"`{path}` takes a mapping, got {_shown(value)}"
        return
    for key, element in value.items():
        yield from _problems(element, item, f"{path}.{key}")


def _object_problems(value: Any, args: type, path: str) -> Iterator[str]:
    if not isinstance(value, Mapping):
        yield f"`{path}` takes {args.__name__}, got {_shown(value)}"
        return
    known = input_types(args)
    for key, element in value.items():
        where = f"{path}.{key}" if path else key
        if key in known:
            yield from _problems(element, known[key], where)
        else:
            near = get_close_matches(key, known, n=1)
            suggestion = f"; did you mean `{near[0]}`?" if near else ""
            yield f"`{where}` is not an input of {args.__name__}{suggestion}"
    for key in sorted(required_inputs(args) - value.keys()):
        yield f"`{f'{path}.{key}' if path else key}` is required by {args.__name__}"


def _scalar_problems(value: Any, expected: Any, path: str) -> Iterator[str]:
    if typing.get_origin(expected) is typing.Literal:
        accepted = value in typing.get_args(expected)
    elif isinstance(expected, type) and issubclass(expected, Enum):
        accepted = value in {member.value for member in expected}
    elif expected in (int, float):
        accepted = isinstance(value, expected | int) and not isinstance(value, bool)
    else:
        accepted = isinstance(value, expected)
    if not accepted:
        yield f"`{path}` takes {getattr(expected, '__name__', expected)}, got {_shown(value)}"


def _shown(value: Any) -> str:
    """The kind of a value and, for a scalar, the value: an input may be long, and may hold a secret."""
    kind = type(value).__name__
    return f"{kind} {value!r}" if isinstance(value, bool | int | float) else kind
