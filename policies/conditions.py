"""Conditions of a statement by what they keep out: whether each request that one lets through comes from us."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from policies.documents import Statement
from policies.ours import Ours

OPERATOR = re.compile(r"(?P<set>forallvalues:|foranyvalue:)?(?P<name>[a-z]+?)(?P<if_exists>ifexists)?")
TEXTS = frozenset({"stringequals", "stringequalsignorecase", "stringlike"})
ARNS = frozenset({"arnequals", "arnlike"})
ACCOUNTS = frozenset(
    {
        "aws:principalaccount",
        "aws:sourceaccount",
        "aws:sourceowner",
        "kms:calleraccount",
        "s3:dataaccesspointaccount",
    }
)
"""Keys that name the account of the caller, or of the resource that a service acts for."""
ORGANISATIONS = frozenset({"aws:principalorgid", "aws:sourceorgid"})
RESOURCES = frozenset({"aws:resourceaccount", "aws:resourceorgid"})
MOUNT_TARGET = "elasticfilesystem:accessedviamounttarget"
"""A key of EFS: clients of NFS have no name, and mount targets are in our own subnets behind our own groups."""
PATHS = frozenset({"aws:principalorgpaths", "aws:sourceorgpaths"})
NAMES = frozenset({"aws:principalarn", "aws:sourcearn", "s3:dataaccesspointarn"})
"""Keys that name the caller, or the resource that a service acts for, by ARN."""
SAID_BY_SERVICES = ("aws:requesttag/eks-cluster-arn", "kms:encryptioncontext:")
"""Beginnings of keys that hold an ARN which the sender of a request writes: of a service's they are true."""


@dataclass(frozen=True, kw_only=True)
class KeyCondition:
    """One condition key with what it is compared with. `absent` says that a request without the key passes."""

    key: str
    operator: str
    values: Sequence[str]
    absent: bool


def comparisons(statement: Statement) -> Iterator[KeyCondition]:
    """The comparisons of a statement. A key that `Null` requires is not absent, whatever its operator lets through."""
    required = {key for key, values in statement.conditions.get("null", {}).items() if values == ("false",)}
    for operator, keys in statement.conditions.items():
        parts = OPERATOR.fullmatch(operator)
        name = parts["name"] if parts else operator
        # IfExists lets through what says nothing; ForAllValues is true of an empty set.
        lax = parts is not None and (parts["if_exists"] is not None or parts["set"] == "forallvalues:")
        for key, values in keys.items():
            yield KeyCondition(key=key, operator=name, values=values, absent=lax and key not in required)


def keeps_callers(statement: Statement, ours: Ours) -> bool:
    """Whether a condition keeps a statement to callers of our accounts."""
    return any(_keeps(each, ours) and not each.absent for each in comparisons(statement))


def keeps_resources(statement: Statement, ours: Ours) -> bool:
    """Whether a condition keeps a statement to resources of our accounts, as policies of VPC endpoints ask."""
    return any(
        each.operator in TEXTS
        and not each.absent
        and bool(each.values)
        and all(map(ours.has_name, each.values))
        for each in comparisons(statement)
        if each.key in RESOURCES
    )


def keeps_service(statement: Statement, ours: Ours, *, absent: bool = False) -> bool:
    """Whether a condition keeps a service to what it does for our accounts; `absent` lets its silence through."""
    return any(
        _keeps(each, ours, by_service=True) and (absent or not each.absent) for each in comparisons(statement)
    )


def _keeps(each: KeyCondition, ours: Ours, *, by_service: bool = False) -> bool:
    if each.key == MOUNT_TARGET:
        return each.operator == "bool" and set(each.values) == {"true"}
    # Negated operators, dates, other flags and networks say which requests, and never whose.
    if each.operator not in TEXTS | ARNS or not each.values:
        return False
    is_ours = _ownership(each, ours, by_service)
    return is_ours is not None and all(is_ours(value) for value in each.values)


def _ownership(each: KeyCondition, ours: Ours, by_service: bool) -> Callable[[str], bool] | None:
    """The question whether a value of a key is ours; None for a key that does not say whose a request is."""
    if each.key in ACCOUNTS:
        return lambda value: value in ours.accounts
    if each.key in ORGANISATIONS:
        return lambda value: value in ours.organisations
    if each.key in PATHS:
        return lambda value: "/" in value and value.partition("/")[0] in ours.organisations
    if each.key in NAMES or (by_service and each.key.startswith(SAID_BY_SERVICES)):
        return lambda value: (
            ours.has_arn(value) and (each.operator in ARNS or _keeps_to_parts(each.key, value))
        )
    return None


def _keeps_to_parts(key: str, pattern: str) -> bool:
    """Whether no wildcard before the account may run over a colon, as it does under StringLike.

    A role's path may hold colons. What services name as their source holds none where a region is.
    """
    before = pattern.split(":", 5)[:5]
    if key == "aws:sourcearn" and before[3] == "*":
        before[3] = ""
    return not any("*" in part or "?" in part for part in before)


def pinned(statement: Statement, key: str) -> tuple[str, ...]:
    """The whole values that a key must have one of; none where a request without it, or with another, passes."""
    found: list[str] = []
    for each in comparisons(statement):
        if each.key == key.lower() and each.operator in TEXTS | ARNS and not each.absent:
            found += () if any(_is_pattern(value) for value in each.values) else each.values
    return tuple(found)


def _is_pattern(value: str) -> bool:
    # A variable is filled in from the request, whatever the operator.
    return "*" in value or "?" in value or "${" in value


def holds_only(statement: Statement, expected: Mapping[str, tuple[tuple[str, str], ...]]) -> bool:
    """Whether each condition of a statement is among those expected: by key, operators with the values they take."""
    for operator, keys in statement.conditions.items():
        for key, values in keys.items():
            allowed = expected.get(key, ())
            if not values or any((operator, value.lower()) not in allowed for value in values):
                return False
    return True
