"""Discovery of the service modules and of what they declare."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Any

import paved.aws

MACHINERY = ("paved.aws.creating", "paved.aws.reading", "paved.aws.services")
"""Modules of paved.aws that belong to no service."""
NOT_KEPT = "moto takes it and does not keep it"
NOT_LISTED = "moto lacks the call that lists them"


@dataclass(frozen=True, kw_only=True)
class SimulatorGap:
    """Properties of a type, by their common prefix, that moto does not return. An empty prefix: the whole type."""

    type: str
    property: str
    reason: str

    def __str__(self) -> str:
        kind = self.type.rpartition(":")[2]
        return f"{self.property} of {kind}" if self.property else f"every {kind}"

    def covers(self, type: str, path: str) -> bool:
        """Whether the property at `path` of a resource is in this gap."""
        plain = re.sub(r"\[\d*\]", "", path)
        return type == self.type and plain.startswith(self.property)


def iam_actions(service: str, *operations: str, **differing: str) -> dict[str, str]:
    """The IAM action of each call of a service: of the operation's own name, or as `differing` gives it."""
    actions = {f"{service}.{operation}": f"{service}:{operation}" for operation in operations}
    actions |= {f"{service}.{operation}": action for operation, action in differing.items()}
    return actions


@cache
def service_modules() -> tuple[ModuleType, ...]:
    """Import every service module, which registers its creators and readers."""
    return tuple(_modules(paved.aws.__path__, "paved.aws."))


@cache
def actions_by_call() -> Mapping[str, str]:
    """The IAM action of each call, `service.Operation` as botocore spells them. A reader makes no other call."""
    actions: dict[str, str] = {}
    for declared in _declared("IAM_ACTIONS"):
        actions |= declared
    return actions


@cache
def moto_unsupported() -> frozenset[str]:
    """The calls that moto lacks: the API model checks them, nothing runs them."""
    return frozenset().union(*_declared("MOTO_UNSUPPORTED"))


@cache
def simulator_gaps() -> tuple[SimulatorGap, ...]:
    """Every gap of the simulator that an audit of a rehearsed account must not take for a difference."""
    gaps: list[SimulatorGap] = []
    for declared in _declared("SIMULATOR_GAPS"):
        gaps += declared
    return tuple(gaps)


@cache
def not_compared() -> Mapping[str, str]:
    """Types that an audit leaves out on purpose, each with the reason."""
    reasons: dict[str, str] = {}
    for declared in _declared("NOT_COMPARED"):
        reasons |= declared
    return reasons


def _declared(name: str) -> Iterator[Any]:
    for module in service_modules():
        if hasattr(module, name):
            yield getattr(module, name)


def _modules(path: Iterable[str], prefix: str) -> Iterator[ModuleType]:
    for found in iter_modules(path, prefix):
        if found.name not in MACHINERY:
            module = import_module(found.name)
            yield module
            if found.ispkg:
                yield from _modules(module.__path__, f"{found.name}.")
