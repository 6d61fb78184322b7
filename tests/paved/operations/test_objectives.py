"""Objectives of every kind are in the report, each in its own unit; one that nothing measured is never kept."""

import csv
import json
from dataclasses import replace
from decimal import Decimal
from io import StringIO

import pytest

from paved.billing.formatting import MINUS
from paved.cli import run
from paved.error_budgets.promises import Promise, Terms
from paved.errors import BadInput
from paved.operations.as_html import as_html
from paved.operations.as_json import as_json
from paved.operations.as_markdown import as_markdown
from paved.operations.building import operations_report
from paved.operations.objectives_file import objectives_csv
from paved.operations.objectives_section import MOST_ROWS
from paved.operations.page import page_of
from paved.operations.sources import read_sources
from paved.operations.summary import Summary, together
from tests.conftest import STACKS
from tests.paved.operations.world import AVAILABLE, DETECTOR, NOVEMBER, PRICES, steady

LAST = 8640
SCORES = "vision-prod.scores"
RANKER = "ranking-dev.click-ranker"
LOOK = 10 / 300
"""Looks a second of rules that are evaluated every thirty seconds."""


def month():
    """An endpoint in two units of three promises, and a table that was fresh for 98 % of ten days."""
    return (
        (AVAILABLE, steady(40.0, 1, LAST), steady(0.02, 1, LAST)),
        ((DETECTOR, "latency", 0.99), steady(39.0, 1, LAST), steady(0.78, 1, LAST)),
        ((DETECTOR, "data-quality", 0.95), steady(LOOK, 1, LAST), steady(0.0, 1, LAST), "looks"),
        ((SCORES, "freshness", 0.99), steady(LOOK, 1, 2880), steady(LOOK * 0.02, 1, 2880), "looks"),
        ((DETECTOR, "ttft", 0.99), steady(0.0, 1, LAST), steady(0.0, 1, LAST)),
    )


@pytest.fixture
def promising(organisation):
    """The sample organisation, in which the vision team promises more."""
    of_team = {
        Promise(service=DETECTOR, slo="model-quality"): Terms(percent=Decimal("95"), tier=1),
        Promise(service=SCORES, slo="freshness"): Terms(percent=Decimal("99"), tier=2),
    }
    vision = organisation.stacks["vision-prod"]
    promised = {**vision.promised, **of_team}
    return replace(
        organisation, stacks={**organisation.stacks, "vision-prod": replace(vision, promised=promised)}
    )


@pytest.fixture
def made(folder, promising):
    """The report of a month of objectives, and its scope of one team."""
    folder.path.mkdir()

    def make(*months):
        folder.objectives(*months)
        report = operations_report(read_sources(folder.path, promising, folder.period), None, PRICES)
        return report, next(each for each in report.scopes if each.scope == "vision")

    return make


def test_attainment_is_weighted_by_requests(report, folder):
    folder.objectives((AVAILABLE, {1: 100.0, 2: 900.0}, {1: 0.5, 2: 0.0}))
    [detector] = report("vision").figures.objectives
    assert detector.attained == pytest.approx(0.9995)
    assert detector.budget_left == pytest.approx(0.5)
    assert (detector.is_met, detector.tier) == (True, "1")
    folder.objectives((AVAILABLE, {}, {}))
    [detector] = report("vision").figures.objectives
    assert (detector.attained, detector.judgement) == (None, "not measured")
    assert report("vision").summary.endpoints == 0


def test_each_promise_of_a_service_is_judged_by_itself_worst_first(made):
    _, vision = made(*month())
    told = [
        (each.promise.slo, each.counted_in, each.attained, each.judgement)
        for each in vision.figures.objectives
    ]
    assert told == [
        ("freshness", "looks", pytest.approx(0.98), "missed"),
        ("latency", "requests", pytest.approx(0.98), "missed"),
        ("model-quality", None, None, "not measured"),
        ("availability", "requests", pytest.approx(0.9995), "met"),
        ("data-quality", "looks", 1.0, "met"),
        ("ttft", "requests", None, "no requests"),
    ]


def test_a_promise_of_a_kind_that_is_not_known_here_is_there_by_itself(made):
    _, vision = made(((DETECTOR, "applause", 0.99), steady(LOOK, 1, LAST), steady(0.0, 1, LAST), "looks"))
    [found] = [each for each in vision.figures.objectives if each.promise.slo == "applause"]
    assert (found.judgement, found.counted_in, found.tier) == ("met", "looks", "not in a stack file")


