"""A stack to audit, and the limits of the account that it was rehearsed into."""

from dataclasses import dataclass

from paved.aws.reading.lookup import TargetAccount
from paved.aws.services import SimulatorGap
from paved.plan.model import Plan
from paved.plan.planner import Planner


@dataclass(frozen=True, kw_only=True)
class AuditedStack:
    """The stack that is audited, the account and region it belongs in, and the tags of its resources.

    `others` are the stacks of the same folder: a resource with the tag of one of them belongs to that one.
    """

    plan: Plan
    target: TargetAccount
    region: str
    team: str
    others: tuple[str, ...]

    @classmethod
    def of(cls, planner: Planner, name: str) -> "AuditedStack":
        """A stack of a folder, planned. Raises ConfigError for a mistake in its file or in those it refers to."""
        declared = planner.config(name).stack
        return cls(
            plan=planner.plan(name),
            target=TargetAccount(account=declared.account.id, partition=declared.account.partition),
            region=declared.account.region,
            team=declared.owner.team,
            others=planner.names,
        )


@dataclass(frozen=True, kw_only=True)
class SimulatorLimits:
    """The limits of a rehearsed account: URNs that were only validated, and properties that moto does not return."""

    validated: frozenset[str]
    gaps: tuple[SimulatorGap, ...]

    def gap_of(self, type: str, path: str) -> SimulatorGap | None:
        """The gap that a property of a resource is in."""
        return next((gap for gap in self.gaps if gap.covers(type, path)), None)
