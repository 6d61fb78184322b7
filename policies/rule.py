"""A rule: a pure function over a resource and its stack, with everything a reader of a finding asks."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Literal

from policies.resources import JudgedStack, Resource
from policies.values import Truth
from reference.security_level import LEVELS


class Level(Enum):
    """The effect of a violation: it refuses the deployment, or it is shown and refuses nothing."""

    MANDATORY = "mandatory"
    ADVISORY = "advisory"


class Severity(Enum):
    """The harm that a broken rule can do."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


@dataclass(frozen=True, kw_only=True)
class Enforcement:
    """The level of a rule by environment."""

    dev: Level
    staging: Level
    prod: Level

    def level(self, environment: str | None) -> Level:
        """The level in an environment; prod's where it is not known."""
        # An environment that is misspelt or left out must not make a rule weaker.
        return {"dev": self.dev, "staging": self.staging}.get(environment or "", self.prod)


EVERYWHERE = Enforcement(dev=Level.MANDATORY, staging=Level.MANDATORY, prod=Level.MANDATORY)
BEYOND_DEV = Enforcement(dev=Level.ADVISORY, staging=Level.MANDATORY, prod=Level.MANDATORY)
ADVICE = Enforcement(dev=Level.ADVISORY, staging=Level.ADVISORY, prod=Level.ADVISORY)


@dataclass(frozen=True)
class Claim:
    """One statement of a rule about a resource: a truth, and the message where it does not hold."""

    holds: Truth
    message: str
    is_advice: bool = False


def claim(holds: Truth | bool, message: str) -> Claim:
    """A claim of the rule's own level. `message` names properties and what they must be, never their values."""
    # The engine hands secrets to a rule in clear text and does not say which values are secret.
    return Claim(Truth.of(holds), message)


def advice(holds: Truth | bool, message: str) -> Claim:
    """A claim that refuses nothing, whatever the rule's level."""
    return Claim(Truth.of(holds), message, is_advice=True)


SHOWN = 6
"""How many names a message has."""


def few(names: Sequence[str]) -> str:
    """Names as a message lists them: the first ones, and how many more there are."""
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more


Check = Callable[[Resource, JudgedStack], Iterator[Claim]]
Scope = Literal["resource", "stack"]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule. `scope` is what its check looks at: the resource and its provider alone, or the whole stack.

    `advises` says that some of its claims are advice, whatever its level.

    `security` is the level of security from which on it binds: below it its findings refuse nothing and are shown
    only as what is missing for that level.

    `cluster` names what holds the same in the cluster, whoever writes the object, or says why only the plan does. A
    rule that looks at no Kubernetes object has none.

    A pending rule has no check: `pending` says which record nothing writes yet. It is listed, never passed.
    """

    id: str
    name: str
    title: str
    why: str
    fix: str
    cluster: str | None = None
    severity: Severity
    enforcement: Enforcement
    owner: str
    controls: tuple[str, ...] = ()
    scope: Scope = "resource"
    advises: bool = False
    security: str = "standard"
    kinds: tuple[str, ...] = ()
    check: Check | None = None
    pending: str | None = None
    note: str | None = None
    since: str = "2026.11"

    def __post_init__(self) -> None:
        # A rule with neither would pass every stack unseen.
        if (self.check is None) == (self.pending is None):
            raise ValueError(f"{self.id} needs either a check or the reason why it is pending")
        if self.security not in LEVELS:
            raise ValueError(f"{self.id} binds from `{self.security}` on, which is no level of security")
