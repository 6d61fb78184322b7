"""Classes of the SDKs by type token, and the types of their properties by the provider's own names.

`pulumi._types` and `rpc._RESOURCE_MODULES` are private. They are read here, and only here: Pulumi has no public way to
ask which class a type token has, nor which type an input has under its name on the wire (`vpcConfig`). A release of the
SDK that moves them fails every plan, not a few.
"""

import importlib
import inspect
import sys
from collections.abc import Mapping
from functools import cache
from typing import Any

from pulumi import _types
from pulumi.runtime import rpc


def resource_class(type_token: str) -> type | None:
    """The SDK's class for a type token; None for a type that it has no class for."""
    package, _, rest = type_token.partition(":")
    if package == "pulumi":
        sdk = sys.modules.get(f"pulumi_{rest.removeprefix('providers:')}")
        return getattr(sdk, "Provider", None)
    module = rest.partition(":")[0]
    for registered in rpc._RESOURCE_MODULES.get(f"{package}:{module}", []):
        info: Any = registered.mod_info  # type: ignore[attr-defined]  # set by every generated SDK module
        if name := info["classes"].get(type_token):
            found = getattr(importlib.import_module(info["fqn"]), name)
            return found if isinstance(found, type) else None
    return None


@cache
def args_class(type_token: str) -> type | None:
    """The class of a resource's arguments, the first name that its module exports; None without one."""
    resource = resource_class(type_token)
    if resource is None:
        return None
    module = sys.modules[resource.__module__]
    first = getattr(module, module.__all__[0])
    return first if is_args_class(first) else None


def is_args_class(expected: Any) -> bool:
    """Whether a type is a class of arguments, of a resource or inside one."""
    return isinstance(expected, type) and _types.is_input_type(expected)


@cache
def input_types(args: type) -> Mapping[str, Any]:
    """The type of each input of a class of arguments, by the provider's name."""
    return _types.input_type_types(args)


@cache
def required_inputs(args: type) -> frozenset[str]:
    """The inputs that a class of arguments demands, by the provider's names."""
    names = _types.input_type_py_to_pulumi_names(args)
    parameters = inspect.signature(args.__init__).parameters.values()  # type: ignore[misc]
    demanded = [each for each in parameters if each.kind is inspect.Parameter.KEYWORD_ONLY]
    return frozenset(names[each.name] for each in demanded if each.default is inspect.Parameter.empty)


def resource_output_types(resource: type) -> Mapping[str, Any]:
    """The type of each output of a resource's class, by the provider's name."""
    return _types.resource_types(resource)


def nested_output_types(expected: Any) -> Mapping[str, Any] | None:
    """The type of each field of an object inside an output; None where the type is no such object."""
    if isinstance(expected, type) and _types.is_output_type(expected):
        return _types.output_type_types(expected)
    return None
