"""Former URNs of a resource: by its own aliases, and by those of its parent."""

from collections.abc import Iterable, Iterator
from typing import Any

from reference.vocabulary import PULUMI_STACK


def urn_of(stack: str, project: str, parent: str, type: str, name: str) -> str:
    """The URN of a resource, with the types of its parents as the engine writes them."""
    parent_type = parent.split("::")[2] if parent else PULUMI_STACK
    qualified = type if parent_type == PULUMI_STACK else f"{parent_type}${type}"
    return f"urn:pulumi:{stack}::{project}::{qualified}::{name}"


def former_urns(request: Any, *, stack: str, project: str, former_parents: Iterable[str]) -> tuple[str, ...]:
    """The URNs that a registration's aliases mean. `former_parents` are those of its parent."""
    parents = (request.parent, *former_parents)
    found = list(_inherited(request, stack, project, former_parents))
    for alias in request.aliases:
        if alias.urn:
            found.append(alias.urn)
            continue
        spec = alias.spec
        above = ("",) if spec.noParent else (spec.parentUrn,) if spec.parentUrn else parents
        for parent in above:
            type, name = spec.type or request.type, spec.name or request.name
            found.append(urn_of(spec.stack or stack, spec.project or project, parent, type, name))
    now = urn_of(stack, project, request.parent, request.type, request.name)
    return tuple(dict.fromkeys(urn for urn in found if urn != now))


def _inherited(request: Any, stack: str, project: str, former_parents: Iterable[str]) -> Iterator[str]:
    """A child whose name begins with its parent's had the parent's former name in its own."""
    now = request.parent.rpartition("::")[2]
    for parent in former_parents:
        before, name = parent.rpartition("::")[2], request.name
        if now and name.startswith(now):
            name = before + name.removeprefix(now)
        yield urn_of(stack, project, parent, request.type, name)
