"""API calls, and the reasons why a resource cannot be created by them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

LONGEST = 120
"""Characters of a value that are shown: policies and user data run to thousands."""


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

    def as_json(self) -> dict[str, Any]:
        """The rejection as JSON data."""
        value = None if self.value is None else shortened(self.value)
        return {
            "call": self.call,
            "parameter": self.parameter,
            "rule": self.rule,
            "value": value,
            "follows": self.follows,
        }


class Rejected(Exception):
    """Raised by a creator, or by a call that it makes, when a resource cannot be created as asked."""

    def __init__(self, rejections: Sequence[Rejection]):
        self.rejections = tuple(rejections)
        super().__init__("; ".join(map(str, rejections)))


def refused(call: str, parameter: str, rule: str, value: Any = None) -> Rejected:
    """The refusal of one parameter of a call."""
    return Rejected([Rejection(call=call, parameter=parameter, rule=rule, value=value)])


def shortened(value: Any) -> str:
    """The value as Python spells it, cut where it is long."""
    text = repr(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
