"""Whose a charge is, by its tags: a team's, the shared platform's, or nobody's."""

from dataclasses import dataclass
from typing import Literal, get_args

from paved.billing.bill_line import BillLine
from paved.billing.budget_owners import BudgetOwner, BudgetOwners

UNKNOWN = "—"
"""Shown where a stack, a cost center or an environment cannot be told."""

Kind = Literal["team", "shared", "unallocated"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, kw_only=True, order=True)
class CostOwner:
    """Who a charge falls to. `stack` is "" where tags do not tell which of several; `tag` is an unknown team's."""

    kind: Kind
    team: str = ""
    stack: str = ""
    tag: str = ""

    @property
    def label(self) -> str:
        """The holder in a table."""
        match self.kind:
            case "team":
                return self.team
            case "shared":
                return f"{self.team} (shared)" if self.team else "shared"
            case "unallocated":
                return f"tagged {self.tag}, no team of ours" if self.tag else "without a team tag"

    @property
    def place(self) -> str:
        """The holder where one team's stacks are told apart."""
        return self.stack or self.label


def holder(charge: BillLine, organisation: BudgetOwners) -> CostOwner:
    """Whose a charge is. The team tag decides; without it the stack tag does.

    Tag values are compared without regard to case and surrounding blanks, in which people differ.
    """
    team, stack = charge.team.strip().casefold(), charge.stack.strip().casefold()
    owned = organisation.by_name.get(stack)
    if owned and team in (owned.team, ""):
        return owner(owned)
    if team in organisation.teams:
        own = organisation.of_team(team)
        return CostOwner(kind="team", team=team, stack=own[0].stack if len(own) == 1 else "")
    if team in organisation.shared_owners:
        return CostOwner(kind="shared", team=team)
    return CostOwner(kind="unallocated", tag=charge.team.strip())


def owner(owned: BudgetOwner) -> CostOwner:
    """The holder of a stack's cost."""
    return CostOwner(kind="shared" if owned.is_shared else "team", team=owned.team, stack=owned.stack)
