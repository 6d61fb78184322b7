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
    sum_by,
    sum_by_key,
)
from paved.billing.anomalies import Anomaly, find_anomalies
from paved.billing.backtest import Backtest, backtest_month
from paved.billing.bill_line import Actuals, BillLine, bill
from paved.billing.budget_owners import BudgetOwners
from paved.billing.commitments import Commitments, month_commitments
from paved.billing.completeness import Completeness, judge_bill
from paved.billing.cost_owner import CostOwner
from paved.billing.drivers import Drivers, compare_months
from paved.billing.forecast import Forecast, Horizon
from paved.billing.idle_gpus import pool_costs
from paved.billing.metric import COLUMNS, DEFAULT_METRIC, Metric, check_metric
from paved.billing.month import Month
from paved.billing.month_estimate import MonthEstimate
from paved.billing.month_forecast import forecast_all, forecast_by_key
from paved.billing.node_use import NodeUse
from paved.billing.ownership import Ownership, ownership_of
from paved.billing.reconciliation import Reconciliation, reconcile
from paved.billing.report_lines import LineFigures, MonthTables, month_tables
from paved.billing.showback import DistributionKey, Showback, divide_bill
from paved.billing.unseen_spend import UnseenSpend, unseen_spend
from paved.billing.utilisation import PoolUse
from pricing.money import DIGITS, ZERO

FOCUS_COSTS: Mapping[str, Callable[[BillLine], Decimal | None]] = {
    "BilledCost": lambda line: line.billed,
    "EffectiveCost": lambda line: line.effective,
    "ListCost": lambda line: line.listed,
    "ContractedCost": lambda line: line.contracted,
}
"""The costs of FOCUS, by column."""


@dataclass(frozen=True, kw_only=True)
class ReportOptions:
    """The metric of figures, the key that common charges go by, and the use of pools and nodes where it is known."""

    metric: Metric = DEFAULT_METRIC
    distribute: DistributionKey = "none"
    uses: tuple[PoolUse, ...] = ()
    node_use: NodeUse | None = None


@dataclass(frozen=True, kw_only=True)
class MonthReport:
    """One month. Amounts are whole cents; None is a figure that does not exist."""

    month: Month
    as_of: date
    actuals: Actuals
    budget_owners: BudgetOwners
    options: ReportOptions
    estimate: MonthEstimate | None
    horizon: Horizon
    completeness: Completeness
    amounts: Amounts
    """The month in the metric by key, of accounts of stacks and of those outside."""
    costs: Mapping[str, Amounts]
    """The costs of FOCUS by column, where the source has them."""
    forecast: Forecast | None
    backtests: tuple[Backtest, ...]
    ownership: Ownership
    tables: MonthTables
    showback: Showback
    reconciliation: Reconciliation
    unseen: tuple[UnseenSpend, ...] | None
    """Spend that budgets in AWS do not count; None where the source has not the tags that they go by."""
    commitments: Commitments | None
    drivers: Drivers
    anomalies: tuple[Anomaly, ...]
    daily: Mapping[date, Decimal]
    """Cost by the day it is for; lines for another month count on the first."""

    @property
    def column(self) -> str:
        """The FOCUS column that every figure without another name is in."""
        return COLUMNS[self.options.metric]

    @property
    def total(self) -> Decimal:
        """The month so far in the metric, in the accounts of the stacks."""
        return self.showback.total

    @property
    def invoice(self) -> Decimal:
        """The billed cost of all lines of the source."""
        return self.reconciliation.invoice

    @property
    def outside(self) -> Mapping[CostOwner, Decimal]:
        """The month so far in the metric, in accounts that no stack file names."""
        outside = {key: amount for key, amount in self.amounts.items() if key.owner.kind == "outside"}
        return sum_by(outside, lambda key: key.owner)

    @property
    def effective(self) -> Decimal:
        """The sum of EffectiveCost over all lines of the source."""
        return sum(self.costs["EffectiveCost"].values(), ZERO)


