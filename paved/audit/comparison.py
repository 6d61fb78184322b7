"""Facts compared with the values found: pure, value by value, with the values that nobody can know set apart."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Literal, Protocol

from paved.audit import documents
from paved.aws.reading.facts import NOT_RETURNED, Fact, Reference
from paved.plan.model import Secret
from reference.vocabulary import UNKNOWN

Verdict = Literal["same", "changed", "extra", "unknown"]
LONGEST = 200
"""Characters of a value that are shown: policies run to thousands."""
EMPTY: tuple[Any, ...] = (None, False, 0, "", [], {})
"""Values of a plan that switch something off, of which the account then just has none."""


@dataclass(frozen=True, kw_only=True)
class Leaf:
    """One value, compared. `unknown`: neither the plan nor the account could say for certain."""

    path: str
    verdict: Verdict
    planned: str | None = None
    found: str | None = None


class Names(Protocol):
    """Every name that a resource has in the account."""

    def names_of(self, value: Reference | str) -> frozenset[str] | None:
        """The names of the resources referred to, or of a KMS key or alias. None where they are not known."""


def compared(fact: Fact, found: Any, names: Names) -> Iterator[Leaf]:
    """Each value of a fact, compared with what the account has."""
    if fact.is_document and isinstance(fact.value, str) and found is not NOT_RETURNED:
        yield from _document(fact.property, fact.value, found)
    else:
        yield from _value(fact.property, fact.value, found, names)


def compared_tags(planned: Mapping[str, str], found: Mapping[str, str]) -> Iterator[Leaf]:
    """Each tag, but for those that AWS itself puts on resources, which no plan can have."""
    for key in sorted(planned):
        if found.get(key) == planned[key]:
            yield Leaf(path=f"tags.{key}", verdict="same")
        else:
            yield Leaf(path=f"tags.{key}", verdict="changed", planned=planned[key], found=found.get(key))
    for key in sorted(found.keys() - planned.keys()):
        if not key.startswith("aws:"):
            yield Leaf(path=f"tags.{key}", verdict="extra", found=found[key])


def as_text(value: Any) -> str | None:
    """A value as text, cut where it is long. None stays None."""
    if value is None:
        return None
    text = value if isinstance(value, str) else json.dumps(value, sort_keys=True, default=str)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _value(path: str, planned: Any, found: Any, names: Names) -> Iterator[Leaf]:
    match planned:
        case Secret():
            yield Leaf(path=path, verdict="unknown")
        case _ if planned is UNKNOWN or found is NOT_RETURNED:
            yield Leaf(path=path, verdict="unknown")
        case Reference():
            yield _reference(path, planned, found, names)
        case Mapping() if planned:
            yield from _mapping(path, planned, found, names)
        case list() | tuple() if any(isinstance(item, Mapping) for item in planned):
            yield from _blocks(path, planned, found, names)
        case list() | tuple():
            yield _scalars(path, planned, found, names)
        case _:
            yield _scalar(path, planned, found, names)


def _document(path: str, planned: str, found: Any) -> Iterator[Leaf]:
    left, right = documents.parsed(planned), documents.parsed(found)
    if documents.is_policy(left) and documents.is_policy(right):
        differences = [
            Leaf(
                path=f"{path} {where}",
                verdict="extra" if part is None else "changed",
                planned=as_text(part),
                found=as_text(found_part),
            )
            for where, part, found_part in documents.differences(left, right)
        ]
        yield from differences or [Leaf(path=path, verdict="same")]
    elif documents.canonical(left) == documents.canonical(right):
        yield Leaf(path=path, verdict="same")
    else:
        yield Leaf(path=path, verdict="changed", planned=as_text(planned), found=as_text(found))


def _mapping(path: str, planned: Mapping[str, Any], found: Any, names: Names) -> Iterator[Leaf]:
    only = found[0] if isinstance(found, list) and len(found) == 1 else found
    has = {key.casefold(): value for key, value in only.items()} if isinstance(only, Mapping) else {}
    for key, value in planned.items():
        if value is not None:
            yield from _value(f"{path}.{key}", value, has.get(key.casefold()), names)


def _blocks(path: str, planned: Sequence[Any], found: Any, names: Names) -> Iterator[Leaf]:
    """Lists of mappings: each with the one that it is most like, whatever their order."""
    others = [found] if isinstance(found, Mapping) else list(found or ())
    leaves: dict[tuple[int, int], list[Leaf]] = {}
    for index, block in enumerate(planned):
        for each, other in enumerate(others):
            leaves[index, each] = list(_value(f"{path}[{index}]", block, other, names))
    pairs = _most_alike(leaves)
    for index, block in enumerate(planned):
        if index in pairs:
            yield from leaves[index, pairs[index]]
        else:
            yield Leaf(path=f"{path}[{index}]", verdict="changed", planned=as_text(_shown(block)))
    for each, other in enumerate(others):
        if each not in pairs.values():
            yield Leaf(path=f"{path}[]", verdict="extra", found=as_text(other))


def _most_alike(leaves: Mapping[tuple[int, int], Sequence[Leaf]]) -> dict[int, int]:
    """The found block of each planned block, by their places: those with the fewest differences first."""
    pairs: dict[int, int] = {}
    for planned, found in sorted(leaves, key=lambda pair: (_differences(leaves[pair]), pair)):
        if planned not in pairs and found not in pairs.values():
            pairs[planned] = found
    return pairs


def _differences(leaves: Sequence[Leaf]) -> int:
    return sum(leaf.verdict in ("changed", "extra") for leaf in leaves)


def _scalars(path: str, planned: Sequence[Any], found: Any, names: Names) -> Leaf:
    left = list(found) if isinstance(found, list | tuple | set) else [] if found is None else [found]
    verdicts = []
    for item in planned:
        compared_items = [(each, next(_value(path, item, each, names))) for each in left]
        # An item that is certainly the same is taken before one that may be, and each found item once.
        match = next((pair for pair in compared_items if pair[1].verdict == "same"), None)
        match = match or next((pair for pair in compared_items if pair[1].verdict == "unknown"), None)
        verdicts.append(match[1].verdict if match else "changed")
        if match:
            left.remove(match[0])
    if left or "changed" in verdicts:
        return Leaf(path=path, verdict="changed", planned=as_text(_shown(planned)), found=as_text(found))
    return Leaf(path=path, verdict="unknown" if "unknown" in verdicts else "same")


def _reference(path: str, planned: Reference, found: Any, names: Names) -> Leaf:
    known = names.names_of(planned)
    values = found if isinstance(found, list) else [found]
    if known is None:
        return Leaf(path=path, verdict="unknown")
    if values and all(isinstance(value, str) and _is_one_of(value, known, names) for value in values):
        return Leaf(path=path, verdict="same")
    verdict: Verdict = "changed" if planned.is_certain else "unknown"
    return Leaf(path=path, verdict=verdict, planned=min(known, key=_arns_first), found=as_text(found))


def _arns_first(name: str) -> tuple[bool, str]:
    return not name.startswith("arn:"), name


def _is_one_of(value: str, known: frozenset[str], names: Names) -> bool:
    return value in known or ("kms" in value and bool((names.names_of(value) or frozenset()) & known))


def _scalar(path: str, planned: Any, found: Any, names: Names) -> Leaf:
    if _same(path, planned, found) or _same_key(planned, found, names):
        return Leaf(path=path, verdict="same")
    return Leaf(path=path, verdict="changed", planned=as_text(planned), found=as_text(found))


def _same(path: str, planned: Any, found: Any) -> bool:
    """Numbers are the same however they are written; text that looks like one may be a version."""
    if planned in EMPTY and found in EMPTY:
        return True
    left, right = _text(planned), _text(found)
    if left == right:
        return True
    is_number = any(type(value) in (int, float) for value in (planned, found)) or path.casefold().endswith(
        "amount"
    )
    return is_number and _number(left) is not None and _number(left) == _number(right)


def _same_key(planned: Any, found: Any, names: Names) -> bool:
    """KMS keys have an id, an ARN and aliases; AWS answers whichever it likes."""
    if not (isinstance(planned, str) and isinstance(found, str)) or ":kms:" not in planned:
        return False
    return bool((names.names_of(planned) or frozenset()) & (names.names_of(found) or frozenset()))


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _shown(value: Any) -> Any:
    """A planned value as data that can be printed, with words in place of unknowns and secrets."""
    match value:
        case Reference():
            return "(known once it exists)"
        case Secret():
            return "(secret)"
        case _ if value is UNKNOWN:
            return "(known once it exists)"
        case Mapping():
            return {key: _shown(item) for key, item in value.items()}
        case list() | tuple():
            return [_shown(item) for item in value]
        case _:
            return value
