"""The types of resources that an audit compares: the reader of each, and the inputs that are compared."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypedDict, Unpack

from paved.aws.reading.facts import Concern, Found
from paved.aws.reading.lookup import Lookup
from paved.aws.services import service_modules

Reader = Callable[[Lookup], Found]
"""Finds one resource in the account. Raises NotFound where there is none."""

PROVIDER = "steers the provider, the account does not keep it"
ON_CREATION = "said once, when it is created; the account does not tell it"
COSTS = "Cost Explorer answers for a cent a page, and an audit is free"


@dataclass(frozen=True, kw_only=True)
class AuditedType:
    """The comparison of one type.

    `by` are the inputs it is found by. `concerns` overrule `concern` for single inputs. `left_out` are inputs
    that are not compared, each with the reason. `assumed` are values of inputs that a plan leaves out, as the
    provider or AWS sets them. `documents` hold JSON text. `tagged`: it carries tags.
    """

    type: str
    read: Reader
    concern: Concern
    by: tuple[str, ...]
    concerns: Mapping[str, Concern] = field(default_factory=dict)
    left_out: Mapping[str, str] = field(default_factory=dict)
    assumed: Mapping[str, Any] = field(default_factory=dict)
    documents: tuple[str, ...] = ()
    tagged: bool = False


class AuditOptions(TypedDict, total=False):
    """The fields of AuditedType that most types do without."""

    concerns: Mapping[str, Concern]
    left_out: Mapping[str, str]
    assumed: Mapping[str, Any]
    documents: tuple[str, ...]
    tagged: bool


_AUDITED_TYPES: dict[str, AuditedType] = {}


def reads(
    type: str, concern: Concern, by: tuple[str, ...], **options: Unpack[AuditOptions]
) -> Callable[[Reader], Reader]:
    """Register a function as the reader of a type. Raises ValueError for a second one."""

    def register(reader: Reader) -> Reader:
        if type in _AUDITED_TYPES:
            other = _AUDITED_TYPES[type].read.__name__
            raise ValueError(f"{type} has two readers: {other}, {reader.__name__}")
        _AUDITED_TYPES[type] = AuditedType(type=type, read=reader, concern=concern, by=by, **options)
        return reader

    return register


def audited_types() -> Mapping[str, AuditedType]:
    """Every type that is compared, by its token."""
    service_modules()
    return _AUDITED_TYPES
