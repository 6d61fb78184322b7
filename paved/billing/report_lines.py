"""Tables of the report: budget, estimate, actual, forecast and variance by team, cost center, environment and area."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from functools import cached_property

from paved.billing.allocation import Amounts, sum_by
from paved.billing.budget_owners import BudgetOwner, BudgetOwners
from paved.billing.cost_areas import AREAS
from paved.billing.cost_owner import OWNER_KINDS, CostOwner, stack_owner
from paved.billing.formatting import ABSENT
from paved.billing.month_estimate import MonthEstimate
from pricing.money import DIGITS, ZERO, cents


@dataclass(frozen=True, kw_only=True)
class ReportLine:
    """One line of a table. None is a figure that does not exist; it is never zero."""

    label: str
    budget: Decimal | None
    estimate: Decimal | None
    actual: Decimal
    forecast: Decimal | None
    is_judged: bool = True

    @property
    def variance(self) -> Decimal | None:
        """The budget that the forecast leaves; below zero is over budget. None where budgets are not judged."""
        if self.budget is None or self.forecast is None or not self.is_judged:
            return None
        return self.budget - self.forecast

    @property
    def variance_percent(self) -> Decimal | None:
        """The variance in percent of the budget."""
        if self.variance is None or not self.budget:
            return None
        with localcontext(prec=DIGITS):
            return (self.variance / self.budget * 100).quantize(Decimal("0.1"))

    @property
    def is_over(self) -> bool:
        """Whether the forecast passes the budget."""
        return self.variance is not None and self.variance < 0


@dataclass(frozen=True, kw_only=True)
class LineTable:
    """Lines by one thing. `teams` adds up those that have a budget, `total` adds up all."""

    by: str
    lines: tuple[ReportLine, ...]
    teams: ReportLine | None
    total: ReportLine


@dataclass(frozen=True, kw_only=True)
class LineFigures:
    """The figures of a month that every table adds up: whole cents by allocation key, and the estimate.

    `total_label` names the cost of FOCUS that actual figures are in; budgets are judged where `is_judged`.
    """

    budget_owners: BudgetOwners
    actual: Amounts
    forecast: Amounts | None
    estimate: MonthEstimate | None
    total_label: str
    is_judged: bool

    @cached_property
    def actual_by_owner(self) -> Mapping[CostOwner, Decimal]:
        """The actual cost by owner."""
        return sum_by(self.actual, lambda key: key.owner)

    @cached_property
    def forecast_by_owner(self) -> Mapping[CostOwner, Decimal] | None:
        """The forecast by owner; None without a forecast."""
        return None if self.forecast is None else sum_by(self.forecast, lambda key: key.owner)

    @cached_property
    def stacks(self) -> Mapping[CostOwner, BudgetOwner]:
        """The stacks by who owns their cost."""
        return {stack_owner(each): each for each in self.budget_owners.stacks}


@dataclass(frozen=True, kw_only=True)
class MonthTables:
    """The month four times over, each table adding up to it."""

    teams: LineTable
    cost_centers: LineTable
    environments: LineTable
    areas: LineTable

    @property
    def every(self) -> tuple[LineTable, ...]:
        """The tables in the order of the report."""
        return self.teams, self.cost_centers, self.environments, self.areas


def month_tables(figures: LineFigures) -> MonthTables:
    """Every table of a month."""
    return MonthTables(
        teams=by_team(figures),
        cost_centers=by_cost_center(figures),
        environments=by_environment(figures),
        areas=by_area(figures),
    )


def by_team(figures: LineFigures) -> LineTable:
    """A line for each team, for the shared platform, and for cost that is nobody's."""
    return _by_owner(figures, "Team", lambda owner: owner.label)


def by_cost_center(figures: LineFigures) -> LineTable:
    """A line for each cost center that stack files name; the shared platform has no budget, and stands apart."""

    def label(owner: CostOwner) -> str:
        return _label_of_stacks(figures.budget_owners, owner, lambda stack: stack.cost_center)

    return _by_owner(figures, "Cost center", label)


def by_environment(figures: LineFigures) -> LineTable:
    """A line for each environment; the shared platform has no budget, and stands apart."""

    def label(owner: CostOwner) -> str:
        return _label_of_stacks(figures.budget_owners, owner, lambda stack: stack.environment)

    return _by_owner(figures, "Environment", label)


