"""A month of series becomes the operations report's figures, by a real Prometheus and the rules of a plan.

What is planted is in `month_series.py`; the figures here are computed from it by hand, and not by the rules.
"""

import csv
import json
import shutil
import subprocess
from collections.abc import Mapping
from contextlib import redirect_stdout
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from paved.cli import run
from paved.plan.planner import Planner
from tests.conftest import AS_OF, STACKS
from tests.live import month_series as planted
from tests.live.recorded_month import RecordedMonth, evaluated

TOOLS = ("prometheus", "promtool", "curl", "sh")
RULES = "kubernetes:monitoring.coreos.com/v1:PrometheusRule"
EDITS = {
    "        tier: 3\n        model:\n          runtime: mlserver": (
        "        tier: 2\n        model:\n          runtime: mlserver"
    ),
    "          availability_percent: 99\n": (
        "          availability_percent: 99\n"
        "        objectives:\n"
        "          latency: {percent: 99, within_ms: 250}\n"
        "          data_quality: {percent: 99}\n"
        "          model_quality: {percent: 95}\n"
    ),
    "  paved:monitoring:\n": (
        "  paved:monitoring:\n"
        "    freshness:\n"
        "      - {name: clicks, source: table, percent: 99, within_minutes: 120}\n"
        "      - {name: labels, source: table, percent: 95, within_minutes: 2880}\n"
    ),
}
"""Changes of the sample team's file, by which it promises an objective of each kind that MLServer allows."""
OF_ENDPOINT = f"{planted.STACK}.{planted.ENDPOINT}"


@pytest.fixture(scope="module")
def stacks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample organisation, whose team promises more."""
    folder = tmp_path_factory.mktemp("month") / "stacks"
    shutil.copytree(STACKS, folder)
    path = folder / f"Pulumi.{planted.STACK}.yaml"
    text = path.read_text(encoding="utf-8")
    for old, new in EDITS.items():
        assert text.count(old) == 1
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def told(stacks: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the report that is made of the answers of a Prometheus, asked by the script of the guide."""
    lacking = [tool for tool in TOOLS if shutil.which(tool) is None]
    if lacking:
        pytest.skip(f"{', '.join(lacking)} is not on PATH (Debian packages `prometheus` and `curl`)")
    folder = tmp_path_factory.mktemp("prometheus")
    plan = Planner.of_folder(stacks, as_of=AS_OF).plan(planted.STACK)
    groups = [group for rule in plan.of(RULES) for group in rule.inputs["spec"]["groups"]]
    month = RecordedMonth(folder)
    month.store("scraped", (line for series in planted.series() for line in series.lines()))
    month.record(evaluated(groups))
    exports, out = folder / "exports", folder / "november"
    exports.mkdir()
    with month.running():
        subprocess.run(
            ["sh", "-c", script(stacks), "exports.sh", "platform-dev", month.address], check=True, cwd=exports
        )
    assert run([*report(stacks, str(exports)), "--out", str(out)]) == 0
    return out


def report(stacks: Path, exports: str) -> list[str]:
    """The arguments of the report of the month."""
    month = ["report", "--month", "2026-11", "--as-of", "2026-12-01", "--no-cache"]
    return [*month, "--operations", exports, "--stacks", str(stacks)]


def script(stacks: Path) -> str:
    """What `paved report --operations queries` prints."""
    said = StringIO()
    with redirect_stdout(said):
        assert run(report(stacks, "queries")) == 0
    return said.getvalue()


