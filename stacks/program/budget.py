"""A team's budget, and the freeze that enforces it."""

from typing import Any

from components.budgets.budget import Budget, BudgetArgs, Planned, dollars, planned_months
from components.budgets.freeze import Freeze, FreezeArgs
from components.monitoring.notifications import Notifications
from reference.tags import COST_TAG
from stacks.program.context import TeamContext
from stacks.schema.budget import FreezeSpec, PlannedYear


def build_budget(context: TeamContext, topic: Notifications | None) -> dict[str, Any]:
    """Declare the team's budget, whose alerts go to its topic as well. Returns the outputs that finance reads."""
    section, owner = context.team.budget, context.team.owner
    budget = Budget(
        context.name,
        BudgetArgs(
            account=context.account,
            stack=context.name,
            team=owner.team,
            monthly_usd=section.monthly_usd,
            planned=planned(section.planned),
            actual_percent=section.actual_percent,
            forecast_percent=section.forecast_percent,
            notify=section.notify,
            topic=topic,
        ),
        context.in_aws(),
    )
    outputs: dict[str, Any] = {
        "limit_usd": dollars(section.monthly_usd),
        "approved_ceiling_usd": dollars(section.approved_ceiling_usd),
        "actual_percent": list(section.actual_percent),
        "forecast_percent": list(section.forecast_percent),
        "cost_center": owner.cost_center,
        "cost_tag": {"key": COST_TAG, "value": owner.team},
        "budget_name": budget.budget_name,
        "budget_arn": budget.budget_arn,
    }
    if months := planned(section.planned):
        outputs["planned_usd"] = {month: dollars(usd) for month, usd in planned_months(months).items()}
    if section.freeze:
        build_freeze(context, section.freeze, budget)
        outputs["freeze"] = section.freeze.model_dump(mode="json")
    return outputs


def planned(section: PlannedYear | None) -> Planned | None:
    """The twelve months as their component takes them."""
    return Planned(first_month=section.first_month, monthly_usd=section.monthly_usd) if section else None


def build_freeze(context: TeamContext, section: FreezeSpec, budget: Budget) -> None:
    """Declare the action that denies the team new nodes."""
    Freeze(
        context.name,
        FreezeArgs(
            percent=section.percent,
            spend=section.spend,
            approval=section.approval,
            provisioner_role=context.platform.output("cluster", "provisioner_role_name"),
            boundary_arn=context.boundary_arn,
            notify=context.team.budget.notify,
        ),
        budget,
        context.in_aws(),
    )
