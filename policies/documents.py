"""IAM policy documents as statements: effect, actions, resources, principals and conditions."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from policies.values import Undetermined, Value

KINDS = {kind.lower(): kind for kind in ("AWS", "CanonicalUser", "Federated", "Service")}
"""Kinds of principals by their name in lower case."""


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
            return not any(fits(action.lower(), pattern.lower()) for pattern in self.not_actions)
        return any(fits(action.lower(), pattern.lower()) for pattern in self.actions)

    @property
    def shown(self) -> str:
        """The statement as a person finds it."""
        return f"statement `{self.sid}`" if self.sid else "a statement"

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

    def takes_in(self, resource: str) -> bool:
        """Whether the statement is about a resource, or about all that a pattern of resources stands for."""
        if self.not_resources:
            return False  # it says what it leaves out, of which a pattern may hold some
        return any(fits(resource, pattern) for pattern in self.resources)

    @property
    def denies_everybody(self) -> bool:
        """Whether it is a denial for every principal. One with NotPrincipal leaves out those that it names."""
        return not self.allows and "*" in self.principals.get("AWS", ()) and not self.not_principals


def is_everything(pattern: str) -> bool:
    """Whether a pattern has nothing but wildcards: `*`, `**`, `?*`, `*:*`."""
    return bool(pattern) and not pattern.strip("*?:")


def statements(document: Value) -> Sequence[Statement]:
    """The statements of a document, given as JSON text or as data. Raises Undetermined where they cannot be told."""
    raw = document.plain({})
    try:
        return _parsed(raw) if isinstance(raw, str) else _statements(raw)
    except (AttributeError, TypeError, ValueError, RecursionError):
        raise Undetermined(f"{document.path}, which is not JSON of a policy") from None


def allow_statements(document: Value) -> Iterator[Statement]:
    """The statements that allow something."""
    yield from (each for each in statements(document) if each.allows)


@lru_cache(maxsize=1024)
def _parsed(text: str) -> tuple[Statement, ...]:
    # ID-02, ID-03, ID-04 and ID-10 each read the document of a role's policy.
    return _statements(json.loads(text) if text.strip() else {})


def _statements(raw: Any) -> tuple[Statement, ...]:
    # A list, or a number, is no policy: it has no statement that could be read, which is not to have none.
    found = _elements(raw).get("statement", ())
    # IAM takes a single statement without the list around it.
    return tuple(_statement(each) for each in ([found] if isinstance(found, Mapping) else found))


def _elements(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """The elements of a document or a statement by name in lower case. Raises ValueError where a name stands twice."""
    found = {key.lower(): value for key, value in raw.items()}
    if len(found) < len(raw):
        raise ValueError("an element that stands twice")
    return found


def _statement(raw: Mapping[str, Any]) -> Statement:
    elements = _elements(raw)
    return Statement(
        sid=str(elements.get("sid", "")),
        # An effect that is misspelt is refused by AWS; a reader must not take it for a denial.
        allows=elements.get("effect") != "Deny",
        actions=_texts(elements.get("action")),
        not_actions=_texts(elements.get("notaction")),
        resources=_texts(elements.get("resource")),
        not_resources=_texts(elements.get("notresource")),
        principals=_principals(elements.get("principal", elements.get("notprincipal"))),
        not_principals="notprincipal" in elements,
        conditions=_conditions(elements.get("condition") or {}),
    )


def _principals(raw: Any) -> Mapping[str, tuple[str, ...]]:
    if not isinstance(raw, Mapping):
        # `"*"` alone is everybody, as `{"AWS": "*"}` is; a name without a kind is read as one of AWS's.
        names = _texts(raw)
        return {"AWS": names} if names else {}
    found: dict[str, tuple[str, ...]] = {}
    for kind, names in raw.items():
        known = str(KINDS.get(kind.lower(), kind))
        found[known] = found.get(known, ()) + _texts(names)
    return found


def _conditions(raw: Mapping[str, Any]) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    # Operators and keys have no case in IAM: `aws:securetransport` is `aws:SecureTransport`.
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for operator, keys in raw.items():
        merged = found.setdefault(operator.lower(), {})
        for key, value in keys.items():
            merged[key.lower()] = merged.get(key.lower(), ()) + _texts(value)
    return found


def _texts(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    if isinstance(value, Iterable) and not isinstance(value, str | Mapping):
        return tuple(_text(each) for each in value)
    return (_text(value),)


def _text(value: Any) -> str:
    # IAM takes `false` of a condition as text and as a bool.
    return str(value).lower() if isinstance(value, bool) else str(value)


def fits(text: str, pattern: str) -> bool:
    """Whether a text fits a pattern. IAM's wildcards are `*` and `?` alone.

    A wildcard of the text itself fits what takes in all that it stands for: no `?` takes in a `*`.
    """
    return _compiled(pattern).fullmatch(text) is not None


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    parts = [{"*": ".*", "?": "[^*]"}.get(each, re.escape(each)) for each in re.split(r"([*?])", pattern)]
    return re.compile("".join(parts), re.DOTALL)
