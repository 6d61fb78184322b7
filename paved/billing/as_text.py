"""The report as text for a terminal."""

from collections.abc import Iterator

from rich.table import Table as Grid
from rich.text import Text

from paved.billing import narrative
from paved.billing.formatting import ABSENT, day_in_words, dollars, percent, percent_of, yes_or_no
from paved.billing.report import MonthReport
from paved.billing.report_lines import LineTable, ReportLine
from paved.table_text import table_text
from stacks.reading.problems import shown

LABEL = 60


def as_text(report: MonthReport) -> str:
    """The report in the order in which finance asks: how much, of which team, why, how sure."""
    return "\n\n".join(part for part in _parts(report) if part)


def _parts(report: MonthReport) -> Iterator[str]:
    yield _heading(report)
    for table in report.tables.every:
        yield _lines(report, table)
    yield _unseen(report)
    yield _showback(report)
    yield _commitments(report)
    yield _pools(report)
    yield _drivers(report)
    yield _anomalies(report)
    yield _backtests(report)
    yield "\n".join(report.actuals.notes)


def _heading(report: MonthReport) -> str:
    actuals = report.actuals
    as_of = day_in_words(report.as_of)
    source = f"{actuals.source}, {actuals.rows:,} lines, {actuals.currency}, as of {as_of}"
    sentences = [
        narrative.REHEARSED if actuals.rehearsed else None,
        narrative.headline(report),
        *narrative.gaps(report),
        narrative.interval(report),
        narrative.known_until(report),
        narrative.metric(report),
        narrative.outside(report),
        source,
        narrative.prices(report),
    ]
    return "\n".join(sentence for sentence in sentences if sentence)


def _lines(report: MonthReport, table: LineTable) -> str:
    totals = [table.total] if table.teams is None else [table.teams, table.total]
    has_budgets = table.teams is not None
    if has_budgets:
        grid = _grid(table.by, "budget", "estimate", report.column, "forecast", "left of budget", "")
    else:
        grid = _grid(table.by, "estimate", report.column, "forecast")
    for line in (*table.lines, *totals):
        grid.add_row(_label(line.label), *_figures(line, has_budgets))
    return table_text(grid)


def _unseen(report: MonthReport) -> str:
    if report.unseen is None:
        return narrative.NO_TEAM_TAGS
    if not report.unseen:
        return ""
    grid = _grid("not counted by the budget in AWS", "", report.column)
    for each in report.unseen:
        grid.add_row(_label(each.team), _label(each.reason), dollars(each.amount))
    return table_text(grid)


def _figures(line: ReportLine, has_budgets: bool) -> list[str]:
    costs = [dollars(line.estimate), dollars(line.actual), dollars(line.forecast)]
    if not has_budgets:
        return costs
    return [dollars(line.budget), *costs, dollars(line.variance), percent(line.variance_percent)]


def _showback(report: MonthReport) -> str:
    showback = report.showback
    grid = _grid(f"showback, {report.column}", "used", "idle GPUs", "shared", "common", "charged")
    for share in showback.teams:
        amounts = (share.used, share.idle, share.shared, share.common, share.total)
        grid.add_row(_label(share.owner.stack_or_label), *map(dollars, amounts))
    if showback.undivided:
        undivided = dollars(showback.undivided)
        grid.add_row("platform that no team stands on", "", "", undivided, "", undivided)
    for owner, amount in (*showback.undistributed.items(), *showback.unallocated.items()):
        grid.add_row(_label(owner.label), "", "", "", "", dollars(amount))
    proof, invoice = _proof(report), f"Reconciles to the invoice: {narrative.reconciliation(report)}"
    notes = [proof, invoice, *showback.rules, *([] if showback.idle_known else [narrative.NO_IDLE])]
    return "\n".join((table_text(grid), *notes))


def _proof(report: MonthReport) -> str:
    showback = report.showback
    return (
        f"{dollars(showback.used)} used + {dollars(showback.idle)} idle + {dollars(showback.shared_total)} shared "
        f"+ {dollars(showback.common_total)} common + {dollars(showback.unallocated_total)} unallocated "
        f"= {dollars(showback.total)} {report.column}"
    )


def _commitments(report: MonthReport) -> str:
    found = report.commitments
    if found is None or not found.each:
        return narrative.coverage(report)
    grid = _grid("commitment", "", "fee billed", "used", "unused", "utilisation")
    for use in found.each:
        used = ABSENT if use.utilisation_percent is None else percent_of(use.utilisation_percent)
        grid.add_row(_label(use.id), _label(use.type), *map(dollars, (use.fee, use.used, use.unused)), used)
    return f"{narrative.coverage(report)}\n{table_text(grid)}"


def _pools(report: MonthReport) -> str:
    if not report.showback.pools:
        return ""
    grid = _grid("pool", "GPU hours", "used", "idle", "cost", "idle cost", "a used GPU hour")
    for pool in report.showback.pools:
        idle = f"{pool.use.idle_share * 100:.1f} %"
        hours = (f"{pool.use.gpu_hours:,.1f}", f"{pool.use.used_gpu_hours:,.1f}", idle)
        money = (dollars(pool.cost), dollars(pool.idle), dollars(pool.per_used_gpu_hour))
        grid.add_row(f"{pool.use.stack}/{pool.use.pool}", *hours, *money)
    return table_text(grid)


def _drivers(report: MonthReport) -> str:
    drivers = report.drivers
    if not drivers.changed:
        return ""
    title = f"what changed, first {drivers.days} days"
    grid = _grid(title, "", str(report.month.previous), str(report.month), "change")
    for driver in drivers.changed:
        owner = driver.owner.stack_or_label if driver.owner else ""
        amounts = (driver.before, driver.now, driver.change)
        grid.add_row(_label(owner), _label(driver.item), *map(dollars, amounts))
    return table_text(grid)


def _anomalies(report: MonthReport) -> str:
    if not report.anomalies:
        return "no anomaly"
    grid = _grid("anomalies", "", "", "days", "cost", "usual", "above")
    for anomaly in report.anomalies:
        owner, item = _label(anomaly.owner.stack_or_label), _label(anomaly.item)
        amounts = (anomaly.cost, anomaly.usual, anomaly.impact)
        grid.add_row(anomaly.first.isoformat(), owner, item, str(anomaly.days), *map(dollars, amounts))
    return table_text(grid)


def _backtests(report: MonthReport) -> str:
    if not report.backtests:
        return "no backtest: the month before is not in the source"
    title = f"forecasts of {report.month.previous}"
    grid = _grid(title, "forecast", "low", "high", "came to", "error", "held")
    for test in report.backtests:
        forecast = test.forecast
        amounts = (forecast.amount, forecast.low, forecast.high, test.actual)
        held = yes_or_no(forecast.holds(test.actual))
        days = f"after {test.known_days} days"
        grid.add_row(days, *map(dollars, amounts), percent(test.error_percent), held)
    return table_text(grid)


def _grid(*titles: str) -> Grid:
    """A table without lines. The first column is text, and so are those beside it that have no title."""
    grid = Grid(box=None, pad_edge=False, show_edge=False, header_style=None)
    for number, title in enumerate(titles):
        is_text = number == 0 or (not title and number < 3)
        grid.add_column(title, justify="left" if is_text else "right", no_wrap=True)
    return grid


def _label(label: str) -> Text:
    """A label that may hold text of a stranger, written into a tag: shown, never obeyed."""
    return Text(label if label == ABSENT else shown(label, limit=LABEL))
