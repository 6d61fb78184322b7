"""JSON inside the parameters of a call, which AWS reads and neither its API model nor the simulator checks."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

ELEMENTS = frozenset(
    {
        "Action",
        "Condition",
        "Effect",
        "NotAction",
        "NotPrincipal",
        "NotResource",
        "Principal",
        "Resource",
        "Sid",
    }
)
OPERATOR = re.compile(
    r"(ForAllValues:|ForAnyValue:)?"
    r"(String(Not)?(Equals|EqualsIgnoreCase|Like)"
    r"|(Numeric|Date)(Not)?Equals|(Numeric|Date)(LessThan|GreaterThan)(Equals)?"
    r"|Bool|BinaryEquals|(Not)?IpAddress|Arn(Not)?(Equals|Like)|Null)(IfExists)?"
)
VERSIONS = ("2012-10-17", "2008-10-17")


def json_object(text: Any) -> dict[str, Any] | None:
    """The JSON object that `text` spells, or None."""
    try:
        parsed = json.loads(text)
    except (TypeError, ValueError):
        return None
    return parsed if isinstance(parsed, dict) else None


def policy_problems(text: Any, *, has_resource: bool) -> Iterator[str]:
    """Each breach of the IAM policy grammar in a policy that belongs to a resource, trust policies included.

    `has_resource` says whether its statements name resources: a trust policy's and ECR's do not.
    """
    document = json_object(text)
    if document is None:
        yield "must be a JSON object"
        return
    if document.get("Version") not in VERSIONS:
        yield f"`Version` must be one of {', '.join(VERSIONS)}"
    for index, statement in enumerate(_statements(document)):
        for problem in _statement_problems(statement, has_resource):
            yield f"`Statement[{index}]` {problem}"


def principal_arns(text: Any) -> Iterator[str]:
    """The ARNs that a policy names as AWS principals."""
    for statement in _statements(json_object(text) or {}):
        for element in ("Principal", "NotPrincipal"):
            principal = statement.get(element)
            named = principal.get("AWS", []) if isinstance(principal, Mapping) else []
            yield from (
                arn for arn in ([named] if isinstance(named, str) else named) if arn.startswith("arn:")
            )


def _statements(document: Mapping[str, Any]) -> list[Any]:
    statements = document.get("Statement", [])
    return statements if isinstance(statements, list) else [statements]


def _statement_problems(statement: Any, has_resource: bool) -> Iterator[str]:
    if not isinstance(statement, Mapping):
        yield "must be an object"
        return
    for name in sorted(statement.keys() - ELEMENTS):
        yield f"has an unknown element `{name}`"
    if statement.get("Effect") not in ("Allow", "Deny"):
        yield "must have an `Effect` of Allow or Deny"
    for name in ("Principal", "Action", *(("Resource",) if has_resource else ())):
        if (name in statement) == (f"Not{name}" in statement):
            yield f"must have one of `{name}` and `Not{name}`"
    if not has_resource and statement.keys() & {"Resource", "NotResource"}:
        yield "must not name a resource"
    for operator in statement.get("Condition", {}):
        if not OPERATOR.fullmatch(operator):
            yield f"has an unknown condition operator `{operator}`"
