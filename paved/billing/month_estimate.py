"""The estimate of a month before it began, and the forecast of a first month, which has nothing else to go by."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from paved.billing.allocation import AllocationKey
from paved.billing.budget_owners import BudgetOwners
from paved.billing.cost_areas import AREAS, OTHER
from paved.billing.cost_owner import stack_owner
from paved.billing.forecast import Forecast, Horizon
from pricing.money import cents


@dataclass(frozen=True, kw_only=True)
class StackEstimate:
    """A month of one stack, in US dollars. `areas` divide the expected figure by area of the bill."""

    floor: Decimal
    expected: Decimal
    ceiling: Decimal
    areas: Mapping[str, Decimal]


@dataclass(frozen=True, kw_only=True)
class MonthEstimate:
    """A month of every stack that was priced. `unpriced` counts resources without a price, which no figure holds."""

    prices_as_of: str
    stacks: Mapping[str, StackEstimate]
    unpriced: int = 0


def rests_on_estimate(horizon: Horizon, estimate: MonthEstimate | None) -> bool:
    """Whether a forecast has nothing but the estimate: no day of the month is known, and no month before."""
    return estimate is not None and not horizon.has_history and not horizon.seen


def estimate_by_key(
    estimate: MonthEstimate, budget_owners: BudgetOwners
) -> Iterator[tuple[AllocationKey, Decimal]]:
    """The expected cost of every stack, allocated as its bill will be."""
    for budget_owner in budget_owners.stacks:
        priced = estimate.stacks.get(budget_owner.stack)
        if priced is None:
            continue
        owner = stack_owner(budget_owner)
        for name, amount in priced.areas.items():
            area = name if name in AREAS else OTHER
            yield AllocationKey(owner=owner, area=area, category="Usage"), amount


def forecast_of_estimate(estimate: MonthEstimate, once: Decimal) -> Forecast:
    """The expected figures, between the floors and the ceilings: no statistics, but what plans allow."""
    low = amount = high = once
    for stack in estimate.stacks.values():
        low, amount, high = low + stack.floor, amount + stack.expected, high + stack.ceiling
    return Forecast(amount=cents(amount), low=cents(low), high=cents(high), basis="estimate")
