"""JSON documents compared by what they mean: order, spelling of single values and URL-encoding say nothing."""

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


def differences(planned: Any, found: Any) -> Iterator[tuple[str, str | None, str | None]]:
    """Where two policy documents differ: what is meant, as planned and as found."""
    versions = [document.get("Version", OLDEST) for document in (planned, found)]
    if versions[0] != versions[1]:
        yield "Version", versions[0], versions[1]
    left, right = _statements(planned), _statements(found)
    for sid, text in sorted({*left} - {*right}):
        same_sid = [other for name, other in sorted({*right} - {*left}) if name == sid and sid]
        yield _where(sid), text, same_sid[0] if same_sid else None
    for sid, text in sorted({*right} - {*left}):
        if not any(name == sid and sid for name, _ in {*left} - {*right}):
            yield _where(sid), None, text


def canonical(data: Any) -> str:
    """The same text for data that differs in the order of keys and of plain lists alone."""
    return json.dumps(_ordered(data), sort_keys=True)


def _where(sid: str) -> str:
    return f"statement `{sid}`" if sid else "a statement"


def _statements(document: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Each statement as its Sid and the canonical text of what it says."""
    written = document["Statement"]
    return [_statement(each) for each in (written if isinstance(written, list) else [written])]


def _statement(statement: Mapping[str, Any]) -> tuple[str, str]:
    said = {key: _part(key, value) for key, value in statement.items() if key != "Sid"}
    return str(statement.get("Sid", "")), json.dumps(said, sort_keys=True)


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
    return {
        kind: sorted({_account(str(item)) if kind == "AWS" else str(item) for item in _listed(items)})
        for kind, items in value.items()
    }


def _account(principal: str) -> str:
    """The number of an account means its root."""
    prefix, _, rest = principal.partition(":iam::")
    return rest.removesuffix(":root") if prefix.startswith("arn:") and rest.endswith(":root") else principal


def _condition(value: Mapping[str, Any]) -> Any:
    """Keys of conditions are read whatever their case; booleans and numbers are text to IAM."""
    return {
        operator: {
            key.lower(): sorted({_text(item) for item in _listed(items)}) for key, items in keys.items()
        }
        for operator, keys in value.items()
    }


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
