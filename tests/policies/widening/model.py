"""A widening of a plan: what it changes, and which rule says that it forbids it."""

import copy
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

from policies.resources import JudgedStack, Resource
from policies.values import MISSING
from reference.vocabulary import UNKNOWN

FOREIGN = "999900001111"
"""An account that is none of ours."""
DROP = MISSING
"""The value of a property that is taken out."""


@dataclass(frozen=True)
class MadeOf:
    """A value that is made of the one before."""

    how: str
    of: Any

    def __call__(self, old: Any) -> Any:
        """The value that an old one becomes."""
        return OPERATIONS[self.how](old, self.of)


def _text(old: str, text: str) -> str:
    return text.replace("{old}", old).replace("{last}", old.rpartition("/")[2])


OPERATIONS: Mapping[str, Any] = {
    "append": lambda old, item: [*old, item],
    "each": lambda old, more: [{**each, **more} for each in old],
    "only": lambda old, key: [{key: each[key]} for each in old],
    "head": lambda old, more: [{**old[0], **more}, *old[1:]],
    "first": lambda old, count: old[:count],
    "rest": lambda old, count: old[count:],
    "text": _text,
}
"""What a row may say instead of `put`: a list with one item more, with more in each item or in the first, with one key
of each item, with its first or other items; a text around the old one."""


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
    """A widening that gives one resource other properties. One that is now a text of its own refers to nothing."""
    name = f"{shown(subject)} {what}"
    kept = {
        key: urns
        for key, urns in subject.property_dependencies.items()
        if not isinstance(properties.get(key), str) or properties[key] == subject.properties.get(key)
    }
    changed = replace(subject, properties=properties, property_dependencies=kept)
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
    for key, following in pairwise((*way, last)):
        where = _below(where, key, [] if isinstance(following, int) else {})
    if item is DROP:
        del where[last]
    elif callable(item):
        where[last] = item(where[last])
    elif isinstance(where, list) and last == len(where):
        where.append(item)
    else:
        where[last] = item
    return changed


def _below(where: Any, key: Any, empty: Any) -> Any:
    """What is below a key, made where it lacks."""
    if isinstance(where, dict):
        return where.setdefault(key, empty)
    if key == len(where):
        where.append(empty)
    return where[key]


def document(subject: Resource, key: str) -> dict[str, Any] | None:
    """A policy document of a resource, where it is one."""
    text = subject.properties.get(key)
    found = json.loads(text) if isinstance(text, str) and '"Statement"' in text else None
    return found if isinstance(found, dict) else None


def tables(name: str) -> dict[str, Any]:
    """The data of a module of the grammar, of the YAML file of its name."""
    text = (Path(__file__).parent / f"{name}.yaml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.safe_load(text.replace("{foreign}", FOREIGN))
    return found


def rows(stack: JudgedStack, table: Iterable[Mapping[str, Any]], *subjects: Resource) -> Iterator[Widening]:
    """The widenings of a table, over some resources or the first of the kind that each row names.

    A row has a path `at` and what to `put` there, or one of OPERATIONS, or `drop`; what it `says`, the rules that
    forbid it in `by`, and `in` where they do so in one kind of stack alone.
    """
    for row in table:
        for each in subjects or firsts(stack, row["kind"]):
            value = value_of(row)
            if fits(each.properties, row["at"], value):
                yield put(each, row["at"], value, row["says"], claims_of(row, stack))


def claims_of(row: Mapping[str, Any], stack: JudgedStack) -> tuple[str, ...]:
    """The rules that forbid what a row says, in this kind of stack."""
    return tuple(row.get("by", ())) if row.get("in") in (None, stack.context.kind) else ()


def value_of(row: Mapping[str, Any]) -> Any:
    """What a row puts."""
    if "drop" in row:
        return DROP
    return next((MadeOf(how, row[how]) for how in OPERATIONS if how in row), row.get("put"))


def fits(properties: Mapping[str, Any], path: str, value: Any) -> bool:
    """Whether a property can be put: what is made of an old value, or taken out, has to be there."""
    way = path.rpartition(">")[0]
    if value is DROP or callable(value):
        return lookup(properties, path) not in (MISSING, UNKNOWN)
    indexes = [key for key in keys_of(path) if isinstance(key, int)]
    return not indexes or lookup(properties, way) not in (MISSING, UNKNOWN)
