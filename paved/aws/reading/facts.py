"""The facts that an audit looks for and the resources that it finds, as plain data."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final, Literal

Concern = Literal[
    "budget",
    "encryption",
    "identity",
    "logging",
    "network",
    "public access",
    "recovery",
    "settings",
    "tags",
    "unmanaged",
]
"""The question of an auditor that a fact answers."""
Kind = Literal["missing", "changed", "extra", "beside"]
Severity = Literal["high", "medium", "low"]

SEVERITY: Mapping[Concern, Severity] = {
    "encryption": "high",
    "identity": "high",
    "network": "high",
    "public access": "high",
    "budget": "medium",
    "logging": "medium",
    "recovery": "medium",
    "unmanaged": "medium",
    "settings": "low",
    "tags": "low",
}


BESIDE_SEVERITY: Mapping[Severity, Severity] = {"high": "medium", "medium": "low", "low": "low"}
"""The severity of what stands beside the stacks: others may have things of their own in an account."""


class NotReturned(Enum):
    """The one value of a property that AWS accepts and never returns."""

    NOT_RETURNED = "not returned"


NOT_RETURNED: Final = NotReturned.NOT_RETURNED


@dataclass(frozen=True)
class Reference:
    """A value that only the account knows: a name of one of these planned resources.

    `is_certain` is False where it may come from another stack as well.
    """

    urns: tuple[str, ...]
    is_certain: bool = True


@dataclass(frozen=True, kw_only=True)
class Fact:
    """The planned value of one property of one resource. `is_document`: JSON text, compared by its meaning."""

    concern: Concern
    property: str
    value: Any
    is_document: bool = False


@dataclass(frozen=True, kw_only=True)
class Content:
    """A part of a resource that the plan may have as a resource of its own, which `name` is a name of.

    `service` is its tag of that name: a part that another stack makes is of that stack's plan. It is read only
    of a part that this stack does not have.
    """

    kind: str
    name: str
    label: str
    concern: Concern
    service: Callable[[], str | None] = lambda: None


Deferred = Callable[[], Any]
"""A read that is made only when its value is compared, so that one denied call hides nothing else."""
Contents = Mapping[str, Callable[[], Iterable[Content]]]
"""The parts of a resource by their kind, each kind read by itself."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """One resource as the account has it, in the plan's spelling.

    `names` are its ids and ARNs. A value of `properties` may be `Deferred`.
    """

    names: tuple[str, ...]
    properties: Mapping[str, Any] = field(default_factory=dict)
    tags: Callable[[], Mapping[str, str]] | None = None
    contents: Contents = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One way in which the account differs from the plan."""

    kind: Kind
    severity: Severity
    concern: Concern
    address: str
    property: str | None = None
    planned: str | None = None
    found: str | None = None


@dataclass(frozen=True, kw_only=True)
class Unread:
    """A call about a resource that AWS did not answer, and the IAM action that the caller lacks, if that is why."""

    address: str
    call: str
    reason: str
    action: str | None
