"""The organisation's limits on what an account may cost."""

from components.budgets.budget import Budget, BudgetArgs
from components.budgets.guardrails import Guardrails, GuardrailsArgs
from stacks.program.context import FoundationContext
from stacks.schema.budget import MonthlyBudget
from stacks.schema.foundation import Anomalies


def build_guardrails(context: FoundationContext) -> None:
    """Declare the account's own budget, and the warning of spend that nobody planned, where the file asks for them."""
    section = context.stack.guardrails
    # Cost Explorer lets only the account that pays its own bill make a monitor of tags.
    if section.anomalies:
        build_anomalies(context, section.anomalies)
    if section.budget:
        build_account_budget(context, section.budget)


def build_anomalies(context: FoundationContext, section: Anomalies) -> None:
    """Declare one monitor over the teams of the account."""
    Guardrails(
        context.name,
        GuardrailsArgs(
            account=context.account,
            stack=context.name,
            impact_usd=section.impact_usd,
            impact_percent=section.impact_percent,
            notify=section.notify,
            tags=context.tags,
        ),
        context.options(),
    )


def build_account_budget(context: FoundationContext, section: MonthlyBudget) -> None:
    """Declare the budget of everything in the account."""
    Budget(
        context.name,
        BudgetArgs(
            account=context.account,
            stack=context.name,
            # Without a tag to filter by, everything in the account counts.
            team=None,
            monthly_usd=section.monthly_usd,
            actual_percent=section.actual_percent,
            forecast_percent=section.forecast_percent,
            notify=section.notify,
        ),
        context.options(),
    )
