"""Panels and variables of dashboards, in the few forms that all of them are made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from grafana_foundation_sdk.builders import prometheus, stat, table, timeseries
from grafana_foundation_sdk.builders.dashboard import Dashboard, DatasourceVariable, QueryVariable, Row
from grafana_foundation_sdk.models.dashboard import DataSourceRef, VariableRefresh, VariableSort

SOURCE = DataSourceRef(type_val="prometheus", uid="${datasource}")
HEIGHT = {"time": 8, "number": 4, "table": 8}
"""Rows of the grid that each form takes."""

Form = Literal["time", "number", "table"]
Widget = timeseries.Panel | stat.Panel | table.Panel


@dataclass(frozen=True, kw_only=True)
class Query:
    """A query of PromQL, and the name of its lines by their labels, such as `{{pool}}`."""

    expr: str
    legend: str = ""


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One question, in `unit`s of Grafana, and what its answer means. `width` is of 24 columns."""

    title: str
    meaning: str
    unit: str
    queries: Sequence[Query]
    form: Form = "time"
    width: int = 12


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
    built = _form(panel.form)
    built.title(panel.title).description(panel.meaning).unit(panel.unit).datasource(SOURCE)
    built.span(panel.width).height(HEIGHT[panel.form])
    for number, query in enumerate(panel.queries):
        target = prometheus.Dataquery().expr(query.expr).legend_format(query.legend).ref_id(chr(65 + number))
        built.with_target(target.range() if panel.form == "time" else target.instant())
    return built


def _form(form: Form) -> Widget:
    match form:
        case "time":
            return timeseries.Panel()
        case "number":
            return stat.Panel()
        case "table":
            return table.Panel()
