"""A widening of a plan: what it changes, and which rule says that it forbids it."""

import copy
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from policies.resources import JudgedStack, Resource
from policies.values import MISSING

FOREIGN = "999900001111"
"""An account that is none of ours."""
DROP = MISSING
"""The value of a property that is taken out."""


@dataclass(frozen=True, kw_only=True)
class Widening:
    """One change of a plan. `claims` are the rules whose text forbids it: the first that exists answers for it.

    `changed` is by URN; None deletes a resource. A widening without claims is listed apart.
    """

    name: str
    claims: tuple[str, ...]
    changed: Mapping[str, Resource | None] = field(default_factory=dict)
    added: tuple[Resource, ...] = ()


def widened(stack: JudgedStack, widening: Widening) -> JudgedStack:
    """The stack with a widening in it."""
    kept = [widening.changed.get(each.urn, each) for each in stack.resources]
    found = [each for each in (*kept, *widening.added) if each is not None]
    return JudgedStack(found, stack.context, stack.settings)


def change(subject: Resource, what: str, claims: Iterable[str], properties: Mapping[str, Any]) -> Widening:
    """A widening that gives one resource other properties."""
    name = f"{shown(subject)} {what}"
    changed = replace(subject, properties=properties)
    return Widening(name=name, claims=tuple(claims), changed={subject.urn: changed})


def put(subject: Resource, path: str, value: Any, what: str, claims: Iterable[str]) -> Widening:
    """A widening that sets one property, by a path whose keys `>` parts."""
    return change(subject, what, claims, assigned(subject.properties, path, value))


def addition(what: str, claims: Iterable[str], *resources: Resource) -> Widening:
    """A widening that puts resources beside those of the plan."""
    return Widening(name=f"beside: {what}", claims=tuple(claims), added=resources)


def made(stack: JudgedStack, kind: str, properties: Mapping[str, Any], **refers: Resource) -> Resource:
    """A resource of a type, which goes where those of the plan go and refers to some of them."""
    name = f"added-{kind.rsplit(':', 1)[-1].lower()}"
    depends = {key: (target.urn,) for key, target in refers.items()}
    return Resource(
        urn=f"urn:pulumi:{stack.context.stack}::paved::{kind}::{name}",
        type=kind,
        name=name,
        properties=properties,
        provider=_provider(stack, kind),
        property_dependencies=depends,
    )


def _provider(stack: JudgedStack, kind: str) -> str | None:
    found = stack.of(f"pulumi:providers:{kind.partition(':')[0]}")
    return found[0].urn if found else None


def kubernetes(
    stack: JudgedStack, kind: str, name: str, content: Mapping[str, Any], namespace: str | None = None
) -> Resource:
    """A Kubernetes object with the labels that every object of the stack has."""
    version, _, short = kind.removeprefix("kubernetes:").rpartition(":")
    metadata: dict[str, Any] = {"name": name, "labels": dict(labels(stack))}
    if namespace is not None:
        metadata["namespace"] = namespace
    api_version = version.removeprefix("core/")
    return made(stack, kind, {"apiVersion": api_version, "kind": short, "metadata": metadata, **content})


def labels(stack: JudgedStack) -> Mapping[str, str]:
    """The labels of cost that an object of the stack bears."""
    for each in stack.resources:
        found = each.properties.get("metadata")
        if (
            each.type.startswith("kubernetes:")
            and isinstance(found, Mapping)
            and found.get("labels", {}).get("team")
        ):
            return {key: text for key, text in found["labels"].items() if not key.startswith("pod-security")}
    return {}


def firsts(stack: JudgedStack, *kinds: str) -> Iterator[Resource]:
    """The first resource of each of some kinds that the stack has."""
    for kind in kinds:
        yield from stack.of(kind)[:1]


def shown(subject: Resource) -> str:
    """The type and name of a resource."""
    return f"{subject.kind.rsplit(':', 1)[-1]} {subject.name}"


def keys_of(path: str) -> list[Any]:
    """The keys of a path; a number is an index of a list."""
    return [int(key) if key.isdigit() else key for key in path.split(">")]


def lookup(value: Any, path: str) -> Any:
    """The value at a path, or MISSING."""
    for key in keys_of(path):
        try:
            value = value[key]
        except (KeyError, IndexError, TypeError):
            return MISSING
    return value


def assigned(value: Any, path: str, item: Any) -> Any:
    """A copy of data with another value at a path; what lacks on the way is made. A callable makes it of the old."""
    changed = copy.deepcopy(value)
    *way, last = keys_of(path)
    where = changed
    for key in way:
        where = where.setdefault(key, {}) if isinstance(where, dict) else where[key]
    if item is DROP:
        del where[last]
    elif callable(item):
        where[last] = item(where[last])
    elif isinstance(where, list) and last == len(where):
        where.append(item)
    else:
        where[last] = item
    return changed


def document(subject: Resource, key: str) -> dict[str, Any] | None:
    """A policy document of a resource, where it is one."""
    text = subject.properties.get(key)
    found = json.loads(text) if isinstance(text, str) and '"Statement"' in text else None
    return found if isinstance(found, dict) else None
