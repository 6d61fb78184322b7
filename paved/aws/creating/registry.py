"""Which handler creates which type of resource."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from paved.aws.creating.api import Api
from paved.aws.creating.inputs import Inputs


@dataclass(frozen=True, kw_only=True)
class Created:
    """What a handler made: the provider's id, and the outputs that are not inputs given back."""

    id: str
    outputs: Mapping[str, Any] = field(default_factory=dict)


Handler = Callable[[Inputs, Api], Created]

_HANDLERS: dict[str, Handler] = {}


def creates(*types: str) -> Callable[[Handler], Handler]:
    """Register a function as the handler of Pulumi resource types."""

    def register(handler: Handler) -> Handler:
        for type in types:
            if type in _HANDLERS:
                raise ValueError(
                    f"{type} has two handlers: {_HANDLERS[type].__name__} and {handler.__name__}"
                )
            _HANDLERS[type] = handler
        return handler

    return register


def handler_of(type: str) -> Handler | None:
    """The handler of a type, or None: such a resource is rejected by name, never passed over."""
    return _HANDLERS.get(type)


def service_of(type: str) -> str | None:
    """The AWS service of a type's handler, which is the module it lives in, or None where it has no handler."""
    handler = _HANDLERS.get(type)
    return handler.__module__.removeprefix("paved.aws.").partition(".")[0] if handler else None
