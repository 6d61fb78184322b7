"""IAM policy documents as statements: effect, actions, resources, principals and conditions."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any

from policies.values import Undetermined, Value


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One statement. Lists are lists even where the document holds a single value; operators are lower case."""

    sid: str
    allows: bool
    actions: tuple[str, ...]
    not_actions: tuple[str, ...]
    resources: tuple[str, ...]
    not_resources: tuple[str, ...]
    principals: Mapping[str, tuple[str, ...]]
    not_principals: bool
    conditions: Mapping[str, Mapping[str, tuple[str, ...]]]

    def matches(self, *actions: str) -> list[str]:
        """Those of `actions` that the statement is about, wildcards and case considered."""
        return [each for each in actions if self._is_about(each)]

    def _is_about(self, action: str) -> bool:
        if self.not_actions:
            return not any(_like(action, pattern) for pattern in self.not_actions)
        return any(_like(action, pattern) for pattern in self.actions)

    def condition(self, key: str, *operators: str) -> tuple[str, ...]:
        """The values that a condition key is compared with by any of some operators; empty where it is not."""
        values: list[str] = []
        for operator, keys in self.conditions.items():
            if operator in operators:
                values += keys.get(key.lower(), ())
        return tuple(values)

    @property
    def condition_keys(self) -> frozenset[str]:
        """Every condition key, in lower case."""
        return frozenset[str]().union(*self.conditions.values())

    @property
    def is_for_anyone(self) -> bool:
        """Whether the principal is everybody."""
        # An Allow with NotPrincipal lets in everybody but those that it names, anonymous callers among them.
        return self.not_principals or any("*" in names for names in self.principals.values())


def statements(document: Value) -> Sequence[Statement]:
    """The statements of a document, given as JSON text or as data. Raises Undetermined where it is unknown."""
    raw = document.plain({})
    if not isinstance(raw, str):
        return _statements(raw)
    try:
        return _parsed(raw)
    except ValueError:
        raise Undetermined(f"{document.path}, which is not JSON") from None


def allow_statements(document: Value) -> Iterator[Statement]:
    """The statements that allow something."""
    yield from (each for each in statements(document) if each.allows)


@lru_cache(maxsize=1024)
def _parsed(text: str) -> tuple[Statement, ...]:
    # ID-02, ID-03, ID-04 and ID-10 each read the document of a role's policy.
    return _statements(json.loads(text) if text.strip() else {})


def _statements(raw: Any) -> tuple[Statement, ...]:
    found = raw.get("Statement", ()) if isinstance(raw, Mapping) else ()
    # IAM takes a single statement without the list around it.
    return tuple(_statement(each) for each in ([found] if isinstance(found, Mapping) else found))


def _statement(raw: Mapping[str, Any]) -> Statement:
    return Statement(
        sid=str(raw.get("Sid", "")),
        allows=raw.get("Effect") == "Allow",
        actions=_texts(raw.get("Action")),
        not_actions=_texts(raw.get("NotAction")),
        resources=_texts(raw.get("Resource")),
        not_resources=_texts(raw.get("NotResource")),
        principals=_principals(raw.get("Principal", raw.get("NotPrincipal", {}))),
        not_principals="NotPrincipal" in raw,
        conditions={operator.lower(): _keys(keys) for operator, keys in raw.get("Condition", {}).items()},
    )


def _principals(raw: Any) -> Mapping[str, tuple[str, ...]]:
    if raw == "*":
        return {"AWS": ("*",)}
    return {kind: _texts(names) for kind, names in raw.items()}


def _keys(raw: Mapping[str, Any]) -> Mapping[str, tuple[str, ...]]:
    # Condition keys have no case in IAM: `aws:securetransport` is `aws:SecureTransport`.
    return {key.lower(): _texts(value) for key, value in raw.items()}


def _texts(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    if isinstance(value, Iterable) and not isinstance(value, str | Mapping):
        return tuple(_text(each) for each in value)
    return (_text(value),)


def _text(value: Any) -> str:
    # IAM takes `false` of a condition as text and as a bool.
    return str(value).lower() if isinstance(value, bool) else str(value)


def _like(action: str, pattern: str) -> bool:
    """Whether an action fits a pattern. IAM's wildcards are `*` and `?` alone, and actions have no case."""
    # For fnmatch `[` begins a class of characters; for IAM it is a character.
    return fnmatchcase(action.lower(), pattern.lower().replace("[", "[[]"))
