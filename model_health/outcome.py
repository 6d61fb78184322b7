"""The outcome of a check: passed, failed, or not to be told, with the reason."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

State = Literal["passed", "failed", "cannot_tell"]


class CannotTell(Exception):
    """The data does not answer the question of a monitor. Its text is the reason."""


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A value, the number of rows that it is of, and what it is made up of."""

    value: float
    rows: int
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """The outcome of one monitor. `value` is missing where there is none to tell."""

    monitor: str
    kind: str
    state: State
    threshold: float
    severity: str
    value: float | None = None
    rows: int = 0
    reason: str = ""
    retrain: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
