"""The section on the trend: twelve months and the year to date."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from paved.operations.fleet_sections import dollars_of
from paved.operations.page_parts import (
    NO_DATA,
    Columns,
    PageSection,
    Table,
    count,
    figure,
    listed,
    money,
    share,
    short_duration,
)
from paved.operations.report import ScopeReport
from paved.operations.summary import Summary
from paved.table_text import counted


@dataclass(frozen=True)
class TrendFigure:
    """A column of the trend: its name, its value in a month, and its form."""

    name: str
    value: Callable[[Summary], float | None]
    form: Callable[[Any], str]


TREND = (
    TrendFigure("Deployments a week", lambda each: each.deployments_a_week, figure),
    TrendFigure("Lead time", lambda each: each.lead_time, short_duration),
    TrendFigure("Changes that failed", lambda each: each.failure_rate, share),
    TrendFigure("Incidents", lambda each: each.incidents, count),
    TrendFigure("Time to restore", lambda each: each.restore_time, short_duration),
    TrendFigure("Objectives met", lambda each: each.met_share, share),
    TrendFigure("Models on the road", lambda each: each.road_share, share),
    TrendFigure("Models promoted", lambda each: each.releases, count),
    TrendFigure("By hand", lambda each: each.interventions, count),
    TrendFigure("GPU-hours", lambda each: each.gpu_hours, lambda value: figure(value, 0)),
    TrendFigure("Useful", lambda each: each.useful_share, share),
    TrendFigure(
        "A useful GPU-hour", lambda each: each.useful_hour_cents, lambda value: money(dollars_of(value))
    ),
)
CHARTED = ("Deployments a week", "Lead time", "Time to restore", "Useful")


def trend_section(scope: ScopeReport) -> PageSection:
    """Twelve months and the year to date."""
    table = Table(
        caption="The month and the eleven before it; times are medians",
        head=("Month", *(each.name for each in TREND)),
        rows=tuple((str(each.month), *_trend_row(each.summary)) for each in scope.trend),
        foot=(str(scope.trend[-1].month.first.year), *_trend_row(scope.year)),
    )
    missing = [str(each.month) for each in scope.trend if each.summary is None]
    notes = [f"The last line is the year to date: {counted(scope.year_months, 'month')} with a report."]
    if missing:
        said = listed(missing) if len(missing) < 4 else f"{len(missing)} of the twelve months"
        notes.append(f"No report of {said}: there is no `operations-YYYY-MM.json` of it in the folder.")
    alone = [str(each.month) for each in scope.trend if _is_availability_alone(each.summary)]
    if alone:
        notes.append(f"Objectives met of {alone[0]} to {alone[-1]} are of availability: no other was judged.")
    columns = [_columns(scope, name) for name in CHARTED]
    return PageSection(
        id="trend",
        title="Twelve months",
        columns=tuple(each for each in columns if sum(value is not None for _, value, _ in each.months) > 1),
        tables=(table,),
        notes=tuple(notes),
    )


def _is_availability_alone(summary: Summary | None) -> bool:
    """Whether a month's report judged no objective but availability."""
    return summary is not None and summary.objectives is None and summary.endpoints is not None


def _trend_row(summary: Summary | None) -> tuple[str, ...]:
    return tuple(NO_DATA if summary is None else each.form(each.value(summary)) for each in TREND)


def _columns(scope: ScopeReport, wanted: str) -> Columns:
    [trend] = [each for each in TREND if each.name == wanted]
    months = [(str(each.month), trend.value(each.summary) if each.summary else None) for each in scope.trend]
    return Columns(title=wanted, months=tuple((month, each, trend.form(each)) for month, each in months))
