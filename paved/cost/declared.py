"""What stack files say about money, as pricing takes it: expected work, discounts, limits."""

from collections.abc import Mapping
from decimal import Decimal

from pricing.guard import Limits
from pricing.savings import SavingsPlan
from pricing.usage import DEFAULTS, EndpointWork, ExpectedRun, PoolWork, Usage
from reference.prices import Family
from stacks.schema import Foundation, Stack, Team


def usage_of(stack: Stack) -> Usage:
    """The work that the owner of a stack expects."""
    declared = stack.usage
    amounts = {
        key: Decimal(amount) for key in DEFAULTS if (amount := getattr(declared, key, None)) is not None
    }
    if not isinstance(stack, Team):
        return Usage(amounts=amounts)
    return Usage(
        amounts=amounts,
        pools={
            entry.pool: PoolWork(hours=Decimal(entry.hours), gpus=Decimal(entry.gpus))
            for entry in stack.usage.pools
        },
        runs=tuple(
            ExpectedRun(
                name=run.name,
                pool=run.pool,
                gpus=run.gpus,
                hours=Decimal(run.hours),
                per_month=Decimal(run.per_month),
            )
            for run in stack.usage.runs
        ),
        endpoints={
            entry.endpoint: EndpointWork(
                replicas=None if entry.replicas is None else Decimal(entry.replicas),
                predictions=entry.predictions_per_month,
                tokens=entry.tokens_per_month,
            )
            for entry in stack.usage.endpoints
        },
    )


def discounts_of(foundation: Foundation) -> Mapping[Family, Decimal]:
    """What AWS takes off its list prices in the foundation's account, in percent."""
    return {Family(entry.family): Decimal(entry.percent) for entry in foundation.guardrails.discounts}


def limits_of(team: Team) -> Limits:
    """What a team may cost."""
    return Limits(approved_ceiling_usd=team.budget.approved_ceiling_usd, monthly_usd=team.budget.monthly_usd)


def savings_plan_of(team: Team) -> SavingsPlan | None:
    """The team's part of a Savings Plan, where it has one."""
    plan = team.budget.savings_plan
    return SavingsPlan(hourly_usd=plan.hourly_usd, percent=Decimal(plan.percent)) if plan else None
