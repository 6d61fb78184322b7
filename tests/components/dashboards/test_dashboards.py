"""Each panel of each dashboard asks for series that something exports, and the real engine answers it."""

import json
import re
import shutil
import subprocess

import promql_parser
import pytest
import yaml

from components.dashboards.catalogue import BOARDS, dashboard_files
from reference.vocabulary import PROMETHEUS_RULE
from tests.components.dashboards.exported import labels_of, recorded, series, unlike_the_week

PROMTOOL = shutil.which("promtool")
QUERIES = sorted({query for board in BOARDS for query in board.queries})
CHOSEN = {"$namespace": "vision-prod", "$endpoint": "detector", "$stack": "vision-prod"}


def chosen(query):
    """A query with a choice made of each variable."""
    for variable, value in CHOSEN.items():
        query = query.replace(variable, value)
    return query


def selectors(node):
    """Every selector of an expression, by a real parser of PromQL."""
    if isinstance(node, promql_parser.VectorSelector):
        yield node
    for part in ("lhs", "rhs", "expr", "param", "vector_selector", "args"):
        inner = getattr(node, part, None)
        for each in inner if isinstance(inner, list) else [inner]:
            if isinstance(each, promql_parser.Expr | promql_parser.VectorSelector):
                yield from selectors(each)


def asked(query):
    """Each metric that a query reads, and the labels that it selects by."""
    for selector in selectors(promql_parser.parse(chosen(query))):
        yield selector.name, {each.name for each in selector.matchers.matchers}


@pytest.mark.parametrize("query", QUERIES)
def test_a_panel_asks_for_series_that_something_exports(query):
    exported = labels_of(series())
    found = list(asked(query))
    assert found
    for metric, labels in found:
        assert metric in exported, metric
        assert labels <= exported[metric], (metric, labels - exported[metric])


def test_a_series_that_nothing_exports_would_be_found():
    ((metric, labels),) = asked('sum(rate(gpu_hours_total{team="a"}[5m]))')
    assert (metric, labels) == ("gpu_hours_total", {"team"})
    assert metric not in labels_of(series())


def test_the_series_have_the_labels_of_those_of_a_week():
    assert list(unlike_the_week()) == []


def test_series_of_ours_are_recorded_by_rules_of_the_samples(plan_stack):
    rules = [
        rule
        for stack in ("platform-prod", "ranking-dev")
        for resource in plan_stack(stack).of(PROMETHEUS_RULE)
        for group in resource.inputs["spec"]["groups"]
        for rule in group["rules"]
    ]
    assert {name.partition("{")[0] for name in recorded()} <= {rule.get("record") for rule in rules}


