"""Which types of resources an audit compares, how it finds each, and by which inputs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

from paved.aws.reading.facts import Concern, Found

if TYPE_CHECKING:
    from paved.aws.reading.lookup import Lookup

Reader = Callable[["Lookup"], Found]
"""Finds one resource in the account. Raises NotFound where there is none."""

PROVIDER = "steers the provider, the account does not keep it"
ON_CREATION = "said once, when it is created; the account does not tell it"
COSTS = "Cost Explorer answers for a cent a page, and an audit is free"


@dataclass(frozen=True, kw_only=True)
class AuditedType:
    """How one type is compared.

    `by` are the inputs it is found by. `concerns` overrule `concern` for single inputs. `left_out` are inputs
    that are not compared, each with the reason. `assumed` are values of inputs that a plan leaves out, as the
    provider or AWS sets them. `documents` hold JSON text. `is_tagged`: it bears tags.
    """

    type: str
    read: Reader
    concern: Concern
    by: frozenset[str]
    concerns: Mapping[str, Concern] = field(default_factory=dict)
    left_out: Mapping[str, str] = field(default_factory=dict)
    assumed: Mapping[str, Any] = field(default_factory=dict)
    documents: frozenset[str] = frozenset()
    is_tagged: bool = False


NOT_COMPARED: Mapping[str, str] = {
    "aws:cloudcontrol/resource:Resource": COSTS,
    "aws:costexplorer/anomalyMonitor:AnomalyMonitor": COSTS,
    "aws:costexplorer/anomalySubscription:AnomalySubscription": COSTS,
}
"""Types that stay out of an audit on purpose."""

_SUBJECTS: dict[str, AuditedType] = {}


def reads(
    type: str,
    concern: Concern,
    by: tuple[str, ...],
    *,
    concerns: Mapping[str, Concern] | None = None,
    left_out: Mapping[str, str] | None = None,
    assumed: Mapping[str, Any] | None = None,
    documents: tuple[str, ...] = (),
    tagged: bool = False,
) -> Callable[[Reader], Reader]:
    """Register a function as the reader of a type."""

    def register(reader: Reader) -> Reader:
        if type in _SUBJECTS:
            raise ValueError(f"{type} has two readers: {_SUBJECTS[type].read.__name__}, {reader.__name__}")
        _SUBJECTS[type] = AuditedType(
            type=type,
            read=reader,
            concern=concern,
            by=frozenset(by),
            concerns=concerns or {},
            left_out=left_out or {},
            assumed=assumed or {},
            documents=frozenset(documents),
            is_tagged=tagged,
        )
        return reader

    return register


def audited_types() -> Mapping[str, AuditedType]:
    """Every type that is compared, by its token."""
    from paved.audit import readers

    for module in iter_modules(readers.__path__):
        import_module(f"{readers.__name__}.{module.name}")
    return _SUBJECTS
