"""What the SDKs say of a resource type: its class, and which of its outputs only AWS decides."""

import importlib
import sys
from collections.abc import Mapping
from typing import Any, get_args

from pulumi import _types
from pulumi.runtime import rpc

from reference.vocabulary import UNKNOWN


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


def pending(type_token: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs of an AWS resource, with an unknown for each text that AWS adds inside one of them.

    Without it, `vpc_config.cluster_security_group_id` of a cluster would be None in a preview and not
    unknown. Objects in Kubernetes come back as they were given.
    """
    cls = resource_class(type_token) if type_token.startswith("aws:") else None
    if cls is None:
        return dict(inputs)
    types = _types.resource_types(cls)
    return {name: _pending(types.get(name), value) for name, value in inputs.items()}


def _pending(expected: Any, value: Any) -> Any:
    if isinstance(value, list):
        item = next(iter(get_args(expected)), None)
        return [_pending(item, element) for element in value]
    if not isinstance(value, dict) or not isinstance(expected, type) or not _types.is_output_type(expected):
        return value
    types = _types.output_type_types(expected)
    added = {name: UNKNOWN for name, inner in types.items() if inner is str}
    return {**added, **{name: _pending(types.get(name), inner) for name, inner in value.items()}}
