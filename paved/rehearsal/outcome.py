"""What a rehearsal found out: one outcome per resource, as plain data."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

Status = Literal["created", "validated", "rejected"]


@dataclass(frozen=True, kw_only=True)
class Call:
    """One API call. `ran` says whether the simulator executed it, or only the API model accepted it."""

    service: str
    operation: str
    ran: bool

    def __str__(self) -> str:
        return f"{self.service}.{self.operation}"


@dataclass(frozen=True, kw_only=True)
class Rejection:
    """Why a resource was refused: the call and the parameter where there is one, the rule, the value found.

    `follows` says that nothing is wrong with the resource itself: it needs another one that was refused.
    """

    rule: str
    call: str | None = None
    parameter: str | None = None
    value: Any = None
    follows: bool = False

    def __str__(self) -> str:
        where = " ".join(part for part in (self.call, self.parameter and f"`{self.parameter}`") if part)
        found = f", got {shortened(self.value)}" if self.value is not None else ""
        return f"{where}: {self.rule}{found}" if where else f"{self.rule}{found}"


class Rejected(Exception):
    """Raised by a handler, or by a call that it makes, when a resource cannot be created as asked."""

    def __init__(self, rejections: Sequence[Rejection]):
        self.rejections = tuple(rejections)
        super().__init__("; ".join(map(str, rejections)))


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one resource. `warnings` are values that only AWS can judge."""

    urn: str
    type: str
    name: str
    service: str
    status: Status
    id: str | None = None
    calls: tuple[Call, ...] = ()
    rejections: tuple[Rejection, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def only_follows(self) -> bool:
        """Whether it was rejected for want of another resource alone."""
        return bool(self.rejections) and all(rejection.follows for rejection in self.rejections)

    def as_json(self) -> dict[str, Any]:
        """The outcome as JSON data."""
        return {
            "urn": self.urn,
            "type": self.type,
            "name": self.name,
            "service": self.service,
            "status": self.status,
            "id": self.id,
            "calls": [{"call": str(call), "ran": call.ran} for call in self.calls],
            "rejections": [
                {
                    "call": r.call,
                    "parameter": r.parameter,
                    "rule": r.rule,
                    "value": None if r.value is None else shortened(r.value),
                    "follows": r.follows,
                }
                for r in self.rejections
            ],
            "warnings": list(self.warnings),
        }


LONGEST = 120
"""Characters of a value that are shown: policies and user data run to thousands."""


def shortened(value: Any) -> str:
    """The value as Python spells it, cut where it is long."""
    text = repr(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
