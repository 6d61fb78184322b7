"""A stack to audit, and the limits of the account that it was rehearsed into."""

from dataclasses import dataclass

from paved.audit.known import Known
from paved.aws.reading.lookup import TargetAccount
from paved.aws.services import SimulatorGap
from paved.plan.model import Plan
from paved.plan.planner import Planner
from stacks.schema.foundation import Foundation


@dataclass(frozen=True, kw_only=True)
class AuditedStack:
    """The stack that is audited, the account and region it belongs in, and the tags of its resources.

    `others` are the stacks of the same folder: a resource with the tag of one of them belongs to that one.
    `answers_for_account`: what stands beside the stacks of the folder in its account is told, too. `known` is what
    somebody answers for although no plan has it, `files` the text of the stack files, whose people may be there.
    """

    plan: Plan
    target: TargetAccount
    region: str
    team: str
    others: tuple[str, ...]
    answers_for_account: bool = False
    known: tuple[Known, ...] = ()
    files: str = ""

    @classmethod
    def of(cls, planner: Planner, name: str, known: tuple[Known, ...] = ()) -> "AuditedStack":
        """A stack of a folder, planned. Raises ConfigError for a mistake in its file or in those it refers to."""
        declared = planner.config(name).stack
        return cls(
            plan=planner.plan(name),
            target=TargetAccount(account=declared.account.id, partition=declared.account.partition),
            region=declared.account.region,
            team=declared.owner.team,
            others=planner.names,
            answers_for_account=isinstance(declared, Foundation),
            known=known,
            files="".join(planner.config(each).stack.model_dump_json() for each in planner.names),
        )


@dataclass(frozen=True, kw_only=True)
class SimulatorLimits:
    """The limits of a rehearsed account: URNs that were only validated, and properties that moto does not return."""

    validated: frozenset[str]
    gaps: tuple[SimulatorGap, ...]

    def gap_of(self, type: str, path: str) -> SimulatorGap | None:
        """The gap that a property of a resource is in."""
        return next((gap for gap in self.gaps if gap.covers(type, path)), None)
