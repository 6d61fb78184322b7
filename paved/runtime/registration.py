"""Registrations: one for each resource that a program asks the engine for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, kw_only=True)
class Registration:
    """A resource as the program registered it. Input keys are the provider's own (camelCase)."""

    urn: str
    type: str
    name: str
    parent: str | None
    custom: bool
    inputs: Mapping[str, Any]
    provider: str | None
    depends_on: tuple[str, ...]
    property_dependencies: Mapping[str, tuple[str, ...]]
    protect: bool
    delete_timeout: str | None
    former_urns: tuple[str, ...] = ()
    retain_on_delete: bool = False


@dataclass(frozen=True, kw_only=True)
class Registered:
    """A registration, and what came of it."""

    registration: Registration
    id: str | None
    outputs: Mapping[str, Any]


class Provider(Protocol):
    """Stands in for the engine and its providers."""

    def new_resource(self, registration: Registration) -> tuple[str, Mapping[str, Any]]:
        """The id (empty: not known yet) and the output properties of a custom resource."""
        ...

    def stack_outputs(self, stack: str) -> Mapping[str, Any]:
        """The outputs of the stack of this project that a StackReference names."""
        ...
