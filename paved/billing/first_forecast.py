"""The forecast of a first month, of which no day is known and no month went before: the estimate itself."""

from decimal import Decimal

from paved.billing.allocation import AllocationKey
from paved.billing.budget_owners import BudgetOwners
from paved.billing.cost_areas import AREAS, OTHER
from paved.billing.cost_owner import owner
from paved.billing.estimate import MonthEstimate
from paved.billing.forecast import Forecast, Horizon
from pricing.money import ZERO, cents


def rests_on_estimate(horizon: Horizon, estimate: MonthEstimate | None) -> bool:
    """Whether there is nothing else to go by."""
    return estimate is not None and not horizon.has_history and not horizon.seen


def opening_cells(estimate: MonthEstimate, organisation: BudgetOwners) -> list[tuple[AllocationKey, Decimal]]:
    """What every stack is expected to cost, by cell."""
    return [
        (AllocationKey(holder=owner(owned), area=area if area in AREAS else OTHER, category="Usage"), amount)
        for owned in organisation.stacks
        if owned.stack in estimate.stacks
        for area, amount in estimate.stacks[owned.stack].areas.items()
    ]


def opening_forecast(estimate: MonthEstimate, once: Decimal) -> Forecast:
    """The expected figures, between the floors and the ceilings: no statistics, but what plans allow."""
    stacks = estimate.stacks.values()
    return Forecast(
        amount=cents(once + sum((each.expected for each in stacks), ZERO)),
        low=cents(once + sum((each.floor for each in stacks), ZERO)),
        high=cents(once + sum((each.ceiling for each in stacks), ZERO)),
        basis="estimate",
    )
