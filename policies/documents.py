"""IAM policy documents as statements: what they allow, to whom, and under which conditions."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
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
                values += [value for name, given in keys.items() if name == key.lower() for value in given]
        return tuple(values)

    @property
    def condition_keys(self) -> frozenset[str]:
        """Every condition key, in lower case."""
        return frozenset(key for keys in self.conditions.values() for key in keys)

    @property
    def is_for_anyone(self) -> bool:
        """Whether the principal is everybody."""
        return self.not_principals or any("*" in names for names in self.principals.values())


def statements(document: Value) -> list[Statement]:
    """The statements of a document, given as JSON text or as data. Raises Undetermined where it is unknown."""
    raw = document.plain({})
    if isinstance(raw, str):
        try:
            raw = json.loads(raw) if raw.strip() else {}
        except ValueError:
            raise Undetermined(f"{document.path}, which is not JSON") from None
    found = raw.get("Statement", ()) if isinstance(raw, Mapping) else ()
    return [_statement(each) for each in ([found] if isinstance(found, Mapping) else found)]


def allowed(document: Value) -> Iterator[Statement]:
    """The statements that allow something."""
    yield from (each for each in statements(document) if each.allows)


def _statement(raw: Mapping[str, Any]) -> Statement:
    principal = raw.get("Principal", raw.get("NotPrincipal", {}))
    principals = (
        {"AWS": ("*",)} if principal == "*" else {key: _texts(value) for key, value in principal.items()}
    )
    return Statement(
        sid=str(raw.get("Sid", "")),
        allows=raw.get("Effect") == "Allow",
        actions=_texts(raw.get("Action")),
        not_actions=_texts(raw.get("NotAction")),
        resources=_texts(raw.get("Resource")),
        not_resources=_texts(raw.get("NotResource")),
        principals=principals,
        not_principals="NotPrincipal" in raw,
        conditions={
            operator.lower(): {key.lower(): _texts(value) for key, value in keys.items()}
            for operator, keys in raw.get("Condition", {}).items()
        },
    )


def _texts(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    if isinstance(value, Iterable) and not isinstance(value, str | Mapping):
        return tuple(_text(each) for each in value)
    return (_text(value),)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _like(action: str, pattern: str) -> bool:
    """IAM's wildcards are `*` and `?` alone, and actions have no case."""
    return fnmatchcase(action.lower(), pattern.lower().replace("[", "[[]"))