@pytest.mark.skipif(PROMTOOL is None, reason="promtool is not on PATH (Debian package `prometheus`)")
def test_the_real_engine_answers_every_panel(tmp_path):
    asked_for = [f"count({chosen(query)}) > bool 0" for query in QUERIES]
    tests = {
        "rule_files": [],
        "evaluation_interval": "1m",
        "tests": [
            {
                "interval": "1m",
                "input_series": [{"series": name, "values": values} for name, values in series().items()],
                "promql_expr_test": [
                    {"expr": expr, "eval_time": "2h", "exp_samples": [{"labels": "{}", "value": 1}]}
                    for expr in asked_for
                ],
            }
        ],
    }
    (tmp_path / "tests.yaml").write_text(yaml.safe_dump(tests), encoding="utf-8")
    done = subprocess.run(
        [PROMTOOL, "test", "rules", "tests.yaml"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_there_is_a_dashboard_for_each_reader():
    names = {"platform", "team", "endpoint", "language", "gpus", "model-health", "cost", "executive"}
    assert {board.name for board in BOARDS} == names
    assert {board.folder for board in BOARDS} == {"Platform", "Teams", "Finance"}


def test_every_panel_says_what_its_answer_means_and_in_which_unit():
    panels = [panel for board in BOARDS for section in board.sections for panel in section.panels]
    assert all(panel.meaning.endswith(".") and panel.unit and panel.title for panel in panels)


@pytest.mark.parametrize("board", BOARDS, ids=lambda board: board.name)
def test_a_dashboard_is_what_grafana_reads(board):
    found = json.loads(dashboard_files([board])[f"{board.name}.json"])
    assert (found["uid"], found["editable"]) == (f"paved-{board.name}", False)
    panels = [panel for panel in found["panels"] if panel["type"] != "row"]
    assert len(panels) == sum(len(section.panels) for section in board.sections)
    places = [each["gridPos"] for each in panels]
    assert all(place["x"] + place["w"] <= 24 for place in places)
    assert len({(place["x"], place["y"]) for place in places}) == len(places)
    for panel in panels:
        assert panel["datasource"]["uid"] == "${datasource}"
        assert [each["refId"] for each in panel["targets"]] == list("ABCDEFGH"[: len(panel["targets"])])


@pytest.fixture
def drawn():
    """Every panel of every dashboard, as Grafana reads it, by its form."""

    def of(form):
        files = (json.loads(text) for text in dashboard_files().values())
        found = [panel for file in files for panel in file["panels"] if panel["type"] == form]
        assert found
        return found

    return of


def test_a_number_is_not_coloured_by_what_grafana_thinks_is_much(drawn):
    # Without steps of its own a panel is green below 80 and red from there: a cost, or a budget of -20%.
    steps = {
        panel["title"]: panel["fieldConfig"]["defaults"]["thresholds"]["steps"] for panel in drawn("stat")
    }
    assert steps["A month at the pace of the last seven days"] == [{"value": None, "color": "text"}]
    kept = [{"value": None, "color": "red"}, {"value": 0, "color": "green"}]
    assert steps["Error budget that is left"] == steps["Error budgets that are left"] == kept


def test_a_table_has_every_row_and_a_heading_for_each_column(drawn):
    for panel in drawn("table"):
        assert {target["format"] for target in panel["targets"]} == {"table"}
        *_, organize = panel["transformations"]
        names = set(organize["options"]["renameByName"])
        labels = re.findall(r"by \(([^)]+)\)", panel["targets"][0]["expr"])[0].split(", ")
        values = [f"Value #{each['refId']}" for each in panel["targets"]]
        assert names == {*labels, *(values if len(values) > 1 else ["Value"])}, panel["title"]
        assert organize["options"]["excludeByName"]["Time"]


def test_rows_of_several_queries_are_one_table(drawn):
    for panel in drawn("table"):
        several = len(panel["targets"]) > 1
        assert [each["id"] for each in panel["transformations"]] == ["merge"] * several + ["organize"]


def test_lines_begin_at_nothing_and_a_limit_is_drawn(drawn):
    shown = {panel["title"]: panel["fieldConfig"]["defaults"] for panel in drawn("timeseries")}
    assert {each["custom"]["axisSoftMin"] for each in shown.values()} == {0}
    limited = shown["Use of each pool's limit"]
    assert limited["custom"]["thresholdsStyle"]["mode"] == "dashed"
    assert limited["thresholds"]["steps"][-1] == {"value": 1, "color": "red"}
    assert "thresholdsStyle" not in shown["Replicas"]["custom"]


def test_shares_of_a_whole_are_stacked(drawn):
    shown = {panel["title"]: panel["fieldConfig"]["defaults"]["custom"] for panel in drawn("timeseries")}
    assert shown["GPUs by use"]["stacking"]["mode"] == "normal"
    assert "stacking" not in shown["Jobs that run"]


def test_a_panel_of_what_is_wrong_says_so_where_nothing_is():
    for board in BOARDS:
        for panel in (each for section in board.sections for each in section.panels):
            wrong = any(re.search("> 0$|(<|==) 0[)]+$", query.expr) for query in panel.queries)
            assert bool(panel.none) is wrong or panel.title == "Alerts that fire", panel.title


def test_numbers_of_several_come_in_the_order_of_what_matters(drawn):
    # An answer of one moment has no order of its own, and would change with each look.
    several = [
        each["targets"][0]["expr"] for each in drawn("stat") if "{{" in each["targets"][0]["legendFormat"]
    ]
    assert len(several) > 2 and all(expr.startswith(("sort(", "sort_desc(")) for expr in several)


def test_panels_side_by_side_are_of_one_height():
    for board in BOARDS:
        files = json.loads(dashboard_files([board])[f"{board.name}.json"])
        heights: dict[int, set[int]] = {}
        for panel in files["panels"]:
            heights.setdefault(panel["gridPos"]["y"], set()).add(panel["gridPos"]["h"])
        assert all(len(found) == 1 for found in heights.values()), board.name


def test_a_variable_that_a_query_uses_is_one_of_its_dashboard():
    for board in BOARDS:
        used = {name for query in board.queries for name in re.findall(r"\$(\w+)", query)}
        assert used <= {each.name for each in board.variables}, board.name
