"""The report as text for a terminal."""

from collections.abc import Iterator
from decimal import Decimal

from rich.table import Table as Grid
from rich.text import Text

from paved.billing.dividing import dollars
from paved.billing.narrative import (
    ABSENT,
    NO_IDLE,
    REHEARSED,
    day,
    headline,
    interval,
    known_until,
    percent,
    prices,
)
from paved.billing.report import MonthReport
from paved.billing.report_lines import LineTable
from paved.table_text import table_text
from stacks.reading.problems import shown

LABEL = 60


def as_text(report: MonthReport) -> str:
    """The report in the order in which finance asks: how much, whose, why, how sure."""
    return "\n\n".join(part for part in _parts(report) if part)


def _parts(report: MonthReport) -> Iterator[str]:
    yield _heading(report)
    for table in (report.teams, report.cost_centers, report.environments, report.areas):
        yield _lines(table)
    yield _showback(report)
    yield _pools(report)
    yield _drivers(report)
    yield _anomalies(report)
    yield _backtests(report)
    yield "\n".join(report.actuals.notes)


def _heading(report: MonthReport) -> str:
    actuals = report.actuals
    source = f"{actuals.source}, {actuals.rows:,} lines, {actuals.currency}, as of {day(report.as_of)}"
    said = [headline(report), interval(report), known_until(report), source]
    said.append(prices(report))
    if report.actuals.rehearsed:
        said.insert(0, REHEARSED)
    return "\n".join(part for part in said if part)


def _lines(table: LineTable) -> str:
    rows = [*table.lines, *([table.teams] if table.teams else []), table.bill]
    if table.teams is None:
        grid = _grid(table.by, "estimate", "actual", "forecast")
        for line in rows:
            grid.add_row(
                _label(line.label), *(_money(each) for each in (line.estimate, line.actual, line.forecast))
            )
        return table_text(grid)
    grid = _grid(table.by, "budget", "estimate", "actual", "forecast", "left of budget", "")
    for line in rows:
        figures = (line.budget, line.estimate, line.actual, line.forecast, line.variance)
        grid.add_row(_label(line.label), *map(_money, figures), percent(line.variance_percent))
    return table_text(grid)


def _showback(report: MonthReport) -> str:
    showback = report.showback
    grid = _grid("showback", "used", "idle GPUs", "shared", "charged")
    for share in showback.teams:
        idle = _money(share.idle)
        grid.add_row(
            _label(share.holder.place), dollars(share.used), idle, dollars(share.shared), dollars(share.total)
        )
    if showback.undivided:
        grid.add_row(
            "platform that no team stands on",
            "",
            "",
            dollars(showback.undivided),
            dollars(showback.undivided),
        )
    for holder, amount in showback.unallocated.items():
        grid.add_row(_label(holder.label), "", "", "", dollars(amount))
    proof = (
        f"{dollars(showback.used)} used + {dollars(showback.idle)} idle + {dollars(showback.shared_total)} shared "
        f"+ {dollars(showback.unallocated_total)} unallocated = {dollars(showback.bill)}, the bill"
    )
    return f"{table_text(grid)}\n{proof}\n{showback.rule}" + ("" if showback.idle_known else f"\n{NO_IDLE}")


def _pools(report: MonthReport) -> str:
    if not report.showback.pools:
        return ""
    grid = _grid("pool", "GPU hours", "used", "idle", "cost", "idle cost", "a used GPU hour")
    for pool in report.showback.pools:
        idle = f"{pool.use.idle_share * 100:.1f} %"
        hours = (f"{pool.use.gpu_hours:,.1f}", f"{pool.use.used_gpu_hours:,.1f}", idle)
        money = (dollars(pool.cost), dollars(pool.idle), _money(pool.per_used_gpu_hour))
        grid.add_row(f"{pool.use.stack}/{pool.use.pool}", *hours, *money)
    return table_text(grid)


def _drivers(report: MonthReport) -> str:
    if not report.drivers.changed:
        return ""
    grid = _grid(
        f"what changed, first {report.drivers.days} days",
        "",
        str(report.month.previous),
        str(report.month),
        "change",
    )
    for each in report.drivers.changed:
        holder = each.holder.place if each.holder else ""
        grid.add_row(
            _label(holder), _label(each.what), _money(each.before), dollars(each.now), _money(each.change)
        )
    return table_text(grid)


def _anomalies(report: MonthReport) -> str:
    if not report.anomalies:
        return "no anomaly"
    grid = _grid("anomalies", "", "", "days", "cost", "usual", "above")
    for each in report.anomalies:
        money = (dollars(each.cost), dollars(each.usual), dollars(each.impact))
        whose = (_label(each.holder.place), _label(each.what), str(each.days))
        grid.add_row(each.first.isoformat(), *whose, *money)
    return table_text(grid)


def _backtests(report: MonthReport) -> str:
    if not report.backtests:
        return "no backtest: the month before is not in the source"
    grid = _grid(
        f"forecasts of {report.month.previous}", "forecast", "low", "high", "came to", "error", "held"
    )
    for each in report.backtests:
        made = each.forecast
        error = percent(each.error_percent)
        held = {None: ABSENT, True: "yes", False: "no"}[made.holds(each.actual)]
        figures = (made.amount, made.low, made.high, each.actual)
        grid.add_row(f"after {each.known_days} days", *(_money(amount) for amount in figures), error, held)
    return table_text(grid)


def _grid(*titles: str) -> Grid:
    grid = Grid(box=None, pad_edge=False, show_edge=False, header_style=None)
    for number, title in enumerate(titles):
        grid.add_column(
            title, justify="left" if number == 0 or (not title and number < 3) else "right", no_wrap=True
        )
    return grid


def _money(amount: Decimal | None) -> str:
    return ABSENT if amount is None else dollars(amount)


def _label(label: str) -> Text:
    """A label that may hold what a stranger wrote into a tag: shown, never obeyed."""
    return Text(label if label == ABSENT else shown(label, limit=LABEL))
