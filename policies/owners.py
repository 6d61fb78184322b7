"""The owners of whole documents in a stack: which resource writes which setting of which thing."""

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from policies.resources import JudgedStack, Resource
from policies.values import MISSING, Truth, Value
from reference.vocabulary import STACK_REFERENCE, UNKNOWN
from reference.whole_documents import WholeDocument, Writer, named_things, whole_documents

Thing = tuple[str, str]
"""The place that a document is in, a region or nothing, and what it is of."""

NOT_NAMED = "default"
"""The thing that a key which is left out means, such as the default event bus."""


@dataclass(frozen=True, kw_only=True)
class DocumentOwner:
    """A resource that writes a document, or an entry of it. `writes` is unsure where a property decides it later."""

    resource: Resource
    whole: bool
    writes: Truth


@dataclass(frozen=True, kw_only=True)
class DocumentOwners:
    """The owners of one setting by the thing it is of, and those of which that is not known before `up`."""

    document: WholeDocument
    by_thing: Mapping[Thing, list[DocumentOwner]]
    unresolved: list[DocumentOwner] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Rivals:
    """Those who write a document beside its owner. `may_be` says that another may turn out to be one."""

    document: WholeDocument
    certain: tuple[Resource, ...] = ()
    may_be: bool


def kinds() -> tuple[str, ...]:
    """Every type that writes a document or an entry of one."""
    found: dict[str, None] = {}
    for document in whole_documents():
        for writer in document.writers:
            found |= dict.fromkeys(twins(writer.type))
    return tuple(found)


def twins(type: str) -> tuple[str, ...]:
    """A type and, of those of S3, its second name."""
    if not type.startswith("aws:s3/"):
        return (type,)
    module, _, name = type.rpartition(":")
    return type, f"{module}V2:{name}V2"


def owners(stack: JudgedStack) -> tuple[DocumentOwners, ...]:
    """The owners of every setting that the stack writes."""
    found = [_owners_of(document, stack) for document in whole_documents()]
    return tuple(each for each in found if each.by_thing or each.unresolved)


def _owners_of(document: WholeDocument, stack: JudgedStack) -> DocumentOwners:
    by_thing: dict[Thing, list[DocumentOwner]] = defaultdict(list)
    unresolved: list[DocumentOwner] = []
    for writer in document.writers:
        for resource in stack.of(*twins(writer.type)):
            writes = _writes(resource, writer)
            if writes is Truth.NO:
                continue
            owner = DocumentOwner(resource=resource, whole=writer.whole, writes=writes)
            thing = _thing(document, resource, writer, stack)
            if thing is None:
                unresolved.append(owner)
            else:
                by_thing[_place(document, resource, stack), thing].append(owner)
    return DocumentOwners(document=document, by_thing=by_thing, unresolved=unresolved)


def _writes(resource: Resource, writer: Writer) -> Truth:
    writes = resource.at(writer.given).is_given if writer.given else Truth.YES
    for path, value in writer.where.items():
        writes = writes & resource.at(path).equals(value)
    return writes


def _place(document: WholeDocument, resource: Resource, stack: JudgedStack) -> str:
    """The region of a setting of which there is one in each."""
    region = stack.region(resource).raw if document.per == "region" else MISSING
    return region if isinstance(region, str) else ""


def _thing(document: WholeDocument, resource: Resource, writer: Writer, stack: JudgedStack) -> str | None:
    """The thing that a document is of: a resource by its URN, else a name; None where neither is known."""
    if writer.key is None:
        return resource.urn if document.per == "thing" else ""
    referred = _referred(document, resource, writer.key, stack)
    if referred:
        return referred
    value = _read(resource, writer.key)
    if value.raw in (MISSING, None):
        return NOT_NAMED
    if value.raw is UNKNOWN:
        return None
    return _called(document, str(value.raw), stack)


def _referred(document: WholeDocument, resource: Resource, key: str, stack: JudgedStack) -> str | None:
    """The one resource that a property depends on, of the type that the document is of where that is said."""
    targets = stack.targets(resource, key.partition(".")[0])
    # What comes from another stack depends on the reference to that, whatever it is.
    found = [each.urn for each in targets if each.kind != STACK_REFERENCE]
    if document.of:
        found = [each.urn for each in targets if each.kind in twins(document.of)]
    return found[0] if len(found) == 1 else None


def _called(document: WholeDocument, text: str, stack: JudgedStack) -> str:
    """The resource of the stack that a text names, by its name, ARN, URL or path in S3; else the text."""
    name = text.removeprefix("s3://").partition("/")[0] if text.startswith("s3://") else text
    last = name.rpartition("/")[2].rpartition(":")[2]
    for resource in stack.of(*twins(document.of)) if document.of else ():
        own = resource.properties.get(named_things().get(document.of or "", ""))
        if own is not None and own in (name, last):
            return resource.urn
    return name


def _read(resource: Resource, key: str) -> Value:
    """A property, or what stands under a key of the JSON text of one."""
    head, _, rest = key.partition(".")
    value = resource.at(head)
    if not rest or not isinstance(value.raw, str):
        return value.at(rest) if rest else value
    return Value(json.loads(value.raw), head).at(rest)


def rivals(stack: JudgedStack) -> Mapping[str, list[Rivals]]:
    """By URN of a resource: each document that it writes as a whole, with those who write it beside it."""
    found: dict[str, list[Rivals]] = defaultdict(list)
    for each in owners(stack):
        for same in each.by_thing.values():
            for mine in same:
                if mine.whole:
                    found[mine.resource.urn].append(_rivals(each, mine, same))
        for mine in each.unresolved:
            if mine.whole:
                # Of whatever it is: alone it has no rival, beside another it may have one.
                alone = not each.by_thing and len(each.unresolved) == 1
                found[mine.resource.urn].append(Rivals(document=each.document, may_be=not alone))
    return found


def _rivals(owners: DocumentOwners, mine: DocumentOwner, same: list[DocumentOwner]) -> Rivals:
    beside = [each for each in same if each.resource is not mine.resource]
    certain = [each.resource for each in beside if each.writes & mine.writes is Truth.YES]
    may_be = len(certain) < len(beside) or bool(owners.unresolved)
    return Rivals(document=owners.document, certain=tuple(certain), may_be=may_be)
