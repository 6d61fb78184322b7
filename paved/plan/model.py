"""A plan as plain data: the one value that views, checks, prices and policies are functions of."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from paved.runtime.registration import Registered
from paved.runtime.values import Secret, as_json

__all__ = ["Plan", "PlannedResource", "Secret"]

SCHEMA_VERSION = "1"


@dataclass(frozen=True, kw_only=True)
class PlannedResource:
    """One resource. Inputs and outputs are the provider's own keys; unknowns are UNKNOWN."""

    urn: str
    type: str
    name: str
    id: str | None
    parent: str | None
    custom: bool
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any]
    depends_on: tuple[str, ...]
    property_dependencies: Mapping[str, tuple[str, ...]]
    provider: str | None
    protect: bool
    delete_timeout: str | None = None
    former_urns: tuple[str, ...] = ()
    retain_on_delete: bool = False

    @classmethod
    def of(cls, registered: Registered) -> "PlannedResource":
        """The resource that a registration asks for."""
        asked = registered.registration
        known_id = registered.id if registered.id and not asked.type.startswith("pulumi:providers:") else None
        return cls(**{**vars(asked), "id": known_id, "outputs": registered.outputs})

    def as_json(self) -> dict[str, Any]:
        """The resource as JSON data: unknowns marked, secrets hidden."""
        return {
            "urn": self.urn,
            "type": self.type,
            "name": self.name,
            "id": self.id,
            "parent": self.parent,
            "custom": self.custom,
            "inputs": as_json(self.inputs),
            "outputs": as_json(self.outputs),
            "depends_on": list(self.depends_on),
            "property_dependencies": as_json(self.property_dependencies),
            "provider": self.provider,
            "protect": self.protect,
        }


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Every resource of one stack, sorted by URN, and the stack's outputs."""

    stack: str
    resources: tuple[PlannedResource, ...]
    outputs: Mapping[str, Any]

    @cached_property
    def by_urn(self) -> Mapping[str, PlannedResource]:
        """The resources by URN."""
        return {resource.urn: resource for resource in self.resources}

    @cached_property
    def renamed(self) -> Mapping[str, str]:
        """The earlier URN of each resource that bore another."""
        found: dict[str, str] = {}
        for resource in self.resources:
            for was in resource.former_urns:
                found[resource.urn] = was
        return found

    @cached_property
    def _children(self) -> Mapping[str, list[PlannedResource]]:
        children: dict[str, list[PlannedResource]] = {}
        for resource in self.resources:
            if resource.parent:
                children.setdefault(resource.parent, []).append(resource)
        return children

    def children(self, resource: PlannedResource) -> tuple[PlannedResource, ...]:
        """The resources whose parent is `resource`."""
        return tuple(self._children.get(resource.urn, ()))

    def descendants(self, resource: PlannedResource) -> Iterator[PlannedResource]:
        """Every resource below `resource`, depth first."""
        for child in self.children(resource):
            yield child
            yield from self.descendants(child)

    def of(self, type: str) -> tuple[PlannedResource, ...]:
        """The resources of a type."""
        return tuple(resource for resource in self.resources if resource.type == type)

    def one(self, type: str, name: str | None = None) -> PlannedResource:
        """The one resource of a type, and of a name where one is given. Raises LookupError otherwise."""
        found = [r for r in self.of(type) if name is None or r.name == name]
        if len(found) != 1:
            raise LookupError(f"{self.stack} has {len(found)} resources {type} {name or ''}".rstrip())
        return found[0]

    def as_json(self) -> dict[str, Any]:
        """The plan as JSON data, the same bytes for the same stack file."""
        return {
            "schema_version": SCHEMA_VERSION,
            "stack": self.stack,
            "outputs": as_json(self.outputs),
            "resources": [resource.as_json() for resource in self.resources],
        }
