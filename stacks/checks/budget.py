"""Checks of budgets: of a team, and of an account."""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from stacks.checks.check import check, folder_check
from stacks.checks.organisation import Organisation, StackProblem
from stacks.reading.problems import Problem, at
from stacks.schema import Foundation, Team
from stacks.schema.budget import MonthlyBudget


@check(Team)
def thresholds_rise(stack: Team) -> Iterator[Problem]:
    """Refuse percentages of a team's budget that do not rise."""
    yield from _thresholds(stack.budget, "budget")


@check(Team)
def the_approved_ceiling_covers_the_budget(stack: Team) -> Iterator[Problem]:
    """Refuse an approved ceiling, which is of a month at every pool's maximum, below the expected month."""
    budget = stack.budget
    if budget.approved_ceiling_usd < budget.monthly_usd:
        says = f"must be at least `monthly_usd`, which is {budget.monthly_usd:,f}"
        yield at("budget", "approved_ceiling_usd", says=f"{says}, got {budget.approved_ceiling_usd:,f}")


@check(Foundation)
def thresholds_of_the_account_rise(stack: Foundation) -> Iterator[Problem]:
    """Refuse percentages of an account's budget that do not rise."""
    if stack.guardrails.budget:
        yield from _thresholds(stack.guardrails.budget, "guardrails", "budget")


@check(Foundation)
def the_account_may_spend_what_its_teams_may(stack: Foundation) -> Iterator[Problem]:
    """Refuse an account's budget below its teams' ceiling, which would always be the first to break."""
    section = stack.guardrails
    if section.budget and section.budget.monthly_usd < section.monthly_ceiling_usd:
        says = f"must be at least `monthly_ceiling_usd`, which is {section.monthly_ceiling_usd:,f}"
        yield at("guardrails", "budget", "monthly_usd", says=f"{says}, got {section.budget.monthly_usd:,f}")


@check(Team)
def no_month_is_above_the_budget(stack: Team) -> Iterator[Problem]:
    """Refuse a planned month above `monthly_usd`, which ceilings are held to as the team's dearest month."""
    budget = stack.budget
    for position, usd in enumerate(budget.planned.monthly_usd if budget.planned else ()):
        if usd > budget.monthly_usd:
            says = f"must be at most `monthly_usd`, which is {budget.monthly_usd:,f}, got {usd:,f}"
            yield at("budget", "planned", "monthly_usd", position, says=says)


@check(Team)
def a_freeze_has_nodes_to_deny(stack: Team) -> Iterator[Problem]:
    """Refuse a freeze without training: only the nodes of its pools bear the team's tag when they start."""
    if stack.budget.freeze and stack.training is None:
        yield at("budget", "freeze", says="needs `training`: a team without pools starts no nodes")


@check(Team)
def a_freeze_can_act(stack: Team) -> Iterator[Problem]:
    """Refuse a freeze that waits for more than the month at every pool's maximum may cost."""
    budget = stack.budget
    if budget.freeze is None:
        return
    dearest = max(budget.planned.monthly_usd) if budget.planned else budget.monthly_usd
    acts, ceiling = dearest * budget.freeze.percent / 100, budget.approved_ceiling_usd
    if acts > ceiling:
        says = (
            f"must be at most {int(100 * ceiling / dearest)}, or it never acts: {budget.freeze.percent}% of "
        )
        says += f"{dearest:,f} is {acts:,.2f}, and no month may cost more than `approved_ceiling_usd`, {ceiling:,f}"
        yield at("budget", "freeze", "percent", says=says)


@check(Team)
def a_rate_has_nodes_and_readers(stack: Team) -> Iterator[Problem]:
    """Refuse an alert of the pace of spend that no node raises, or that nobody gets."""
    if stack.budget.rate is None:
        return
    if stack.training is None or not stack.training.pools:
        says = "needs `training.pools`: it looks at the nodes of the team's own"
        yield at("budget", "rate", says=says)
    if stack.monitoring is None:
        yield at("budget", "rate", says="needs `monitoring`, which says who is told")


@check(Team)
def a_rate_can_be_reached(stack: Team) -> Iterator[Problem]:
    """Refuse a pace of spend above that of every pool's maximum, of which nobody would ever hear."""
    budget = stack.budget
    if budget.rate is None:
        return
    alerts, ceiling = budget.monthly_usd * budget.rate.percent / 100, budget.approved_ceiling_usd
    if alerts >= ceiling:
        most = int(100 * ceiling / budget.monthly_usd)
        says = (
            f"must be below {most}, or it never alerts: {budget.rate.percent}% of {budget.monthly_usd:,f} is "
        )
        says += f"{alerts:,.2f}, and no month may cost more than `approved_ceiling_usd`, {ceiling:,f}"
        yield at("budget", "rate", "percent", says=says)


@folder_check
def planned_months_are_not_over(organisation: Organisation) -> Iterator[StackProblem]:
    """Refuse a planned budget after its twelve months, for which nobody agreed to a limit."""
    today = organisation.as_of
    if today is None:
        return
    for name, team in organisation.teams.items():
        if team.budget.planned:
            year, month = map(int, team.budget.planned.first_month.split("-"))
            if today >= date(year + 1, month, 1):
                says = f"is {team.budget.planned.first_month}, and its twelve months were over on {today}"
                yield name, at("budget", "planned", "first_month", says=says)


def _thresholds(budget: MonthlyBudget, *path: str) -> Iterator[Problem]:
    for key in ("actual_percent", "forecast_percent"):
        found = getattr(budget, key)
        # AWS refuses two notifications alike, and a list that rises is read without a mistake.
        if any(left >= right for left, right in pairwise(found)):
            yield at(*path, key, says=f"must rise from entry to entry, got {', '.join(map(str, found))}")
