"""`paved report --operations` as a platform's owner runs it."""

import json
import shutil
from pathlib import Path

import pytest

from paved.cli import run
from tests.conftest import STACKS
from tests.paved.operations.sample_month import write_month
from tests.paved.operations.world import Folder, Repository

ROOT = Path(__file__).parents[3]
REPORT = ("report", "--month", "2026-11", "--as-of", "2026-12-01")


@pytest.fixture(scope="module")
def month(tmp_path_factory):
    """The sample project in a repository of its own, and its exports of November."""
    repository = Repository(tmp_path_factory.mktemp("operations") / "project")
    for path in STACKS.glob("*.yaml"):
        shutil.copy(path, repository.stacks)
    (repository.path / "Pulumi.yaml").write_text("name: paved\n", encoding="utf-8")
    write_month(Folder(repository.path / "exports"), repository)
    return repository.path


@pytest.fixture
def project(month, monkeypatch):
    monkeypatch.chdir(month)
    return month


def test_the_platform_is_told_on_the_terminal(project, paved, golden):
    golden("cli/report-operations.txt", paved(*REPORT, "--operations", "exports"))


def test_every_page_is_written(project, capsys, tmp_path, golden):
    assert run([*REPORT, "--operations", "exports", "--out", str(tmp_path / "out")]) == 0
    pages = [
        f"operations{team}.{form}" for team in ("", "-ranking", "-risk", "-vision") for form in ("html", "md")
    ]
    names = sorted([*pages, "objectives.csv", "operations-2026-11.json", "utilisation.csv"])
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == names
    assert sorted(capsys.readouterr().err.split()[1::2]) == [str(tmp_path / "out" / name) for name in names]
    golden(
        "cli/operations-vision.md", (tmp_path / "out" / "operations-vision.md").read_text(encoding="utf-8")
    )


def test_the_data_has_list_prices_where_finance_says_none(project, capsys):
    assert run([*REPORT, "--operations", "exports", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert (data["schema_version"], data["month"], data["closed"]) == ("1", "2026-11", True)
    assert data["sources"]["gpu_prices"].startswith("`gpu_prices.csv`; else list prices of the plans")
    assert {row["label"]: row["usd_per_useful_gpu_hour"] for row in data["platform"]["gpus"]}[
        "ranking"
    ] is not None
    assert data["teams"]["risk"]["gpus"] is None


def test_a_bill_prices_what_finance_does_not(project, capsys, monkeypatch, tmp_path):
    shutil.copytree(project / "exports", tmp_path / "exports")
    pool = {"stack": "ranking-dev", "pool": "l4", "gpu_hours": "288.3333", "cost": "576.67"}
    told = {"month": "2026-11", "source": {"rehearsed": False}, "showback": {"pools": [pool]}}
    (tmp_path / "exports" / "report.json").write_text(json.dumps(told), encoding="utf-8")
    assert run([*REPORT, "--operations", str(tmp_path / "exports"), "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["sources"]["gpu_prices"] == "`gpu_prices.csv`; else the bill"
    [ranking] = data["teams"]["ranking"]["gpus"]
    assert ranking["cost"] == "576.67"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"source": {"rehearsed": True}}, "is of a rehearsed bill"),
        ({"month": "2026-10"}, "must be of 2026-11, got `2026-10`"),
        ({"showback": {}}, "must be `report.json` of `paved report"),
        (
            {"showback": {"pools": [{"stack": "a", "pool": "b", "gpu_hours": "x", "cost": "1"}]}},
            "must be `report.json`",
        ),
    ],
)
def test_another_report_prices_nothing(project, paved, tmp_path, change, said):
    (tmp_path / "exports").mkdir()
    told = {"month": "2026-11", "source": {"rehearsed": False}, "showback": {"pools": []}, **change}
    (tmp_path / "exports" / "report.json").write_text(json.dumps(told), encoding="utf-8")
    answer = paved(*REPORT, "--operations", str(tmp_path / "exports"))
    assert "exit 2" in answer
    assert said in answer


def test_the_script_of_queries_is_printed(project, paved, golden):
    golden("cli/report-operations-queries.txt", paved(*REPORT, "--operations", "queries"))


@pytest.mark.parametrize(
    "option",
    [["--actuals", "bill.csv"], ["--metric", "list"], ["--distribute", "use"], ["--allocation", "a.csv"]],
)
def test_an_option_of_the_bill_is_refused(project, paved, option):
    said = paved("report", "--month", "2026-10", "--operations", "exports", *option)
    assert f"`--operations` reports no bill: leave `{option[0]}` out" in said
    assert "\nexit 2\n" in said


def test_a_script_is_no_data(project, paved):
    said = paved("report", "--month", "2026-10", "--operations", "queries", "--json")
    assert "prints a script: leave `--json` out" in said


def test_a_folder_that_is_none_is_told(project, paved):
    assert "exit 2\n" in paved(*REPORT, "--operations", "nowhere")
    assert "`nowhere` is not a folder of exports" in paved(*REPORT, "--operations", "nowhere")


def test_a_month_that_runs_is_told_to_be_incomplete(project, capsys):
    assert run(["report", "--month", "2026-11", "--as-of", "2026-11-20", "--operations", "exports"]) == 0
    assert "> The month is not over: figures are up to the end of 2026-11-20" in capsys.readouterr().out
