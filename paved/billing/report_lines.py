"""Budget, estimate, actual, forecast and variance, line by line, by whatever finance looks at."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

from paved.billing.allocation import Amounts, by
from paved.billing.budget_owners import BudgetOwner, BudgetOwners
from paved.billing.cost_areas import AREAS
from paved.billing.cost_owner import KINDS, UNKNOWN, CostOwner, owner
from paved.billing.estimate import MonthEstimate
from pricing.money import DIGITS, ZERO, cents


@dataclass(frozen=True, kw_only=True)
class ReportLine:
    """One line of a table. None is a figure that does not exist; it is never zero."""

    label: str
    budget: Decimal | None
    estimate: Decimal | None
    actual: Decimal
    forecast: Decimal | None

    @property
    def variance(self) -> Decimal | None:
        """What the forecast leaves of the budget; below zero is over budget."""
        return None if self.budget is None or self.forecast is None else self.budget - self.forecast

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
    """Lines by one thing. `teams` adds up those that have a budget, `bill` adds up all."""

    by: str
    lines: tuple[ReportLine, ...]
    teams: ReportLine | None
    bill: ReportLine


@dataclass(frozen=True, kw_only=True)
class LineFigures:
    """What lines are made of: whole cents by cell, and what was planned."""

    organisation: BudgetOwners
    actual: Amounts
    forecast: Amounts | None
    estimate: MonthEstimate | None


def by_team(figures: LineFigures) -> LineTable:
    """A line for each team, for the shared platform, and for what is nobody's."""
    return _by_holder(figures, "Team", lambda holder: holder.label)


def by_cost_center(figures: LineFigures) -> LineTable:
    """A line for each cost center that stack files name; what is shared stands apart, for it has no budget."""
    return _by_holder(
        figures, "Cost center", lambda holder: _told(figures, holder, lambda owned: owned.cost_center)
    )


def by_environment(figures: LineFigures) -> LineTable:
    """A line for each environment; what is shared stands apart, for it has no budget."""
    return _by_holder(
        figures, "Environment", lambda holder: _told(figures, holder, lambda owned: owned.environment)
    )


def by_area(figures: LineFigures) -> LineTable:
    """A line for each part of the platform. Budgets are of teams, so there is none by area."""
    planned: dict[str, Decimal] = {}
    for stack in figures.estimate.stacks.values() if figures.estimate else ():
        for area, amount in stack.areas.items():
            planned[area] = planned.get(area, ZERO) + amount
    actual = by(figures.actual, lambda cell: cell.area)
    forecast = None if figures.forecast is None else by(figures.forecast, lambda cell: cell.area)
    lines = tuple(
        ReportLine(
            label=area,
            budget=None,
            estimate=None if area not in planned else cents(planned[area]),
            actual=actual.get(area, ZERO),
            forecast=None if forecast is None else forecast.get(area, ZERO),
        )
        for area in AREAS
        if area in actual or area in planned
    )
    return LineTable(by="Area", lines=lines, teams=None, bill=_added("Bill", lines))


def _by_holder(figures: LineFigures, title: str, key: Callable[[CostOwner], str]) -> LineTable:
    actual = by(figures.actual, lambda cell: cell.holder)
    forecast = {} if figures.forecast is None else by(figures.forecast, lambda cell: cell.holder)
    of_stacks = {owner(owned): owned for owned in figures.organisation.stacks}
    groups: dict[str, list[CostOwner]] = {}
    for holder in sorted({*actual, *forecast, *of_stacks}):
        groups.setdefault(key(holder), []).append(holder)
    ordered = sorted(groups, key=lambda label: (KINDS.index(groups[label][0].kind), label))
    lines = [
        ReportLine(
            label=label,
            budget=known_sum(of_stacks[each].budget for each in groups[label] if each in of_stacks),
            estimate=_estimate(figures.estimate, groups[label]),
            actual=sum((actual.get(each, ZERO) for each in groups[label]), ZERO),
            forecast=None
            if figures.forecast is None
            else sum((forecast.get(each, ZERO) for each in groups[label]), ZERO),
        )
        for label in ordered
    ]
    teams = [line for line in lines if line.budget is not None]
    return LineTable(by=title, lines=tuple(lines), teams=_added("Teams", teams), bill=_added("Bill", lines))


def _told(figures: LineFigures, holder: CostOwner, of: Callable[[BudgetOwner], str]) -> str:
    """What a stack file says of a holder; where tags do not tell the stack, what all of its owner's files agree on."""
    if holder.kind == "unallocated":
        return "Not allocated"
    organisation = figures.organisation
    stacks = [organisation.by_name[holder.stack]] if holder.stack else organisation.stacks
    said = {of(owned) for owned in stacks if owned.team == holder.team}
    label = said.pop() if len(said) == 1 else UNKNOWN
    return f"{label} (shared)" if holder.kind == "shared" else label


def _estimate(estimate: MonthEstimate | None, holders: Iterable[CostOwner]) -> Decimal | None:
    """What holders were expected to cost; None unless every stack of theirs was priced."""
    if estimate is None:
        return None
    stacks = [holder.stack for holder in holders if holder.stack]
    if not stacks or any(stack not in estimate.stacks for stack in stacks):
        return None
    return cents(sum((estimate.stacks[stack].expected for stack in stacks), ZERO))


def _added(label: str, lines: Sequence[ReportLine]) -> ReportLine:
    return ReportLine(
        label=label,
        budget=None if label == "Bill" else known_sum(line.budget for line in lines),
        estimate=known_sum(line.estimate for line in lines),
        actual=sum((line.actual for line in lines), ZERO),
        forecast=known_sum(line.forecast for line in lines),
    )


def known_sum(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """The sum of the amounts that exist; None where none does."""
    found = [amount for amount in amounts if amount is not None]
    return sum(found, ZERO) if found else None
