"""The owner of a cost, by the tags of a bill line: a team, the shared platform, or nobody."""

from dataclasses import dataclass
from typing import Literal, get_args

from paved.billing.bill_line import BillLine
from paved.billing.budget_owners import BudgetOwner, BudgetOwners

OwnerKind = Literal["team", "shared", "unallocated"]
OWNER_KINDS: tuple[OwnerKind, ...] = get_args(OwnerKind)
"""Every kind, in the order of a table."""


@dataclass(frozen=True, kw_only=True, order=True)
class CostOwner:
    """The owner of a cost.

    `stack` is "" where tags do not say which of a team's stacks it is; `tag` is a team that no stack file knows.
    """

    kind: OwnerKind
    team: str = ""
    stack: str = ""
    tag: str = ""

    @property
    def label(self) -> str:
        """The owner in a table by team."""
        match self.kind:
            case "team":
                return self.team
            case "shared":
                return f"{self.team} (shared)" if self.team else "shared"
            case "unallocated":
                return f"tagged {self.tag}, no team of ours" if self.tag else "without a team tag"

    @property
    def stack_or_label(self) -> str:
        """The owner in a table that has a team's stacks apart."""
        return self.stack or self.label


def line_owner(line: BillLine, budget_owners: BudgetOwners) -> CostOwner:
    """The owner of a bill line. The team tag decides; without it the stack tag does."""
    # Tags are written by hand: their values differ in case and surrounding blanks for one and the same team.
    team, stack = line.team.strip().casefold(), line.stack.strip().casefold()
    tagged = budget_owners.by_stack.get(stack)
    if tagged and team in (tagged.team, ""):
        return stack_owner(tagged)
    if team in budget_owners.teams:
        # The team's tag alone names no stack, unless the team has only one.
        own = budget_owners.of_team(team)
        return CostOwner(kind="team", team=team, stack=own[0].stack if len(own) == 1 else "")
    if team in budget_owners.shared_teams:
        return CostOwner(kind="shared", team=team)
    return CostOwner(kind="unallocated", tag=line.team.strip())


def stack_owner(budget_owner: BudgetOwner) -> CostOwner:
    """The owner of all that one stack costs."""
    kind: OwnerKind = "shared" if budget_owner.is_shared else "team"
    return CostOwner(kind=kind, team=budget_owner.team, stack=budget_owner.stack)
