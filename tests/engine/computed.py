"""What a provider would add to a resource's inputs, derived from the SDK's own output types."""

import importlib
import threading
from collections.abc import Mapping
from functools import cache
from typing import Any, get_args, get_origin

from pulumi import _types
from pulumi.runtime import rpc

SECRET_SIGNATURE = rpc._special_sig_key


_importing = threading.Lock()
"""The SDKs import their modules at first use, which goes wrong when two threads are first."""


@cache
def declared(token: str) -> Mapping[str, Any]:
    """The outputs that the SDK declares as always present for a type token: camelCase name to type."""
    with _importing:
        cls = _resource_class(token)
        return {name: kind for name, kind in _types.resource_types(cls).items() if _required(cls, name)}


def _resource_class(token: str) -> type:
    package, module, kind = token.split(":")
    importlib.import_module(f"pulumi_{package}")
    for info in (entry.mod_info for entry in rpc._RESOURCE_MODULES.get(f"{package}:{module}", ())):
        if token in info["classes"]:
            return getattr(importlib.import_module(info["fqn"]), info["classes"][token])
    raise LookupError(f"the SDK of `{package}` has no resource class for {token} ({kind})")


def outputs(token: str, name: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The outputs after a create: the inputs, and a made-up but stable value for all that AWS decides."""
    return _complete(declared(token), inputs, (token.split(":")[1].split("/")[0], token.split(":")[2], name))


def pending(token: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The outputs that a preview promises: the inputs, and an unknown for all that AWS decides."""
    return {**dict.fromkeys(declared(token), rpc.UNKNOWN), **_pending_inside(declared(token), inputs)}


def _pending_inside(types: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _pending(types.get(name), value) for name, value in given.items()}


def _pending(kind: Any, value: Any) -> Any:
    if isinstance(value, list):
        inner = get_args(kind)[0] if get_args(kind) else None
        return [_pending(inner, item) for item in value]
    if not _is_structure(kind) or not _is_plain_object(value):
        return value
    types = _types.output_type_types(kind)
    texts = {name: rpc.UNKNOWN for name, inner in types.items() if inner is str}
    return {**texts, **_pending_inside(types, value)}


def _complete(types: Mapping[str, Any], given: Mapping[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    made = {name: _made_up(kind, (*path, name)) for name, kind in types.items() if name not in given}
    return {**made, **{name: _filled(types.get(name), value, (*path, name)) for name, value in given.items()}}


def _filled(kind: Any, value: Any, path: tuple[str, ...]) -> Any:
    if isinstance(value, list):
        inner = get_args(kind)[0] if get_args(kind) else None
        return [_filled(inner, item, (*path, str(index))) for index, item in enumerate(value)]
    if not _is_structure(kind) or not _is_plain_object(value):
        return value
    types = _types.output_type_types(kind)
    wanted = {name: inner for name, inner in types.items() if inner is str or name in value}
    return _complete(wanted, value, path)


def _made_up(kind: Any, path: tuple[str, ...]) -> Any:
    if kind is str:
        return _text(path)
    if kind in (int, float, bool):
        return kind()
    if _is_structure(kind):
        texts = {name: inner for name, inner in _types.output_type_types(kind).items() if inner is str}
        return _complete(texts, {}, path)
    if get_origin(kind) is not None and not issubclass(get_origin(kind), Mapping):
        return [_made_up(get_args(kind)[0], (*path, "0"))]
    return {}


def _text(path: tuple[str, ...]) -> str:
    service, kind, name, *rest = path
    if rest[-1].lower().endswith("arn"):
        return f"arn:aws:{service}:::{kind}/{name}"
    return "-".join((kind, name, *rest))


def _required(cls: type, name: str) -> bool:
    (getter,) = (prop.fget for _, pulumi_name, prop in _types._py_properties(cls) if pulumi_name == name)
    (inner,) = get_args(getter.__annotations__["return"])
    return not _types._is_optional_type(inner)


def _is_structure(kind: Any) -> bool:
    return isinstance(kind, type) and _types.is_output_type(kind)


def _is_plain_object(value: Any) -> bool:
    return isinstance(value, dict) and SECRET_SIGNATURE not in value
