"""The rule of the limits that services publish for the documents that they take."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from policies.documents import Statement, statements
from policies.resources import JudgedStack, Resource
from policies.rule import EVERYWHERE, Claim, Rule, Severity, claim
from policies.values import MISSING, Value
from reference.document_limits import DocumentLimit, document_limits, limited_kinds

NAMED = 3
"""The statements or keys that a message names: those that take the most."""


def _fits(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    for limit in document_limits(subject.kind):
        documents = _counted_with(subject, limit, stack)
        if documents:
            found = sum(MEASURES[limit.measure](each) for each in documents)
            yield claim(found <= limit.maximum, _told(limit, found, documents))


def _counted_with(subject: Resource, limit: DocumentLimit, stack: JudgedStack) -> list[Value]:
    """The documents that count together with that of a resource; none where another one speaks for all of them."""
    if not limit.together_by:
        own = subject.at(limit.property)
        return [] if own.raw in (MISSING, None) else [own]
    owner = _owner(subject, limit)
    alike = [each for each in stack.of(subject.kind) if _owner(each, limit) == owner]
    # One finding is enough for a role, however many policies it has.
    return [each.at(limit.property) for each in alike] if subject is alike[0] else []


def _owner(subject: Resource, limit: DocumentLimit) -> tuple[str, ...]:
    """The resources, or the name, that documents are counted together by."""
    return subject.property_dependencies.get(limit.together_by) or (subject.at(limit.together_by).text(),)


def _told(limit: DocumentLimit, found: int, documents: Sequence[Value]) -> str:
    together = f" together with the others of its `{limit.together_by}`" if limit.together_by else ""
    most = ", ".join(f"`{name}` {size:,}" for name, size in _parts(documents)[:NAMED])
    return (
        f"`{limit.property}` has {found:,} {limit.measure}{together}, and the service takes {limit.maximum:,}: "
        f"the most characters are in {most}"
    )


def _parts(documents: Sequence[Value]) -> list[tuple[str, int]]:
    """The statements of policies, or the keys of other documents, with their characters; the largest first."""
    sizes: list[tuple[str, int]] = []
    for document in documents:
        sizes += [(name, len(_compact(part))) for name, part in _named_parts(_data(document))]
    return sorted(sizes, key=lambda part: -part[1])


def _named_parts(data: Any) -> Iterator[tuple[str, Any]]:
    if not isinstance(data, Mapping):
        yield "the text", data
    elif "Statement" in data:
        for number, each in enumerate(_listed(data["Statement"]), start=1):
            yield str(each.get("Sid") or f"statement {number}"), each
    else:
        yield from data.items()


def _listed(raw: Any) -> list[Any]:
    return raw if isinstance(raw, list) else [raw]


def _data(document: Value) -> Any:
    """A document as data: JSON text is read, other text is itself."""
    raw = document.plain()
    if not isinstance(raw, str):
        return raw
    try:
        return json.loads(raw)
    except ValueError:
        return raw


def _compact(data: Any) -> str:
    return data if isinstance(data, str) else json.dumps(data, separators=(",", ":"))


def _text(document: Value) -> str:
    """A document as it is sent."""
    return _compact(document.plain())


def _characters(document: Value) -> int:
    return len(_text(document))


def _without_white_space(document: Value) -> int:
    return len("".join(_text(document).split()))


def _bytes(document: Value) -> int:
    return len(_text(document).encode())


def _statements(document: Value) -> int:
    return len(statements(document))


def _principals(document: Value) -> int:
    return sum(len(names) for each in statements(document) for names in each.principals.values())


def _conditions(document: Value) -> int:
    return sum(len(keys) for each in statements(document) for keys in each.conditions.values())


def _actions(document: Value) -> int:
    return max((_actions_of(each) for each in statements(document)), default=0)


def _actions_of(statement: Statement) -> int:
    return len(statement.actions) + len(statement.not_actions)


MEASURES: Mapping[str, Callable[[Value], int]] = {
    "characters": _characters,
    "characters without white space": _without_white_space,
    "bytes": _bytes,
    "statements": _statements,
    "principals": _principals,
    "conditions": _conditions,
    "actions in one statement": _actions,
}

RULES = (
    Rule(
        id="RE-09",
        name="document-limits",
        title="A document is within the limits that its service publishes",
        why="The service refuses it in the middle of a deployment, when half of the stack is there.",
        fix="Take away from what the message names first, or divide it: fewer datasets for one team, readers by "
        "organisation and not by account, a second stack.",
        severity=Severity.MEDIUM,
        enforcement=EVERYWHERE,
        owner="platform",
        scope="stack",
        kinds=limited_kinds(),
        cluster="the API server refuses a ConfigMap or a Secret above its limit; of the others only the plan tells",
        check=_fits,
        note="The limits with their sources are `reference/data/document_limits.csv`. An account whose limits AWS has "
        "raised takes more: an exception says so.",
    ),
)
