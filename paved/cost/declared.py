"""The declarations of stack files about money, as pricing takes them: expected work, discounts, limits."""

from collections.abc import Mapping
from decimal import Decimal

from pricing.guard import Limits
from pricing.savings import SavingsPlan
from pricing.usage import DEFAULTS, EndpointWork, ExpectedRun, PoolWork, Usage
from reference.prices import Family
from stacks.schema import Foundation, Stack, Team
from stacks.schema.usage import TeamUsage, TrainingRun


def usage_of(stack: Stack) -> Usage:
    """The work that the owner of a stack expects."""
    amounts: dict[str, Decimal] = {}
    for key in DEFAULTS:
        amount = getattr(stack.usage, key, None)
        if amount is not None:
            amounts[key] = Decimal(amount)
    return _team_usage(stack.usage, amounts) if isinstance(stack, Team) else Usage(amounts=amounts)


def _team_usage(declared: TeamUsage, amounts: Mapping[str, Decimal]) -> Usage:
    pools: dict[str, PoolWork] = {}
    for pool in declared.pools:
        pools[pool.pool] = PoolWork(hours=Decimal(pool.hours), units=Decimal(pool.units))
    endpoints: dict[str, EndpointWork] = {}
    for endpoint in declared.endpoints:
        endpoints[endpoint.endpoint] = EndpointWork(
            replicas=None if endpoint.replicas is None else Decimal(endpoint.replicas),
            predictions=endpoint.predictions_per_month,
            tokens=endpoint.tokens_per_month,
        )
    runs = tuple(_run(run) for run in declared.runs)
    return Usage(amounts=amounts, pools=pools, runs=runs, endpoints=endpoints)


def _run(run: TrainingRun) -> ExpectedRun:
    return ExpectedRun(
        name=run.name,
        pool=run.pool,
        units=run.units,
        hours=Decimal(run.hours),
        per_month=Decimal(run.per_month),
    )


def discounts_of(foundation: Foundation) -> Mapping[Family, Decimal]:
    """Return the discounts off list prices in the foundation's account, in percent by family."""
    return {Family(entry.family): Decimal(entry.percent) for entry in foundation.guardrails.discounts}


def limits_of(team: Team) -> Limits:
    """Return the limits on a team's cost."""
    return Limits(approved_ceiling_usd=team.budget.approved_ceiling_usd, monthly_usd=team.budget.monthly_usd)


def savings_plan_of(team: Team) -> SavingsPlan | None:
    """The team's part of a Savings Plan, where it has one."""
    plan = team.budget.savings_plan
    return SavingsPlan(hourly_usd=plan.hourly_usd, percent=Decimal(plan.percent)) if plan else None
