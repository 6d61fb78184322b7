"""The creators: which function creates which type of resource."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from paved.aws.creating.api import Api
from paved.aws.creating.inputs import Inputs
from paved.aws.services import service_modules


@dataclass(frozen=True, kw_only=True)
class Created:
    """A created resource: the provider's id, and the outputs that are not inputs given back."""

    id: str
    outputs: Mapping[str, Any] = field(default_factory=dict)


Creator = Callable[[Inputs, Api], Created]

_CREATORS: dict[str, Creator] = {}


def creates(type: str) -> Callable[[Creator], Creator]:
    """Register a function as the creator of a type. Raises ValueError for a second one."""

    def register(creator: Creator) -> Creator:
        if type in _CREATORS:
            raise ValueError(f"{type} has two creators: {_CREATORS[type].__name__} and {creator.__name__}")
        _CREATORS[type] = creator
        return creator

    return register


def creator_of(type: str) -> Creator | None:
    """The creator of a type, or None: such a resource is rejected by name, never passed over."""
    service_modules()
    return _CREATORS.get(type)


def service_of(type: str) -> str | None:
    """The AWS service of a type, which is the module of its creator, or None where it has no creator."""
    creator = creator_of(type)
    return creator.__module__.removeprefix("paved.aws.").partition(".")[0] if creator else None
