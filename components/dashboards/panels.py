"""Panels and variables of dashboards, in the few forms that all of them are made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from grafana_foundation_sdk.builders import common, prometheus, stat, table, timeseries
from grafana_foundation_sdk.builders.dashboard import (
    Dashboard,
    DatasourceVariable,
    QueryVariable,
    Row,
    ThresholdsConfig,
)
from grafana_foundation_sdk.models.common import GraphThresholdsStyleMode, StackingMode
from grafana_foundation_sdk.models.dashboard import (
    DataSourceRef,
    DataTransformerConfig,
    Threshold,
    ThresholdsMode,
    VariableRefresh,
    VariableSort,
)
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

SOURCE = DataSourceRef(type_val="prometheus", uid="${datasource}")
GRID = 24
"""Columns of a dashboard."""
FILL = 30
"""Percent of the colour below a line of a stack."""
TIME_COLUMN, VALUE_COLUMN = "Time", "Value"
"""The columns that Grafana adds to those of labels; of several queries they are `Value #A` and so on."""
PLAIN, GOOD, BAD = "text", "green", "red"
"""Colours of Grafana, by their names there."""

Form = Literal["time", "number", "table"]
Widget = timeseries.Panel | stat.Panel | table.Panel


@dataclass(frozen=True, kw_only=True)
class Query:
    """A query of PromQL, and the name of its lines by their labels, such as `{{pool}}`."""

    expr: str
    legend: str = ""


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One question, in `unit`s of Grafana, and what its answer means. `width` is of 24 columns.

    A number is red below `bad_below` and green from there on; a line at `bad_above` is drawn over time. `columns` are
    the headings of a table by their labels. `none` is said where there is no answer and that is one.
    """

    title: str
    meaning: str
    unit: str
    queries: Sequence[Query]
    form: Form = "time"
    width: int = 12
    height: int = 8
    bad_below: float | None = None
    bad_above: float | None = None
    stacked: bool = False
    columns: Mapping[str, str] = field(default_factory=dict)
    none: str = ""


@dataclass(frozen=True, kw_only=True)
class Variable:
    """A choice at the top of a dashboard: the values of a label of a series."""

    name: str
    label: str
    series: str
    of: str
    every: bool = False


@dataclass(frozen=True, kw_only=True)
class PanelRow:
    """A row of panels under a heading."""

    title: str
    panels: Sequence[Panel]


@dataclass(frozen=True, kw_only=True)
class Board:
    """A dashboard: `name` is its file and the end of its address, `folder` the readers that it is for."""

    name: str
    title: str
    folder: Literal["Platform", "Teams", "Finance"]
    meaning: str
    variables: Sequence[Variable]
    sections: Sequence[PanelRow]
    hours: int = 24

    @property
    def queries(self) -> list[str]:
        """Every expression, those that variables ask for among them."""
        found = [each.series for each in self.variables]
        for section in self.sections:
            for panel in section.panels:
                found += [query.expr for query in panel.queries]
        return found


def dashboard(board: Board) -> Dashboard:
    """The dashboard as Grafana's own schema has it. People cannot change it: the next deployment would undo it."""
    built = Dashboard(board.title)
    built.uid(f"paved-{board.name}").description(board.meaning).tags(["paved"]).readonly()
    built.time(f"now-{board.hours}h", "now").refresh("1m").timezone("utc")
    built.with_variable(DatasourceVariable("datasource").label("Source").type("prometheus"))
    for variable in board.variables:
        built.with_variable(_variable(variable))
    for section in board.sections:
        built.with_row(Row(section.title))
        for panel in section.panels:
            built.with_panel(_widget(panel))
    return built


def _variable(variable: Variable) -> QueryVariable:
    asked: dict[str, object] = {
        "query": f"label_values({variable.series}, {variable.of})",
        "refId": variable.name,
    }
    built = QueryVariable(variable.name).label(variable.label).datasource(SOURCE).query(asked)
    built.refresh(VariableRefresh.ON_TIME_RANGE_CHANGED).sort(VariableSort.ALPHABETICAL_ASC)
    return built.include_all(True).all_value(".*").multi(True) if variable.every else built


def _widget(panel: Panel) -> Widget:
    built = _form(panel)
    built.title(panel.title).description(panel.meaning).unit(panel.unit).datasource(SOURCE)
    built.span(panel.width).height(panel.height).thresholds(_thresholds(panel))
    if panel.none:
        built.no_value(panel.none)
    for number, query in enumerate(panel.queries):
        target = prometheus.Dataquery().expr(query.expr).legend_format(query.legend).ref_id(chr(65 + number))
        if panel.form == "table":
            # As series, a table shows the first of them and a list to choose from.
            target.format(PromQueryFormat.TABLE)
        built.with_target(target.range() if panel.form == "time" else target.instant())
    return built


def _form(panel: Panel) -> Widget:
    match panel.form:
        case "time":
            return _lines(panel)
        case "number":
            return stat.Panel()
        case "table":
            return _table(panel)


def _table(panel: Panel) -> table.Panel:
    built = table.Panel()
    if len(panel.queries) > 1:
        built.with_transformation(DataTransformerConfig(id_val="merge", options={}))
    return built.with_transformation(_headings(panel.columns))


def _lines(panel: Panel) -> timeseries.Panel:
    """Lines over time, from 0 on: an axis that begins above it makes much of little."""
    built = timeseries.Panel().axis_soft_min(0)
    if panel.stacked:
        built.stacking(common.StackingConfig().mode(StackingMode.NORMAL)).fill_opacity(FILL)
    if panel.bad_above is not None:
        built.thresholds_style(common.GraphThresholdsStyleConfig().mode(GraphThresholdsStyleMode.DASHED))
    return built


def _thresholds(panel: Panel) -> ThresholdsConfig:
    """The steps of good and bad. Without any, Grafana has its own: green, and red from 80 on, of whatever unit."""
    steps = [Threshold(value=None, color=PLAIN if panel.bad_below is None else BAD)]
    if panel.bad_below is not None:
        steps.append(Threshold(value=panel.bad_below, color=GOOD))
    if panel.bad_above is not None:
        steps.append(Threshold(value=panel.bad_above, color=BAD))
    return ThresholdsConfig().mode(ThresholdsMode.ABSOLUTE).steps(steps)


def _headings(columns: Mapping[str, str]) -> DataTransformerConfig:
    """The columns in their order and by their headings; the time, which is now, and a value without one go."""
    hidden = {TIME_COLUMN, VALUE_COLUMN} - set(columns)
    return DataTransformerConfig(
        id_val="organize",
        options={
            "excludeByName": dict.fromkeys(sorted(hidden), True),
            "indexByName": {name: place for place, name in enumerate(columns)},
            "renameByName": dict(columns),
        },
    )