def month_report(
    month: Month,
    as_of: date,
    actuals: Actuals,
    budget_owners: BudgetOwners,
    *,
    estimate: MonthEstimate | None = None,
    options: ReportOptions | None = None,
) -> MonthReport:
    """Put a month together. Raises BadInput where the source does not hold the cost that figures are to be made of."""
    options = options or ReportOptions()
    check_metric(actuals, options.metric)
    cut = _cut(actuals, budget_owners, month, options)
    horizon = Horizon.of(month, as_of, _last_use(cut.lines), has_history=cut.has(month.previous))
    completeness = judge_bill([each.line for each in cut.own], month, as_of, cut.accounts)
    ownership = ownership_of(cut.inside, completeness, options.distribute)
    return MonthReport(
        month=month,
        as_of=as_of,
        actuals=actuals,
        budget_owners=budget_owners,
        options=options,
        estimate=estimate,
        horizon=horizon,
        completeness=completeness,
        amounts=cut.amounts,
        costs=_costs(cut.whole),
        forecast=forecast_all(cut.own, horizon, estimate),
        backtests=_backtests(cut, horizon),
        ownership=ownership,
        tables=month_tables(_figures(cut, horizon, estimate, ownership)),
        showback=_showback(cut),
        reconciliation=_reconciliation(cut),
        unseen=unseen_spend(cut.lines) if actuals.has_team_tags else None,
        commitments=_commitments(cut) if actuals.has_commitments else None,
        drivers=compare_months(cut.own, horizon),
        anomalies=find_anomalies(cut.own, budget_owners, horizon),
        daily=_daily(cut.lines, month),
    )


@dataclass(frozen=True, kw_only=True)
class _Cut:
    """A bill cut to the accounts of the stacks: all lines of these, those of the month, and the month uncut.

    `amounts` are the month's in the metric, uncut; `inside` those of the accounts of the stacks.
    """

    budget_owners: BudgetOwners
    options: ReportOptions
    own: Sequence[AllocatedLine]
    lines: Sequence[AllocatedLine]
    whole: Sequence[AllocatedLine]
    amounts: Amounts
    inside: Amounts

    def has(self, month: Month) -> bool:
        """Whether the accounts of the stacks have a line in a month's bill."""
        return any(each.line.month == month for each in self.own)

    @property
    def accounts(self) -> frozenset[str]:
        """The accounts that a whole bill holds use of; none where the source does not tell the account of all use."""
        used = {each.line.account for each in self.whole if each.line.kind == "usage"}
        return self.budget_owners.accounts if used and "" not in used else frozenset()


def _cut(actuals: Actuals, budget_owners: BudgetOwners, month: Month, options: ReportOptions) -> _Cut:
    every = allocate(actuals.lines, budget_owners, options.metric)
    own = [each for each in every if each.key.owner.kind != "outside"]
    whole = _of_month(every, month)
    # Rounded together, so that both sides of the cut add up to the total of the source.
    amounts = in_cents(sum_by_key((each.key, each.cost) for each in whole))
    return _Cut(
        budget_owners=budget_owners,
        options=options,
        own=own,
        lines=_of_month(own, month),
        whole=whole,
        amounts=amounts,
        inside={key: amount for key, amount in amounts.items() if key.owner.kind != "outside"},
    )


def _figures(
    cut: _Cut, horizon: Horizon, estimate: MonthEstimate | None, ownership: Ownership
) -> LineFigures:
    return LineFigures(
        budget_owners=cut.budget_owners,
        actual=cut.inside,
        forecast=forecast_by_key(cut.own, cut.budget_owners, horizon, estimate),
        estimate=estimate,
        total_label=COLUMNS[cut.options.metric],
        is_judged=ownership.is_judged,
    )


def _showback(cut: _Cut) -> Showback:
    pools = pool_costs(cut.options.uses, cut.lines, cut.budget_owners)
    return divide_bill(cut.inside, cut.budget_owners, pools, cut.options.distribute, cut.options.node_use)


def _reconciliation(cut: _Cut) -> Reconciliation:
    lines = [each.line for each in cut.whole]
    return reconcile(lines, cut.options.metric, sum(cut.amounts.values(), ZERO), bill(lines))


def _commitments(cut: _Cut) -> Commitments:
    return month_commitments([each.line for each in cut.whole], cut.lines)


def _of_month(allocated: Iterable[AllocatedLine], month: Month) -> list[AllocatedLine]:
    return [each for each in allocated if each.line.month == month]


def _last_use(lines: Iterable[AllocatedLine]) -> date | None:
    days = [each.line.day for each in lines if each.line.kind == "usage"]
    return max(days, default=None)


def _costs(lines: Sequence[AllocatedLine]) -> dict[str, Amounts]:
    costs: dict[str, Amounts] = {}
    for column, cost_of in FOCUS_COSTS.items():
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


def _backtests(cut: _Cut, horizon: Horizon) -> tuple[Backtest, ...]:
    """The forecasts of the month before, where the source has it."""
    if not horizon.has_history:
        return ()
    tested = horizon.month.previous
    return backtest_month(cut.own, tested, has_history=cut.has(tested.previous))


def _daily(lines: Iterable[AllocatedLine], month: Month) -> dict[date, Decimal]:
    days = dict.fromkeys(month.days, ZERO)
    with localcontext(prec=DIGITS):
        for each in lines:
            # A correction is for a day of another month; on the first it keeps the days adding up to the bill.
            day = each.line.day if each.line.day in month else month.first
            days[day] += each.cost
    return days
