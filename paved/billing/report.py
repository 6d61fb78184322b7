"""The report of a month: one value, of which every page, file and line of text is a rendering."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext

from paved.billing.allocation import (
    AllocatedLine,
    AllocationKey,
    Amounts,
    allocate,
    in_cents,
    sum_by_key,
)
from paved.billing.anomalies import Anomaly, find_anomalies
from paved.billing.backtest import Backtest, backtest_month, charged_once, usage_by_day
from paved.billing.bill_line import Actuals, BillLine
from paved.billing.budget_owners import BudgetOwners
from paved.billing.drivers import Drivers, compare_months
from paved.billing.forecast import Forecast, Horizon, expected_cost, forecast_month
from paved.billing.idle_gpus import pool_costs
from paved.billing.month import Month
from paved.billing.month_estimate import (
    MonthEstimate,
    estimate_by_key,
    forecast_of_estimate,
    rests_on_estimate,
)
from paved.billing.report_lines import LineFigures, MonthTables, month_tables
from paved.billing.showback import Showback, divide_bill
from paved.billing.utilisation import PoolUse
from pricing.money import DIGITS, ZERO

OTHER_COSTS: Mapping[str, Callable[[BillLine], Decimal | None]] = {
    "EffectiveCost": lambda line: line.effective,
    "ListCost": lambda line: line.listed,
    "ContractedCost": lambda line: line.contracted,
}
"""The costs of FOCUS beside BilledCost, by column."""


@dataclass(frozen=True, kw_only=True)
class MonthReport:
    """One month. Amounts are whole cents; None is a figure that does not exist."""

    month: Month
    as_of: date
    actuals: Actuals
    budget_owners: BudgetOwners
    estimate: MonthEstimate | None
    horizon: Horizon
    amounts: Amounts
    other_costs: Mapping[str, Amounts]
    """The other costs of FOCUS by column, where the source has them."""
    forecast: Forecast | None
    backtests: tuple[Backtest, ...]
    tables: MonthTables
    showback: Showback
    drivers: Drivers
    anomalies: tuple[Anomaly, ...]
    daily: Mapping[date, Decimal]
    """Everything billed, by the day it is for; lines for another month count on the first."""

    @property
    def bill(self) -> Decimal:
        """The bill so far."""
        return self.showback.bill

    @property
    def amortised(self) -> Decimal:
        """The same with prepayments spread over their term."""
        return sum(self.other_costs["EffectiveCost"].values(), ZERO)


def month_report(
    month: Month,
    as_of: date,
    actuals: Actuals,
    budget_owners: BudgetOwners,
    *,
    estimate: MonthEstimate | None = None,
    uses: Sequence[PoolUse] | None = None,
) -> MonthReport:
    """Put a month together."""
    allocated = allocate(actuals.lines, budget_owners)
    lines = _of_month(allocated, month)
    has_history = bool(actuals.of_month(month.previous))
    horizon = Horizon.of(month, as_of, _last_use(lines), has_history=has_history)
    amounts = in_cents(sum_by_key((each.key, each.line.billed) for each in lines))
    forecast = _forecast_by_key(allocated, budget_owners, horizon, estimate)
    figures = LineFigures(budget_owners=budget_owners, actual=amounts, forecast=forecast, estimate=estimate)
    pools = pool_costs(uses or (), lines, budget_owners)
    return MonthReport(
        month=month,
        as_of=as_of,
        actuals=actuals,
        budget_owners=budget_owners,
        estimate=estimate,
        horizon=horizon,
        amounts=amounts,
        other_costs=_other_costs(lines),
        forecast=_forecast(actuals.lines, horizon, estimate),
        backtests=_backtests(actuals, horizon),
        tables=month_tables(figures),
        showback=divide_bill(amounts, budget_owners, pools),
        drivers=compare_months(allocated, horizon),
        anomalies=find_anomalies(allocated, budget_owners, horizon),
        daily=_daily(lines, month),
    )


def _of_month(allocated: Iterable[AllocatedLine], month: Month) -> list[AllocatedLine]:
    return [each for each in allocated if each.line.month == month]


def _last_use(lines: Iterable[AllocatedLine]) -> date | None:
    days = [each.line.day for each in lines if each.line.kind == "usage"]
    return max(days, default=None)


def _other_costs(lines: Sequence[AllocatedLine]) -> dict[str, Amounts]:
    costs: dict[str, Amounts] = {}
    for column, cost_of in OTHER_COSTS.items():
        amounts = _known_costs((each.key, cost_of(each.line)) for each in lines)
        if amounts is not None:
            costs[column] = amounts
    return costs


def _known_costs(costs: Iterable[tuple[AllocationKey, Decimal | None]]) -> Amounts | None:
    """Costs to the cent by key; None where a line has none, since a sum without it would be too low."""
    known: list[tuple[AllocationKey, Decimal]] = []
    for key, amount in costs:
        if amount is None:
            return None
        known.append((key, amount))
    return in_cents(sum_by_key(known))


def _forecast(lines: Sequence[BillLine], horizon: Horizon, estimate: MonthEstimate | None) -> Forecast | None:
    """The forecast of the whole bill, to the cent."""
    once = charged_once(lines, horizon.month)
    if estimate is not None and rests_on_estimate(horizon, estimate):
        return forecast_of_estimate(estimate, once)
    forecast = forecast_month(usage_by_day(lines), once, horizon)
    return forecast.rounded() if forecast else None


def _forecast_by_key(
    allocated: Iterable[AllocatedLine],
    budget_owners: BudgetOwners,
    horizon: Horizon,
    estimate: MonthEstimate | None,
) -> dict[AllocationKey, Decimal] | None:
    """The forecast by key, to the cent, adding up to that of the whole bill."""
    if estimate is not None and rests_on_estimate(horizon, estimate):
        expected = list(estimate_by_key(estimate, budget_owners))
        once = [each for each in _of_month(allocated, horizon.month) if each.line.kind == "once"]
        expected += [(each.key, each.line.billed) for each in once]
        return in_cents(sum_by_key(expected))
    # The forecast is linear in the days, so that those of the keys add up to that of the whole.
    lines_by_key: dict[AllocationKey, list[BillLine]] = {}
    for each in allocated:
        if each.line.month in (horizon.month, horizon.month.previous):
            lines_by_key.setdefault(each.key, []).append(each.line)
    found: list[tuple[AllocationKey, Decimal]] = []
    for key, lines in lines_by_key.items():
        amount = expected_cost(usage_by_day(lines), charged_once(lines, horizon.month), horizon)
        if amount is None:
            return None
        found.append((key, amount))
    return in_cents(sum_by_key(found))


def _backtests(actuals: Actuals, horizon: Horizon) -> tuple[Backtest, ...]:
    """The forecasts of the month before, where the source has it."""
    if not horizon.has_history:
        return ()
    tested = horizon.month.previous
    has_history = bool(actuals.of_month(tested.previous))
    return backtest_month(actuals.lines, tested, has_history=has_history)


def _daily(lines: Iterable[AllocatedLine], month: Month) -> dict[date, Decimal]:
    days = dict.fromkeys(month.days, ZERO)
    with localcontext(prec=DIGITS):
        for each in lines:
            # A correction is for a day of another month; on the first it keeps the days adding up to the bill.
            day = each.line.day if each.line.day in month else month.first
            days[day] += each.line.billed
    return days
