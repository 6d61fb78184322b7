"""Checks of what stacks share: addresses, clusters, cost tags and the organisation's money."""

from collections.abc import Iterator
from itertools import combinations

from stacks.checks.check import folder_check
from stacks.checks.network import parsed
from stacks.checks.organisation import Organisation, StackProblem
from stacks.reading.problems import at


@folder_check
def networks_are_apart(organisation: Organisation) -> Iterator[StackProblem]:
    """Refuse networks that overlap, which can never be peered or routed to each other."""
    for (one, first), (other, second) in combinations(organisation.foundations.items(), 2):
        left, right = parsed(first.network.cidr), parsed(second.network.cidr)
        if left and right and left.overlaps(right):
            yield one, at("network", "cidr", says=f"{left} overlaps {right} of `{other}`: take another")
            yield other, at("network", "cidr", says=f"{right} overlaps {left} of `{one}`: take another")


@folder_check
def a_foundation_has_one_platform(organisation: Organisation) -> Iterator[StackProblem]:
    """Refuse two platforms on one foundation: operators, their definitions and queues exist once in a cluster."""
    for (one, first), (other, second) in combinations(organisation.platforms.items(), 2):
        if first.foundation == second.foundation:
            yield one, at("foundation", says=f"is `{first.foundation}`, on which `{other}` stands already")
            yield other, at("foundation", says=f"is `{second.foundation}`, on which `{one}` stands already")


@folder_check
def a_cost_tag_means_one_stack(organisation: Organisation) -> Iterator[StackProblem]:
    """Refuse two stacks of an account with one value of the tag `team`, by which a budget filters the bill."""
    bearers: dict[tuple[str, str], list[str]] = {}
    for name, stack in sorted(organisation.stacks.items()):
        bearers.setdefault((stack.owner.team, stack.account.id), []).append(name)
    for name, team in organisation.teams.items():
        for other in bearers[team.owner.team, team.account.id]:
            if other != name:
                says = (
                    f"is `{team.owner.team}`, as in `{other}` of the same account {team.account.id}: "
                    "the budget could not tell their costs apart"
                )
                yield name, at("owner", "team", says=says)


@folder_check
def budgets_stay_below_the_ceiling(organisation: Organisation) -> Iterator[StackProblem]:
    """Refuse budgets of an account's teams that add up to more than the organisation allows it."""
    for name, foundation in organisation.foundations.items():
        budgets = {
            team: stack.budget.monthly_usd
            for team, stack in organisation.teams.items()
            if stack.account.id == foundation.account.id
        }
        ceiling, total = foundation.guardrails.monthly_ceiling_usd, sum(budgets.values())
        if total > ceiling:
            each = ", ".join(f"{team} {usd:,f}" for team, usd in budgets.items())
            says = f"must cover the team budgets of the account, {total:,f} ({each}), got {ceiling:,f}"
            yield name, at("guardrails", "monthly_ceiling_usd", says=says)