def test_a_promise_without_a_sample_is_not_measured_and_never_met(made):
    report, vision = made()
    assert {each.judgement for each in vision.figures.objectives} == {"not measured"}
    summary = vision.summary
    assert (summary.objectives, summary.objectives_met, summary.objectives_unmeasured) == (0, 0, 3)
    assert summary.met_share is None
    assert page_of(vision, report).lead == "No objective could be judged: 3 are not measured."
    # What another platform's team promises is unknown as well, though that platform exports nothing.
    assert RANKER in {each.promise.service for each in report.platform.figures.objectives}


def test_a_rule_without_samples_is_not_measured(made):
    _, vision = made(((SCORES, "freshness", 0.99), {}, {}))
    [scores] = [each for each in vision.figures.objectives if each.promise.service == SCORES]
    assert (scores.judgement, scores.counted_in, scores.tier) == ("not measured", None, "2")


def test_every_form_has_each_objective_and_its_unit(made):
    report, vision = made(*month())
    page = page_of(vision, report)
    markdown, html = as_markdown(page), as_html(page, ())
    rows = [
        line for line in markdown.splitlines() if line.startswith(("| `vision-prod.scores`", "| `vision-p"))
    ]
    assert rows[0] == (
        f"| `vision-prod.scores` | `freshness` | missed, of 33 % of it | looks | 2 | 99 % | 98.000 % | {MINUS}100.0 % |"
    )
    assert "6 objectives: 2 missed, 1 not measured, 2 met and 1 with no requests." in markdown
    assert "2 of 4 objectives were met; 1 more is not measured." in page.lead
    for said in ("freshness", "data-quality", "model-quality", "not measured", "looks"):
        assert said in html
    data = as_json(report)["teams"]["vision"]["objectives"]
    assert [(each["slo"], each["counted_in"], each["judgement"]) for each in data[:3]] == [
        ("freshness", "looks", "missed"),
        ("latency", "requests", "missed"),
        ("model-quality", None, "not measured"),
    ]
    table = list(csv.DictReader(StringIO(objectives_csv(vision.figures.objectives, NOVEMBER))))
    assert [(each["objective"], each["counted_in"], each["attained_percent"]) for each in table[:3]] == [
        ("freshness", "looks", "98.0000"),
        ("latency", "requests", "98.0000"),
        ("model-quality", "", ""),
    ]


def test_a_long_table_fits_its_page_and_says_so(made):
    names = [f"vision-prod.e{number}" for number in range(MOST_ROWS + 5)]
    report, vision = made(*(((name, "latency", 0.99), {1: 1.0}, {1: 1.0}) for name in names))
    markdown = as_markdown(page_of(vision, report))
    assert f"Objectives, the worst first: the first {MOST_ROWS} of {MOST_ROWS + 8}:" in markdown
    assert f"{MOST_ROWS + 8} objectives: {MOST_ROWS + 5} missed, 3 not measured." in markdown


def test_hostile_names_are_no_formula_of_a_spreadsheet(made):
    report, _ = made((("=1+1", "latency", 0.99), {1: 1.0}, {1: 0.0}))
    text = objectives_csv(report.platform.figures.objectives, NOVEMBER)
    assert "'=1+1" in text


def test_an_export_of_availability_alone_is_refused(folder, promising):
    folder.path.mkdir()
    folder.export("slo_objective", ({"sloth_service": DETECTOR}, steady(0.999, 1, 2)))
    with pytest.raises(BadInput, match="lacks the labels `sloth_slo`") as refused:
        read_sources(folder.path, promising, folder.period)
    assert "export it again" in refused.value.hint


def test_months_that_judged_availability_alone_count_in_the_year():
    old = Summary(days=30, endpoints=4, endpoints_met=3)
    new = Summary(days=30, endpoints=4, endpoints_met=4, objectives=10, objectives_met=6)
    assert old.met_share == 0.75
    assert together([old, new]).judged == (9, 14)
    assert together([old, new]).endpoints == 8


def test_the_command_writes_objectives_that_the_next_report_leaves_alone(folder, tmp_path, capsys):
    folder.path.mkdir()
    folder.objectives(*month())
    out = tmp_path / "out"
    arguments = ["report", "--month", "2026-11", "--operations", str(folder.path), "--stacks", str(STACKS)]
    assert run([*arguments, "--as-of", "2026-12-01", "--no-cache", "--out", str(out)]) == 0
    text = (out / "objectives.csv").read_text(encoding="utf-8")
    assert len(text.splitlines()) == 1 + len(
        json.loads((out / "operations-2026-11.json").read_text())["platform"]["objectives"]
    )
    (folder.path / "objectives.csv").write_text(text, encoding="utf-8")
    assert run([*arguments, "--as-of", "2026-12-01", "--no-cache"]) == 0