@pytest.fixture(scope="module")
def rows(told: Path) -> Mapping[tuple[str, str], Mapping[str, str]]:
    """The rows of `objectives.csv`, by service and objective."""
    with (told / "objectives.csv").open(encoding="utf-8", newline="") as file:
        return {(row["service"], row["objective"]): row for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def data(told: Path) -> dict[str, Any]:
    """The report as data."""
    found: dict[str, Any] = json.loads((told / "operations-2026-11.json").read_text(encoding="utf-8"))
    return found


def test_requests_that_failed_or_were_slow_are_found_again(rows):
    asked = planted.day_hours() * planted.in_an_hour(planted.A_SCRAPE)
    failed = planted.OUTAGE.hours * planted.in_an_hour(planted.FAILED)
    slow = planted.SLOW_DAY.hours * planted.in_an_hour(planted.SLOW)
    for slo, share, judgement in (
        ("availability", 1 - failed / asked, "met"),
        ("latency", 1 - slow / (asked - failed), "missed"),
    ):
        row = rows[OF_ENDPOINT, slo]
        assert float(row["attained_percent"]) == pytest.approx(100 * share, abs=0.001)
        assert float(row["budget_left_percent"]) == pytest.approx(100 * (1 - (1 - share) / 0.01), abs=0.1)
        assert (row["counted_in"], row["judgement"]) == ("requests", judgement)


def test_time_in_which_checks_failed_or_data_was_old_is_found_again(rows):
    days = 30 * 24
    quality = rows[OF_ENDPOINT, "data-quality"]
    # One of two checks.
    share = 1 - planted.BROKEN_FEATURES.hours * 0.5 / days
    assert float(quality["attained_percent"]) == pytest.approx(100 * share, abs=0.01)
    assert (quality["counted_in"], quality["judgement"]) == ("looks", "missed")
    fresh = rows[f"{planted.STACK}.clicks", "freshness"]
    known = days - planted.JOB_GONE.hours
    assert float(fresh["attained_percent"]) == pytest.approx(
        100 * (1 - (planted.STUCK.hours - 2) / known), abs=0.01
    )
    assert float(fresh["measured_percent"]) == pytest.approx(100 * known / days, abs=0.1)
    assert (fresh["counted_in"], fresh["judgement"]) == ("looks", "met")
    model = rows[OF_ENDPOINT, "model-quality"]
    assert (model["attained_percent"], model["judgement"]) == ("100.0000", "met")
    assert float(model["measured_percent"]) == pytest.approx(
        100 * (days - planted.UNLABELLED.hours) / days, abs=0.1
    )


def test_a_promise_that_no_job_exports_is_not_measured(rows):
    row = rows[f"{planted.STACK}.labels", "freshness"]
    assert (row["judgement"], row["counted_in"], row["attained_percent"]) == ("not measured", "", "")


def test_a_page_tells_objectives_worst_first(told):
    text = (told / "operations-ranking.md").read_text(encoding="utf-8")
    _, section = text.split("## Service levels\n")
    cells = [[cell.strip(" `") for cell in line.split("|")] for line in section.split("## ")[0].splitlines()]
    assert [(row[1], row[2], row[3]) for row in cells if row[1:] and row[1].startswith(planted.STACK)] == [
        (OF_ENDPOINT, "data-quality", "missed"),
        (OF_ENDPOINT, "latency", "missed"),
        (f"{planted.STACK}.labels", "freshness", "not measured"),
        (f"{planted.STACK}.clicks", "freshness", "met, of 93 % of it"),
        (OF_ENDPOINT, "availability", "met"),
        (OF_ENDPOINT, "model-quality", "met, of 90 % of it"),
    ]
    assert "3 of 5 objectives were met; 1 more is not measured." in text


def test_alerts_that_called_somebody_are_incidents(data):
    # Half of an hour's requests fail: 14.4 times 1 % of an hour later it pages, until 30 minutes have less than 6 %.
    begins, ends = 60 * 0.144 / 0.5, 30 * (1 - 0.06 / 0.5)
    expected = {
        ("EndpointErrorBudgetBurnsFast", OF_ENDPOINT): (planted.OUTAGE, begins, ends),
        ("QualityBudgetBurnsFast", OF_ENDPOINT): (planted.BROKEN_FEATURES, begins, ends),
        # Nobody asked before it began, or after it ended: of no request the longer of two short windows knows most.
        ("EndpointLatencyBudgetBurnsFast", OF_ENDPOINT): (planted.SLOW_DAY, 0, 30),
        # The rule waits five minutes.
        ("ModelInputBad", "ModelInputBad"): (planted.BROKEN_FEATURES, 5, 0),
    }
    found = {(*each["alerts"], each["subject"]): each for each in data["teams"]["ranking"]["incidents"]}
    assert found.keys() == expected.keys()
    for key, (span, after, longer) in expected.items():
        for name, hour, minutes in (("started", span.first, after), ("ended", span.last, longer)):
            moment = datetime.fromisoformat(found[key][name]).timestamp()
            # A step, and the five minutes for which a series of a block is believed: no marker says that it ended.
            assert abs(moment - planted.hour(hour) - 60 * minutes) <= 300 + 300, (key, name)


def test_gpu_hours_are_those_that_the_node_had(data):
    [pool] = data["teams"]["ranking"]["gpus"]
    used = {name: steps for name, steps in pool["gpu_seconds"].items() if steps}
    assert used == {
        "useful": planted.GPUS * planted.TRAINING.hours * 3600,
        "unallocated": planted.GPUS * (planted.NODE.hours - planted.TRAINING.hours) * 3600,
    }
    assert data["sources"]["seen"]["platform-dev"] == 1.0
