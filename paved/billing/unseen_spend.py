"""Spend of teams that the budget in AWS does not count: its filter takes the exact key and value of the team tag."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, localcontext

from paved.billing.allocation import AllocatedLine
from pricing.money import DIGITS, cents
from reference.tags import COST_TAG, SERVICE_TAG

BY_STACK = f"no `{COST_TAG}` tag; told by `{SERVICE_TAG}`"
BY_ACCOUNT = f"no `{COST_TAG}` tag; told by the account"
BY_NAMESPACE = "a part of a shared node; told by the namespace"


@dataclass(frozen=True, kw_only=True)
class UnseenSpend:
    """A team's cost in a month that its budget in AWS does not count, and why not."""

    team: str
    reason: str
    amount: Decimal


def unseen_spend(lines: Iterable[AllocatedLine]) -> tuple[UnseenSpend, ...]:
    """The spend by team and reason, the largest of each team first."""
    sums: dict[tuple[str, str], Decimal] = {}
    with localcontext(prec=DIGITS):
        for each in lines:
            reason = _reason(each) if each.key.owner.kind == "team" else None
            if reason:
                key = (each.key.owner.team, reason)
                sums[key] = sums.get(key, Decimal(0)) + each.cost
    found: list[UnseenSpend] = []
    for (team, reason), amount in sums.items():
        if cents(amount):
            found.append(UnseenSpend(team=team, reason=reason, amount=cents(amount)))
    return tuple(sorted(found, key=lambda each: (each.team, -each.amount, each.reason)))


def _reason(each: AllocatedLine) -> str | None:
    """Why the filter of the budget does not match a line; None where it does."""
    line, team = each.line, each.key.owner.team
    if line.namespace and line.namespace == each.key.owner.stack:
        return BY_NAMESPACE
    if line.team_key:
        return f"the tag's key is `{line.team_key}`"
    if line.team == team:
        return None
    if line.team.strip():
        return f"the tag's value is `{line.team}`"
    return BY_STACK if line.stack.strip() else BY_ACCOUNT
