"""A plan as pricing reads it: resources of any source that have a type, a name, a parent and inputs."""

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Protocol

from reference.vocabulary import CONFIG_PREFIX


class PricedResource(Protocol):
    """One planned resource, with the provider's own input keys. What is no plain value is not known yet."""

    @property
    def urn(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def parent(self) -> str | None: ...
    @property
    def custom(self) -> bool: ...
    @property
    def inputs(self) -> Mapping[str, Any]: ...


class PricedResources:
    """The resources of one plan, by type and by component."""

    def __init__(self, resources: Iterable[PricedResource]):
        self._all = tuple(sorted(resources, key=lambda resource: resource.urn))
        self._by_urn = {resource.urn: resource for resource in self._all}

    def __iter__(self) -> Iterator[PricedResource]:
        return iter(self._all)

    def of(self, type: str) -> Iterator[PricedResource]:
        """The resources of a type."""
        return (resource for resource in self._all if resource.type == type)

    def beside(self, resource: PricedResource, type: str) -> Iterator[PricedResource]:
        """The resources of a type that have the same parent."""
        return (other for other in self.of(type) if other.parent == resource.parent)

    def component(self, resource: PricedResource) -> str:
        """The outermost component that a resource belongs to, as `area/Noun name`; empty where there is none."""
        found, current = "", self._by_urn.get(resource.parent or "")
        while current is not None:
            if current.type.startswith(CONFIG_PREFIX):
                _, area, noun = current.type.split(":")
                found = f"{area}/{noun} {current.name}"
            current = self._by_urn.get(current.parent or "")
        return found

    def parent_type(self, resource: PricedResource) -> str:
        """The type of the resource's parent; empty where there is none."""
        parent = self._by_urn.get(resource.parent or "")
        return parent.type if parent else ""


def number(value: Any) -> Decimal | None:
    """A number of the inputs; None where it is not known yet."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return Decimal(str(value))
    except ArithmeticError:
        return None


def gib(value: Any) -> Decimal | None:
    """A Kubernetes quantity of storage or memory in GiB; None where it is not one, or is not known yet."""
    match = re.fullmatch(r"(\d+)(Mi|Gi|Ti)", value) if isinstance(value, str) else None
    factors = {"Mi": Decimal(1) / 1024, "Gi": Decimal(1), "Ti": Decimal(1024)}
    return Decimal(match[1]) * factors[match[2]] if match else None


def cores(quantity: Any) -> Decimal | None:
    """CPUs of a Kubernetes quantity, whole or in thousandths; None where it is not known yet."""
    if isinstance(quantity, str) and quantity.endswith("m"):
        thousandths = number(quantity.removesuffix("m"))
        return None if thousandths is None else thousandths / 1000
    return number(quantity)


def at(value: Any, *path: str) -> Any:
    """Look up a value below some keys of nested mappings; None where a key is missing or not known yet."""
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def items(value: Any) -> tuple[Any, ...]:
    """The entries of a list of the inputs; none where it is not known yet."""
    return tuple(value) if isinstance(value, list | tuple) else ()
