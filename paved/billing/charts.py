"""The charts of the page, as SVG that takes its colours from the page: light, dark or paper."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from io import StringIO
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from paved.billing.drivers import Driver
from paved.billing.formatting import whole_dollars
from paved.billing.report import MonthReport
from stacks.reading.problems import shown

if TYPE_CHECKING:
    from matplotlib.axes import Axes

INK, SOFT, FAINT, MARK, OVER = "#010101", "#020202", "#030303", "#040404", "#050505"
COLOURS = {INK: "--ink", SOFT: "--soft", FAINT: "--line", MARK: "--mark", OVER: "--over"}
"""Stand-ins that no chart draws by accident, and the property of the page that replaces each."""

STYLE = {
    "svg.fonttype": "none",  # text stays text: it is read aloud, searched and set in the page's own type
    "svg.hashsalt": "paved",
    "font.family": "DejaVu Sans",  # measured with; shipped with matplotlib, so that every machine measures alike
    "font.size": 7.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.edgecolor": FAINT,
    "axes.labelcolor": SOFT,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "text.color": INK,
    "text.parse_math": False,  # a dollar sign is a dollar sign
}
WIDTH = 7.2
NARROW = 3.7
"""Inches of a chart for a page that is as wide as a phone: there its text is as large as on a screen."""
LABEL = 28
MOST_TEAMS = 20
FULLEST = 200.0
"""Percent of a budget at which a bar ends, so that one team does not flatten all others. Its figure goes on."""


def daily_chart(report: MonthReport, width: float = WIDTH) -> str:
    """The month as it adds up day by day, and the forecast to the end of the month."""
    billed = [amount for day, amount in report.daily.items() if day <= report.horizon.through]
    sums = [float(amount) for amount in accumulate(billed)]
    numbers = list(range(1, len(sums) + 1))
    with _axes(2.7, width) as (axes, svg):
        axes.plot([0, *numbers], [0.0, *sums], color=MARK, linewidth=2.2, solid_capstyle="round")
        _draw_forecast(axes, report, sums)
        axes.set_xlim(0, report.month.length)
        axes.set_ylim(bottom=min(0.0, *sums) if sums else 0)
        days = [1, 5, 10, 15, 20, 25] if width == WIDTH else [1, 10, 20]
        axes.set_xticks([*days, report.month.length])
        axes.yaxis.set_major_formatter(lambda value, _: _whole(value))
        axes.grid(axis="y", color=FAINT, linewidth=0.6)
        axes.tick_params(length=0)
        return svg()


def _draw_forecast(axes: "Axes", report: MonthReport, sums: Sequence[float]) -> None:
    """The forecast as a dashed line to the end of the month, with its interval as a wedge."""
    forecast, length = report.forecast, report.month.length
    start, spent = len(sums), sums[-1] if sums else 0.0
    if sums:
        label = "spent" if report.horizon.is_closed else f"spent by day {start}"
        _draw_point(axes, start, spent, label)
    if forecast is None or report.horizon.is_closed:
        return
    end = float(forecast.amount)
    if forecast.low is not None and forecast.high is not None:
        low, high = [spent, float(forecast.low)], [spent, float(forecast.high)]
        axes.fill_between([start, length], low, high, color=FAINT, linewidth=0)
    axes.plot([start, length], [spent, end], color=MARK, linewidth=1.6, linestyle=(0, (3, 3)))
    _draw_point(axes, length, end, "forecast")


def _draw_point(axes: "Axes", day: int, amount: float, label: str) -> None:
    """A point of the line, with its amount and label above and left of it."""
    axes.plot([day], [amount], marker="o", markersize=4.5, color=MARK, clip_on=False, zorder=5)
    text = f"{_whole(amount)} {label}"
    axes.annotate(text, (day, amount), (-6, 7), textcoords="offset points", ha="right", color=INK)


def budget_chart(report: MonthReport, width: float = WIDTH) -> str:
    """Each team's forecast against its budget, as a share of the budget: the fullest first, as many as fit."""
    known = [line for line in report.tables.teams.lines if line.budget and line.forecast is not None]
    fullest = sorted(known, key=lambda line: -_percent(line.forecast, line.budget))[:MOST_TEAMS]
    lines = fullest[::-1]  # matplotlib draws bars from the bottom
    widths = [min(_percent(line.forecast, line.budget), FULLEST) for line in lines]
    with _axes(0.36 * max(len(lines), 1) + 0.45, width) as (axes, svg):
        for number, (line, bar) in enumerate(zip(lines, widths, strict=True)):
            spent = min(_percent(line.actual, line.budget), FULLEST)
            colour = OVER if line.is_over else MARK
            axes.barh(number, bar, height=0.4, color=FAINT, zorder=2)
            axes.barh(number, spent, height=0.4, color=colour, zorder=3)
            text = f"{_percent(line.forecast, line.budget):.0f} %"
            axes.text(max(bar, 0) + 1.2, number, text, va="center", ha="left", color=colour, zorder=4)
        axes.axvline(100, color=INK, linewidth=1, zorder=5)
        axes.set_yticks(
            range(len(lines)),
            [shown(line.label, limit=LABEL if width == WIDTH else LABEL // 2) for line in lines],
        )
        axes.set_xlim(0, max([112.0, *(bar * (1.12 if width == WIDTH else 1.25) for bar in widths)]))
        marks = {0: "0", 25: "25 %", 50: "50 %", 75: "75 %", 100: "budget"}
        shown_marks = marks if width == WIDTH else {0: "0", 50: "50 %", 100: "budget"}
        axes.set_xticks(list(shown_marks), list(shown_marks.values()))
        axes.tick_params(length=0)
        for label in axes.get_yticklabels():
            label.set_color(INK)
        return svg()


def change_chart(report: MonthReport) -> str:
    """The largest changes since the month before, up to the right, down to the left."""
    changed = [driver for driver in report.drivers.changed if driver.owner and driver.change]
    changed.reverse()
    with _axes(0.34 * max(len(changed), 1) + 0.3) as (axes, svg):
        values = [float(driver.change or 0) for driver in changed]
        reach = max([abs(value) for value in values] or [1.0])
        for number, (driver, value) in enumerate(zip(changed, values, strict=True)):
            axes.barh(number, value, height=0.5, color=MARK)
            sign = "+" if value > 0 else ""
            side = 1 if value > 0 else -1
            axes.text(
                value + side * reach * 0.015,
                number,
                f"{sign}{whole_dollars(driver.change)}",
                va="center",
                ha="left" if value > 0 else "right",
            )
        axes.axvline(0, color=SOFT, linewidth=0.8)
        axes.set_yticks(range(len(changed)), [_label(driver) for driver in changed])
        axes.set_xlim(min([0.0, *values]) - reach * 0.17, max([0.0, *values]) + reach * 0.17)
        axes.set_xticks([])
        axes.spines["bottom"].set_visible(False)
        axes.tick_params(length=0)
        return svg()


def _label(driver: Driver) -> str:
    """The label of a bar, cut to leave room for it: a tag may be as long as somebody likes."""
    owner = driver.owner.stack_or_label if driver.owner else ""
    return f"{shown(owner, limit=LABEL)}  {shown(driver.item, limit=LABEL)}"


def _percent(amount: Decimal | None, budget: Decimal | None) -> float:
    return float(amount / budget * 100) if amount is not None and budget else 0.0


def _whole(amount: float) -> str:
    return whole_dollars(Decimal(str(round(amount))))


@contextmanager
def _axes(height: float, width: float = WIDTH) -> "Iterator[tuple[Axes, Callable[[], str]]]":
    """Axes to draw on, and a function that makes SVG of them."""
    from matplotlib import rc_context
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    style: Any = STYLE
    with rc_context(style):
        figure = Figure(figsize=(width, height), layout="constrained")
        FigureCanvasSVG(figure)
        axes: Any = figure.add_subplot()

        def svg() -> str:
            text = StringIO()
            # The day and the version of matplotlib would make other bytes of the same report.
            no_metadata: Any = dict.fromkeys(("Creator", "Date", "Format", "Type"))
            figure.savefig(text, format="svg", transparent=True, metadata=no_metadata)
            return text.getvalue()

        yield axes, svg


def themed(name: str, svg: str, caption: str) -> str:
    """A chart fit for the page: no header, ids of its own, the page's colours and type, named by its caption."""
    body = svg[svg.index("<svg") :]
    body = re.sub(r"<style.*?</style>|<metadata>.*?</metadata>", "", body, flags=re.DOTALL)
    body = re.sub(r'\s(width|height)="[\d.]+pt"', "", body, count=2)
    body = re.sub(r'(\sid="|url\(#|href="#)', rf"\g<1>{name}-", body)
    body = re.sub(r"font: ([\d.]+)px [^;\"]+", r"font: \1px var(--sans)", body)
    for colour, variable in COLOURS.items():
        body = body.replace(colour, f"var({variable})")
    return body.replace("<svg ", f'<svg role="img" aria-labelledby="{caption}" ', 1)
