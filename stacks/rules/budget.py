"""Rules of a team's budget."""

from collections.abc import Iterator
from itertools import pairwise

from stacks.problems import Problem, at
from stacks.schema import Team


def thresholds_rise(stack: Team) -> Iterator[Problem]:
    """AWS refuses two notifications alike, and a list that rises is read without a mistake."""
    for key in ("actual_percent", "forecast_percent"):
        found = getattr(stack.budget, key)
        if any(left >= right for left, right in pairwise(found)):
            yield at("budget", key, says=f"must rise from entry to entry, got {', '.join(map(str, found))}")


def the_approved_ceiling_covers_the_budget(stack: Team) -> Iterator[Problem]:
    """What is expected in a month is less than what was approved at most."""
    budget = stack.budget
    if budget.approved_ceiling_usd < budget.monthly_usd:
        says = f"must be at least `monthly_usd`, which is {budget.monthly_usd:,f}"
        yield at("budget", "approved_ceiling_usd", says=f"{says}, got {budget.approved_ceiling_usd:,f}")


BUDGET_RULES = (thresholds_rise, the_approved_ceiling_covers_the_budget)