def by_area(figures: LineFigures) -> LineTable:
    """A line for each part of the platform. Budgets are of teams, so there is none by area."""
    estimate = _estimate_by_area(figures.estimate)
    actual = sum_by(figures.actual, lambda key: key.area)
    forecast = None if figures.forecast is None else sum_by(figures.forecast, lambda key: key.area)
    lines: list[ReportLine] = []
    for area in AREAS:
        if area in actual or area in estimate:
            line = ReportLine(
                label=area,
                budget=None,
                estimate=cents(estimate[area]) if area in estimate else None,
                actual=actual.get(area, ZERO),
                forecast=None if forecast is None else forecast.get(area, ZERO),
            )
            lines.append(line)
    return LineTable(by="Area", lines=tuple(lines), teams=None, total=_total(figures, lines))


def _estimate_by_area(estimate: MonthEstimate | None) -> dict[str, Decimal]:
    areas: dict[str, Decimal] = {}
    for stack in estimate.stacks.values() if estimate else ():
        for area, amount in stack.areas.items():
            areas[area] = areas.get(area, ZERO) + amount
    return areas


def _by_owner(figures: LineFigures, title: str, label_of: Callable[[CostOwner], str]) -> LineTable:
    # A stack without cost has its line all the same, for its budget.
    every = set(figures.actual_by_owner) | set(figures.forecast_by_owner or ()) | set(figures.stacks)
    groups: dict[str, list[CostOwner]] = {}
    for owner in sorted(every):
        groups.setdefault(label_of(owner), []).append(owner)
    ordered = sorted(groups, key=lambda label: (OWNER_KINDS.index(groups[label][0].kind), label))
    lines = tuple(_line(figures, label, groups[label]) for label in ordered)
    teams = [line for line in lines if line.budget is not None]
    return LineTable(by=title, lines=lines, teams=_teams(figures, teams), total=_total(figures, lines))


def _line(figures: LineFigures, label: str, owners: Sequence[CostOwner]) -> ReportLine:
    stacks = [figures.stacks[owner] for owner in owners if owner in figures.stacks]
    forecast = figures.forecast_by_owner
    return ReportLine(
        label=label,
        budget=known_sum(stack.budget for stack in stacks),
        estimate=_estimate(figures.estimate, owners),
        actual=_sum_of(owners, figures.actual_by_owner),
        forecast=None if forecast is None else _sum_of(owners, forecast),
        is_judged=figures.is_judged,
    )


def _sum_of(owners: Iterable[CostOwner], amounts: Mapping[CostOwner, Decimal]) -> Decimal:
    return sum((amounts.get(owner, ZERO) for owner in owners), ZERO)


def _label_of_stacks(
    budget_owners: BudgetOwners, owner: CostOwner, label_of: Callable[[BudgetOwner], str]
) -> str:
    """The label in an owner's stack file; where tags do not name the stack, the one that all of its files share."""
    if owner.kind == "common":
        return "Tax, support, plan fees"
    if owner.kind not in ("team", "shared"):
        return "Not allocated"
    stacks = [budget_owners.by_stack[owner.stack]] if owner.stack else budget_owners.stacks
    labels = {label_of(stack) for stack in stacks if stack.team == owner.team}
    label = labels.pop() if len(labels) == 1 else ABSENT
    return f"{label} (shared)" if owner.kind == "shared" else label


def _estimate(estimate: MonthEstimate | None, owners: Iterable[CostOwner]) -> Decimal | None:
    """The expected cost of owners; None unless every stack of theirs was priced."""
    if estimate is None:
        return None
    stacks = [owner.stack for owner in owners if owner.stack]
    if not stacks or any(stack not in estimate.stacks for stack in stacks):
        return None
    return cents(sum((estimate.stacks[stack].expected for stack in stacks), ZERO))


def _teams(figures: LineFigures, lines: Sequence[ReportLine]) -> ReportLine:
    budget = known_sum(line.budget for line in lines)
    return replace(_total(figures, lines), label="Teams", budget=budget, is_judged=figures.is_judged)


def _total(figures: LineFigures, lines: Sequence[ReportLine]) -> ReportLine:
    # The whole has parts without a budget, so that a sum of budgets beside it would promise too much.
    return ReportLine(
        label=figures.total_label,
        budget=None,
        estimate=known_sum(line.estimate for line in lines),
        actual=sum((line.actual for line in lines), ZERO),
        forecast=known_sum(line.forecast for line in lines),
    )


def known_sum(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """The sum of the amounts that exist; None where none does."""
    found = [amount for amount in amounts if amount is not None]
    return sum(found, ZERO) if found else None
