"""JSON documents compared by their meaning, whatever the order, the spelling of single values and URL-encoding."""

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

LISTS = ("Action", "NotAction", "Resource", "NotResource")
ANYONE = {"AWS": ["*"]}
OLDEST = "2008-10-17"
"""The version that IAM takes a document for which does not say its own."""


def parsed(document: Any) -> Any:
    """The document as data: AWS gives some as text, some URL-encoded, some read already."""
    if not isinstance(document, str):
        return document
    try:
        return json.loads(document)
    except ValueError:
        try:
            return json.loads(unquote(document))
        except ValueError:
            return document


def is_policy(document: Any) -> bool:
    """Whether data is an IAM policy document."""
    return isinstance(document, Mapping) and "Statement" in document


def differences(planned: Any, found: Any) -> Iterator[tuple[str, Any, Any]]:
    """The differences of two policy documents: the place, the part as planned and as found, None for none."""
    versions = [document.get("Version", OLDEST) for document in (planned, found)]
    if versions[0] != versions[1]:
        yield "Version", versions[0], versions[1]
    left, right = _apart(planned, found), _apart(found, planned)
    for statement in left:
        other = _namesake(statement, right) if _namesake(statement, left) is statement else None
        if other is None:
            yield _where(statement), statement, None
        else:
            right.remove(other)
            yield from _parts(statement, other)
    yield from ((_where(statement), None, statement) for statement in right)


def canonical(data: Any) -> str:
    """The same text for data that differs in the order of keys and of plain lists alone."""
    return json.dumps(_ordered(data), sort_keys=True)


def _apart(document: Mapping[str, Any], other: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The statements that the other document has nothing equal to, in an order that does not depend on theirs."""
    known = {_meaning(statement) for statement in _listed(other["Statement"])}
    found = [each for each in _listed(document["Statement"]) if _meaning(each) not in known]
    return sorted(found, key=lambda each: (str(each.get("Sid", "")), _meaning(each)))


def _namesake(statement: Mapping[str, Any], others: list[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The one statement that bears the same Sid, where there is one alone."""
    found = [each for each in others if each.get("Sid") == statement.get("Sid")]
    return found[0] if statement.get("Sid") and len(found) == 1 else None


def _parts(planned: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    for key in sorted({*planned, *found} - {"Sid"}):
        left, right = planned.get(key), found.get(key)
        if left is None or right is None or _part(key, left) != _part(key, right):
            yield f"{_where(planned)} {key}", left, right


def _where(statement: Mapping[str, Any]) -> str:
    return f"statement `{statement['Sid']}`" if statement.get("Sid") else "a statement"


def _meaning(statement: Mapping[str, Any]) -> str:
    parts = {key: _part(key, value) for key, value in statement.items() if key != "Sid"}
    return json.dumps(parts, sort_keys=True)


def _part(key: str, value: Any) -> Any:
    if key in LISTS:
        texts = {str(item) for item in _listed(value)}
        return sorted({text.lower() for text in texts} if key.endswith("Action") else texts)
    if key.endswith("Principal"):
        return _principal(value)
    if key == "Condition":
        return _condition(value)
    return value


def _principal(value: Any) -> Any:
    if value == "*":
        return ANYONE
    principals = {}
    for kind, items in value.items():
        names = {_account(str(item)) if kind == "AWS" else str(item) for item in _listed(items)}
        principals[kind] = sorted(names)
    return principals


def _account(principal: str) -> str:
    """The number of an account means its root."""
    prefix, _, rest = principal.partition(":iam::")
    return rest.removesuffix(":root") if prefix.startswith("arn:") and rest.endswith(":root") else principal


def _condition(value: Mapping[str, Any]) -> Any:
    """Keys of conditions are read whatever their case; booleans and numbers are text to IAM."""
    condition: dict[str, dict[str, list[str]]] = {}
    for operator, keys in value.items():
        condition[operator] = {}
        for key, items in keys.items():
            condition[operator][key.lower()] = sorted({_text(item) for item in _listed(items)})
    return condition


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _ordered(data: Any) -> Any:
    if isinstance(data, Mapping):
        return {key: _ordered(value) for key, value in data.items()}
    if isinstance(data, list):
        return sorted((_ordered(item) for item in data), key=lambda item: json.dumps(item, sort_keys=True))
    return data
