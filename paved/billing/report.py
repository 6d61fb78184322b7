"""The report of a month: one value, of which every page, file and line of text is a rendering."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext

from paved.billing.allocation import AllocationKey, Amounts, cell, exact, rounded
from paved.billing.anomalies import Anomaly, anomalies
from paved.billing.backtest import Backtest, backtests, charged_once, usage_by_day
from paved.billing.bill_line import Actuals, BillLine
from paved.billing.budget_owners import BudgetOwners
from paved.billing.drivers import Drivers, drivers
from paved.billing.estimate import MonthEstimate
from paved.billing.first_forecast import opening_cells, opening_forecast, rests_on_estimate
from paved.billing.forecast import Forecast, Horizon, expected, forecast
from paved.billing.idle import pool_costs
from paved.billing.month import Month
from paved.billing.report_lines import (
    LineFigures,
    LineTable,
    by_area,
    by_cost_center,
    by_environment,
    by_team,
)
from paved.billing.showback import Showback, showback
from paved.billing.utilisation import PoolUse
from pricing.money import DIGITS, ZERO


@dataclass(frozen=True, kw_only=True)
class MonthReport:
    """One month. Amounts are whole cents; None is a figure that does not exist."""

    month: Month
    as_of: date
    actuals: Actuals
    organisation: BudgetOwners
    estimate: MonthEstimate | None
    horizon: Horizon
    amounts: Amounts
    others: Mapping[str, Amounts]
    """The other costs of FOCUS by cell, by column, where the source has them."""
    forecast: Forecast | None
    backtests: tuple[Backtest, ...]
    teams: LineTable
    cost_centers: LineTable
    environments: LineTable
    areas: LineTable
    showback: Showback
    drivers: Drivers
    anomalies: tuple[Anomaly, ...]
    daily: Mapping[date, Decimal]
    """Everything billed, by the day it is for; what is for another month counts on the first."""

    @property
    def bill(self) -> Decimal:
        """The bill so far."""
        return self.showback.bill

    @property
    def amortised(self) -> Decimal:
        """The same with what is paid up front spread over its term."""
        return sum(self.others["EffectiveCost"].values(), ZERO)


def report(
    month: Month,
    as_of: date,
    actuals: Actuals,
    organisation: BudgetOwners,
    *,
    estimate: MonthEstimate | None = None,
    uses: Sequence[PoolUse] | None = None,
) -> MonthReport:
    """Put a month together."""
    charges = actuals.of(month)
    has_history = bool(actuals.of(month.previous))
    horizon = Horizon.of(month, as_of, _last_usage(charges), has_history=has_history)
    amounts = rounded(exact((cell(charge, organisation), charge.billed) for charge in charges))
    ahead = _ahead(actuals, organisation, horizon, estimate)
    figures = LineFigures(organisation=organisation, actual=amounts, forecast=ahead, estimate=estimate)
    pools = pool_costs(uses or (), charges, organisation)
    return MonthReport(
        month=month,
        as_of=as_of,
        actuals=actuals,
        organisation=organisation,
        estimate=estimate,
        horizon=horizon,
        amounts=amounts,
        others=_others(charges, organisation),
        forecast=_whole(actuals, horizon, estimate),
        backtests=_tested(actuals, month, has_history=has_history),
        teams=by_team(figures),
        cost_centers=by_cost_center(figures),
        environments=by_environment(figures),
        areas=by_area(figures),
        showback=showback(amounts, organisation, pools),
        drivers=drivers(actuals.charges, organisation, horizon, has_history=has_history),
        anomalies=anomalies(actuals.charges, organisation, horizon),
        daily=_daily(charges, month),
    )


def _others(charges: Sequence[BillLine], organisation: BudgetOwners) -> dict[str, Amounts]:
    costs: dict[str, list[tuple[AllocationKey, Decimal | None]]] = {
        "EffectiveCost": [],
        "ListCost": [],
        "ContractedCost": [],
    }
    for charge in charges:
        key = cell(charge, organisation)
        for column, amount in zip(costs, (charge.effective, charge.listed, charge.contracted), strict=True):
            costs[column].append((key, amount))
    return {
        column: rounded(exact((key, amount) for key, amount in found if amount is not None))
        for column, found in costs.items()
        if all(amount is not None for _, amount in found)
    }


def _last_usage(charges: Sequence[BillLine]) -> date | None:
    return max((charge.day for charge in charges if charge.kind == "usage"), default=None)


def _whole(actuals: Actuals, horizon: Horizon, estimate: MonthEstimate | None) -> Forecast | None:
    """The forecast of the whole bill, to the cent."""
    once = charged_once(actuals.charges, horizon.month)
    if estimate is not None and rests_on_estimate(horizon, estimate):
        return opening_forecast(estimate, once)
    made = forecast(usage_by_day(actuals.charges), once, horizon)
    return made.rounded() if made else None


def _ahead(
    actuals: Actuals, organisation: BudgetOwners, horizon: Horizon, estimate: MonthEstimate | None
) -> dict[AllocationKey, Decimal] | None:
    """The forecast by cell, to the cent, adding up to that of the whole bill."""
    if estimate is not None and rests_on_estimate(horizon, estimate):
        fees = [charge for charge in actuals.of(horizon.month) if charge.kind == "once"]
        once = [(cell(charge, organisation), charge.billed) for charge in fees]
        return rounded(exact([*opening_cells(estimate, organisation), *once]))
    by_cell: dict[AllocationKey, list[BillLine]] = {}
    for charge in actuals.charges:
        if charge.month in (horizon.month, horizon.month.previous):
            by_cell.setdefault(cell(charge, organisation), []).append(charge)
    found: list[tuple[AllocationKey, Decimal]] = []
    for each, charges in by_cell.items():
        amount = expected(usage_by_day(charges), charged_once(charges, horizon.month), horizon)
        if amount is None:
            return None
        found.append((each, amount))
    return rounded(exact(found))


def _tested(actuals: Actuals, month: Month, *, has_history: bool) -> tuple[Backtest, ...]:
    if not has_history:
        return ()
    before = month.previous.previous
    return backtests(actuals.charges, month.previous, has_history=bool(actuals.of(before)))


def _daily(charges: Sequence[BillLine], month: Month) -> dict[date, Decimal]:
    days = dict.fromkeys(month.days, ZERO)
    with localcontext(prec=DIGITS):
        for charge in charges:
            day = charge.day if charge.day in month else month.first
            days[day] += charge.billed
    return days
