"""The five lines that a plan begins with: verdict, money, security, protection, warnings."""

from collections.abc import Iterator

from paved.cost.stack_cost import StackCost
from paved.plan.capacity import Row
from paved.plan.model import Plan
from paved.policy.security_view import met_in_words
from paved.table_text import counted
from policies.evaluation import PolicyReport
from policies.security_level import SecurityResult
from pricing.money import usd


def summary_rows(
    plan: Plan, cost: StackCost, report: PolicyReport, security: SecurityResult, warnings: int
) -> Iterator[Row]:
    """Yield the summary of one stack, the verdict first."""
    yield "verdict", verdict(report)
    yield "money", money(cost)
    yield "security", f"promises {security.promised}, {met_in_words(security)}"
    yield "protected", f"{counted(protected(plan), 'resource')} that an `up` refuses to delete or replace"
    yield "warnings", f"{warnings}, at the end of this plan" if warnings else "none"


def verdict(report: PolicyReport) -> str:
    """Whether the rules let a stack exist, and the rules that do not."""
    rules = list(dict.fromkeys(finding.rule for finding in report.violations))
    head = f"refused by {', '.join(rules)}" if rules else "allowed"
    parts = [head, f"{report.passed} checks passed"]
    if report.advice:
        parts.append(f"{len(report.advice)} advisory")
    if report.undetermined:
        parts.append(f"{len(report.undetermined)} undetermined until `up`")
    return ", ".join(parts)


def money(cost: StackCost) -> str:
    """The expected cost and the ceiling of a month, beside the limits of the stack."""
    if not cost.estimate.is_complete:
        return "there is no total: something has no price"
    expected, ceiling = (usd(cost.totals[figure]) for figure in ("expected", "ceiling"))
    if not cost.limits:
        return f"{expected} USD a month expected, at most {ceiling}"
    budget, approved = usd(cost.limits.monthly_usd), usd(cost.limits.approved_ceiling_usd)
    return (
        f"{expected} USD a month expected of a budget of {budget}; at most {ceiling} of {approved} approved"
    )


def protected(plan: Plan) -> int:
    """The number of resources that a plan protects."""
    return sum(1 for resource in plan.resources if resource.custom and resource.protect)
