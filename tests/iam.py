"""What IAM decides of one request by one document: enough of its rules to hold our documents to each other."""

import re
from dataclasses import dataclass, field

from policies.documents import Statement, statements
from policies.values import Value


@dataclass(frozen=True, kw_only=True)
class Request:
    """An action on a resource. A `*` in either is itself: what matches it matches everything that it stands for."""

    action: str
    resource: str
    context: dict[str, tuple[str, ...]] = field(default_factory=dict)


def decides(document: str, request: Request) -> str:
    """`allow`, `deny`, or `nothing` where no statement is about the request."""
    about = [each for each in statements(Value(document)) if is_about(each, request)]
    if any(not each.allows for each in about):
        return "deny"
    return "allow" if about else "nothing"


def is_about(statement: Statement, request: Request) -> bool:
    return (
        any(like(request.action.lower(), each.lower(), request) for each in statement.actions)
        and any(like(request.resource, each, request) for each in statement.resources)
        and all(
            holds(operator, request.context.get(key, ()), values, request)
            for operator, keys in statement.conditions.items()
            for key, values in keys.items()
        )
    )


def holds(operator: str, found: tuple[str, ...], wanted: tuple[str, ...], request: Request) -> bool:
    name = operator.removeprefix("foranyvalue:")
    if name == "null":
        return (not found) == (wanted == ("true",))
    if name == "boolifexists":
        return not found or found[0] in wanted
    if name == "bool":
        return bool(found) and found[0] in wanted
    exact = name in {"stringequals", "stringnotequals"}
    matches = [
        each == filled(pattern, request) if exact else like(each, pattern, request)
        for each in found
        for pattern in wanted
    ]
    assert name in {"stringequals", "stringlike", "arnequals", "arnlike", "stringnotequals", "arnnotequals"}
    return not any(matches) if "not" in name else any(matches)


def like(text: str, pattern: str, request: Request) -> bool:
    parts = [re.escape(part) for part in filled(pattern, request).split("*")]
    return re.fullmatch(".*".join(parts), text) is not None


def filled(pattern: str, request: Request) -> str:
    """The pattern with its variables. One without a value matches nothing."""

    def value(match: re.Match[str]) -> str:
        (found,) = request.context.get(match[1].lower(), ("\0",))
        return found

    return re.sub(r"\$\{([^}]+)\}", value, pattern)
