"""`paved report` as finance runs it."""

import json
import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from benchmarks.billing import write_bill
from paved.cli import run
from tests.conftest import STACKS

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def bill(tmp_path_factory):
    path = tmp_path_factory.mktemp("bill") / "focus.csv"
    write_bill(path, date(2026, 9, 1), date(2026, 11, 20))
    return path


@pytest.fixture
def project(tmp_path, monkeypatch, bill):
    """The working folder of the sample project, with a bill and what monitoring said of the pools."""
    shutil.copytree(STACKS, tmp_path / "stacks", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    (tmp_path / "Pulumi.yaml").write_text("name: paved\n", encoding="utf-8")
    shutil.copy(bill, tmp_path / "focus.csv")
    (tmp_path / "use.csv").write_text(
        "month,stack,pool,gpu_hours,used_gpu_hours\n"
        "2026-11,vision-prod,h100,12520.5,10817.2\n"
        "2026-11,vision-prod,l40s,1440,402.75\n"
        "2026-11,vision-prod,l40s-serving,2170,1500\n"
        "2026-11,ranking-dev,l4,4980,3111.5\n",
        encoding="utf-8",
    )
    monkeypatch.chdir(tmp_path)
    return tmp_path


REPORT = ("report", "--month", "2026-11", "--as-of", "2026-11-21", "--no-estimate", "--actuals", "focus.csv")


def test_a_month_that_runs(project, paved, golden):
    golden("cli/report.txt", paved(*REPORT, "--utilisation", "use.csv"))


def test_a_month_that_is_over(project, paved, golden):
    golden(
        "cli/report-closed.txt", paved("report", "--month", "2026-10", "--as-of", "2026-11-21", *REPORT[5:])
    )


def test_the_first_day_of_a_month(project, paved, golden):
    write_bill(project / "focus.csv", date(2026, 9, 1), date(2026, 10, 31))
    golden(
        "cli/report-first-day.txt",
        paved("report", "--month", "2026-11", "--as-of", "2026-11-01", *REPORT[5:]),
    )


def test_a_rehearsed_month_has_an_estimate_and_says_that_nobody_was_billed(project, capsys):
    assert run(["report", "--month", "2026-10", "--as-of", "2026-11-21", "--json"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert made["source"]["rehearsed"] is True
    assert made["showback"]["proof"]["conserved"] is True
    lines = {line["label"]: line for line in made["tables"]["team"]["lines"]}
    assert {"ranking", "risk", "vision", "platform (shared)"} <= lines.keys()
    for line in lines.values():
        assert abs(float(line["actual"]) / float(line["estimate"]) - 1) < 0.05


def test_a_rehearsed_bill_needs_the_estimate(project, capsys):
    assert run(["report", "--month", "2026-11", "--as-of", "2026-11-21", "--no-estimate"]) == 2
    assert "a rehearsed bill is made of the estimate" in capsys.readouterr().err


def test_json_and_csv(project, capsys, golden):
    assert run([*REPORT, "--utilisation", "use.csv", "--out", "made"]) == 0
    capsys.readouterr()
    golden("cli/report.json", (project / "made" / "report.json").read_text(encoding="utf-8"))
    golden("cli/showback.csv", (project / "made" / "showback.csv").read_text(encoding="utf-8"))
    assert run([*REPORT, "--utilisation", "use.csv", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["schema_version"] == "2"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (
            ("--month", "2026-13", "--actuals", "focus.csv"),
            "`--month` must be a month as YYYY-MM, got `2026-13`",
        ),
        (("--month", "2027-01", "--actuals", "focus.csv"), "2027-01 has not begun on 2026-11-21"),
        (("--month", "2026-11", "--actuals", "none.csv"), "`none.csv` is no file or folder"),
        (("--month", "2026-03", "--actuals", "focus.csv"), "holds no charge of 2026-03"),
        (
            ("--month", "2026-11", "--actuals", "focus.csv", "--utilisation", "none.csv"),
            "`none.csv` cannot be read",
        ),
        (
            ("--month", "2026-11", "--actuals", "focus.csv", "--out", "focus.csv"),
            "`focus.csv` cannot be written",
        ),
    ],
)
def test_what_cannot_be_done_is_bad_input(project, capsys, arguments, says):
    assert run(["report", "--no-estimate", "--as-of", "2026-11-21", *arguments]) == 2
    captured = capsys.readouterr()
    assert says in captured.err
    assert captured.out == ""


def test_a_stack_file_with_a_mistake_is_told_first(project, capsys):
    path = project / "stacks" / "Pulumi.vision-prod.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("monthly_usd: 180000", "monthly_usd: -1"), encoding="utf-8"
    )
    assert run(list(REPORT)) == 2
    assert "budget.monthly_usd" in capsys.readouterr().err


def test_files_are_the_same_bytes_whatever_the_surroundings(project):
    elsewhere = {"TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "1", "LC_ALL": "C", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", "import sys; from paved.cli import run; sys.exit(run(sys.argv[1:]))"]
    subprocess.run(
        [*command, *REPORT, "--out", "there"],
        env={**os.environ, **elsewhere},
        check=True,
        stdout=subprocess.DEVNULL,
    )
    assert run([*REPORT, "--out", "here"]) == 0
    there, here = (_files(project / name) for name in ("there", "here"))
    assert there == here
    assert len(here) >= 2


def _files(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}
