"""Every benchmark runs, on as little as it can be given. What it measures is nobody's claim here."""

import csv
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import __main__ as bench
from benchmarks import billing, fleet, report, timing
from paved.cli import run
from stacks.checks.folder import Folder

TIMING = timing.Timing(wall=2.0, cpu=1.0, memory=1)


@pytest.fixture
def in_process(monkeypatch):
    """Run each command of Paved once, within the test: a process of its own loads the SDKs for seconds."""
    commands = []

    def run_once(command):
        program, *arguments = command
        # A rehearsal takes longest, and every sample stack's has a test of its own.
        if program == bench.PAVED and command not in commands and arguments[0] != "rehearse":
            assert run(arguments) == 0
        commands.append(command)
        return TIMING

    monkeypatch.setattr(timing, "run_once", run_once)
    return commands


def test_the_commands_that_a_user_waits_for_are_timed(in_process, tmp_path, capsys):
    fleet.write_fleet(bench.SAMPLES, tmp_path, teams=0)
    (tmp_path / "Pulumi.platform-dev.yaml").unlink()
    bench.main(["--stacks", str(tmp_path), "--stack", "foundation-dev", "--teams", "0", "1", "--runs", "1"])
    assert in_process.count([bench.PAVED, "rehearse", "--stacks", str(tmp_path)]) == 2
    assert "CPU for each team beyond the first 0: 0.000 s" in capsys.readouterr().out
    assert Path(bench.PAVED).is_file()


@pytest.mark.parametrize("teams", [10, 100])
def test_a_fleet_of_the_size_that_is_measured_is_valid(tmp_path, teams):
    fleet.write_fleet(bench.SAMPLES, tmp_path, teams)
    assert Folder.read(tmp_path).problems == ()


def test_a_command_is_timed_as_the_operating_system_accounts_for_it():
    taken = timing.timed([sys.executable, "-c", "pass"], runs=1)
    assert taken.memory > 1_000_000
    with pytest.raises(subprocess.CalledProcessError):
        timing.run_once([sys.executable, "-c", "raise SystemExit(3)"])


def test_a_large_bill_is_reported(capsys):
    report.main(["--copies", "1", "--no-estimate"])
    assert capsys.readouterr().out.startswith("1,398 lines, 1 MB: ")


def test_a_sample_bill_is_written_with_one_header(tmp_path):
    path = tmp_path / "focus.csv"
    billing.main([str(path), "--first", "2026-11-01", "--until", "2026-11-02"])
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["ChargePeriodStart"][:10] for row in rows} == {"2026-11-01", "2026-11-02"}
