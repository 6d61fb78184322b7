"""The forecast of a month from its lines: of the whole, and by allocation key."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from paved.billing.allocation import AllocatedLine, AllocationKey, in_cents, sum_by_key
from paved.billing.backtest import charged_once, usage_by_day
from paved.billing.budget_owners import BudgetOwners
from paved.billing.forecast import Forecast, Horizon, expected_cost, forecast_month
from paved.billing.month_estimate import (
    MonthEstimate,
    estimate_by_key,
    forecast_of_estimate,
    rests_on_estimate,
)


def forecast_all(
    lines: Sequence[AllocatedLine], horizon: Horizon, estimate: MonthEstimate | None
) -> Forecast | None:
    """The forecast of the whole month, to the cent."""
    once = charged_once(lines, horizon.month)
    if estimate is not None and rests_on_estimate(horizon, estimate):
        return forecast_of_estimate(estimate, once)
    forecast = forecast_month(usage_by_day(lines), once, horizon)
    return forecast.rounded() if forecast else None


def forecast_by_key(
    allocated: Iterable[AllocatedLine],
    budget_owners: BudgetOwners,
    horizon: Horizon,
    estimate: MonthEstimate | None,
) -> dict[AllocationKey, Decimal] | None:
    """The forecast by key, to the cent, adding up to that of the whole month."""
    if estimate is not None and rests_on_estimate(horizon, estimate):
        expected = list(estimate_by_key(estimate, budget_owners))
        once = [each for each in allocated if each.line.month == horizon.month and each.line.kind == "once"]
        expected += [(each.key, each.cost) for each in once]
        return in_cents(sum_by_key(expected))
    # The forecast is linear in the days, so that those of the keys add up to that of the whole.
    lines_by_key: dict[AllocationKey, list[AllocatedLine]] = {}
    for each in allocated:
        if each.line.month in (horizon.month, horizon.month.previous):
            lines_by_key.setdefault(each.key, []).append(each)
    found: list[tuple[AllocationKey, Decimal]] = []
    for key, lines in lines_by_key.items():
        amount = expected_cost(usage_by_day(lines), charged_once(lines, horizon.month), horizon)
        if amount is None:
            return None
        found.append((key, amount))
    return in_cents(sum_by_key(found))
