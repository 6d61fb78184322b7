"""The outcome of each resource of a rehearsal, as plain data."""

from dataclasses import dataclass
from typing import Any, Literal

from paved.aws.creating.rejections import Call, Rejection

Status = Literal["created", "validated", "rejected"]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """The outcome of one resource. `warnings` are values that only AWS can judge."""

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
            "rejections": [rejection.as_json() for rejection in self.rejections],
            "warnings": list(self.warnings),
        }
