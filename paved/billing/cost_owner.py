"""The owner of a cost, by the tags and the account of a bill line: a team, the shared platform, or nobody."""

from dataclasses import dataclass
from typing import Literal, get_args

from paved.billing.bill_line import BillLine
from paved.billing.budget_owners import BudgetOwner, BudgetOwners

OwnerKind = Literal["team", "shared", "common", "unallocated", "outside"]
OWNER_KINDS: tuple[OwnerKind, ...] = get_args(OwnerKind)
"""Every kind, in the order of a table. `common` is charged for whole accounts, `outside` for accounts of no stack."""

CommonCharge = Literal["tax", "support", "plan fees"]


@dataclass(frozen=True, kw_only=True, order=True)
class CostOwner:
    """The owner of a cost.

    `stack` is "" where tags do not say which of a team's stacks it is; `tag` is a team that no stack file knows;
    `charge` is what a common cost is for; `account` is one that no stack file names.
    """

    kind: OwnerKind
    team: str = ""
    stack: str = ""
    tag: str = ""
    charge: str = ""
    account: str = ""

    @property
    def label(self) -> str:
        """The owner in a table by team."""
        match self.kind:
            case "team":
                return self.team
            case "shared":
                return f"{self.team} (shared)" if self.team else "shared"
            case "common":
                return f"{self.charge} of whole accounts"
            case "unallocated":
                return f"tagged {self.tag}, no team of ours" if self.tag else "without a team tag"
            case "outside":
                return f"account {self.account}, of no stack"

    @property
    def stack_or_label(self) -> str:
        """The owner in a table that has a team's stacks apart."""
        return self.stack or self.label


def line_owner(line: BillLine, budget_owners: BudgetOwners) -> CostOwner:
    """The owner of a bill line: by the namespace that the provider allocated it to, else by its
    team tag, else by its stack tag, else by its account.
    """
    # Tags are written by hand: their values differ in case and surrounding blanks for one and the same team.
    team, stack = line.team.strip().casefold(), line.stack.strip().casefold()
    allocated = budget_owners.by_stack.get(line.namespace)
    if allocated and not allocated.is_shared:
        return stack_owner(allocated)
    tagged = budget_owners.by_stack.get(stack)
    if tagged and team in (tagged.team, ""):
        return stack_owner(tagged)
    if team in budget_owners.teams:
        return team_owner(team, budget_owners)
    if team in budget_owners.shared_teams:
        return CostOwner(kind="shared", team=team)
    if line.account and line.account not in budget_owners.accounts:
        return CostOwner(kind="outside", account=line.account)
    return (
        CostOwner(kind="unallocated", tag=line.team.strip()) if team else _account_owner(line, budget_owners)
    )


def team_owner(team: str, budget_owners: BudgetOwners) -> CostOwner:
    """The owner of what names a team and no stack: its stack, where it has only one."""
    own = budget_owners.of_team(team)
    return CostOwner(kind="team", team=team, stack=own[0].stack if len(own) == 1 else "")


def stack_owner(budget_owner: BudgetOwner) -> CostOwner:
    """The owner of all that one stack costs."""
    kind: OwnerKind = "shared" if budget_owner.is_shared else "team"
    return CostOwner(kind=kind, team=budget_owner.team, stack=budget_owner.stack)


def _account_owner(line: BillLine, budget_owners: BudgetOwners) -> CostOwner:
    """The owner of a line of our accounts that has no tag."""
    sole = budget_owners.sole_teams.get(line.account)
    if sole:
        return team_owner(sole, budget_owners)
    charge = common_charge(line)
    return CostOwner(kind="common", charge=charge) if charge else CostOwner(kind="unallocated")


def common_charge(line: BillLine) -> CommonCharge | None:
    """The charge of a line that is for an account as a whole, and for no use of anything in it; None for others."""
    service = line.service.casefold()
    if line.category == "Tax":
        return "tax"
    if "support" in service:
        return "support"
    # Cost Explorer calls fees by the plans that they are of.
    is_plan = line.commitment is not None and (
        line.category == "Purchase" or line.commitment.status == "Unused"
    )
    return "plan fees" if is_plan or service.startswith("savings plans for") else None
