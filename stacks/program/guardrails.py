"""The organisation's limits on what an account may cost."""

from components.budgets.budget import Budget, BudgetArgs
from components.budgets.guardrails import Guardrails, GuardrailsArgs
from stacks.program.foundation_context import Ground
from stacks.schema.budget import MonthlyBudget
from stacks.schema.foundation import Anomalies


def build_guardrails(ground: Ground) -> None:
    """The account's own budget, and the warning of spend that nobody planned, where the file asks for them."""
    section = ground.stack.guardrails
    if section.anomalies:
        build_anomalies(ground, section.anomalies)
    if section.budget:
        build_account_budget(ground, section.budget)


def build_anomalies(ground: Ground, section: Anomalies) -> None:
    """One monitor over the teams of the account."""
    Guardrails(
        ground.name,
        GuardrailsArgs(
            account=ground.account,
            stack=ground.name,
            impact_usd=section.impact_usd,
            impact_percent=section.impact_percent,
            notify=section.notify,
            tags=ground.tags,
        ),
        ground.options(),
    )


def build_account_budget(ground: Ground, section: MonthlyBudget) -> None:
    """The budget of everything in the account."""
    Budget(
        ground.name,
        BudgetArgs(
            account=ground.account,
            stack=ground.name,
            team=None,
            monthly_usd=section.monthly_usd,
            actual_percent=section.actual_percent,
            forecast_percent=section.forecast_percent,
            notify=section.notify,
        ),
        ground.options(),
    )
