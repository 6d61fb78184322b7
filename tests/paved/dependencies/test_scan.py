"""`make scan` runs pip-audit over the lock file, and says so when it could not."""

import json
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

from paved.dependencies import __main__ as scanning

ROOT = Path(__file__).parents[3]
CLEAN = {"dependencies": [{"name": "rich", "version": "15.0.0", "vulns": []}], "fixes": []}
BROKEN = {"name": "rich", "version": "1", "vulns": [{"id": "CVE-1-1", "fix_versions": [], "aliases": []}]}


@pytest.fixture
def answering(monkeypatch):
    asked = []

    def answer(stdout, stderr=""):
        def run(command, **_):
            asked.append(command)
            return subprocess.CompletedProcess(command, 0, stdout, stderr)

        monkeypatch.setattr(scanning.subprocess, "run", run)
        monkeypatch.chdir(ROOT)
        return asked

    return answer


def test_a_clean_scan_ends_with_0(answering, capsys):
    asked = answering(json.dumps(CLEAN))
    assert scanning.main() == 0
    assert capsys.readouterr().out.startswith("1 dependencies, no known vulnerability")
    assert "requirements.lock" in asked[0] and "--require-hashes" in asked[0]


def test_a_vulnerability_ends_with_1(answering, capsys):
    answering(json.dumps({"dependencies": [BROKEN]}))
    assert scanning.main() == 1
    assert "error: rich 1: CVE-1-1, not fixed yet" in capsys.readouterr().err


def test_a_scan_that_could_not_be_made_ends_with_2_and_the_reason(answering, capsys):
    answering("", "Traceback\nConnectionError: no network")
    assert scanning.main() == 2
    assert "could not scan requirements.lock: ConnectionError: no network" in capsys.readouterr().err


def test_pip_audit_reads_every_line_of_the_lock_file():
    """With the real pip-audit, which asks nobody in a dry run."""
    command = [*scanning.COMMAND, "--requirement", str(ROOT / "requirements.lock"), *scanning.OPTIONS]
    done = subprocess.run([*command, "--dry-run"], capture_output=True, text=True, check=True)
    locked = [line for line in (ROOT / "requirements.lock").read_text().splitlines() if line[:1].isalnum()]
    would = next(line for line in done.stderr.splitlines() if "would have audited" in line)
    audited = int(would.split("audited ")[1].split()[0])
    assert 0 < audited <= len(locked)
    assert len(locked) - audited == sum(";" in line for line in locked) - sum(
        ";" in line and _holds(line) for line in locked
    )


def _holds(line):
    from packaging.requirements import Requirement

    marker = Requirement(line.split(" \\")[0]).marker
    return marker is None or marker.evaluate()


def test_make_test_scans_nothing_and_the_workflow_does():
    workflow = yaml.safe_load((ROOT / ".github/workflows/check.yml").read_text())
    job = workflow["jobs"]["check"]
    assert "make scan" in job["env"]["COMMAND"] and ".ci/run" in job["env"]["COMMAND"]
    assert "scan" not in (ROOT / ".ci/run").read_text()
    assert workflow["permissions"] == {"contents": "read"}


def test_pip_audit_is_a_development_dependency_alone():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert "pip-audit" in project["optional-dependencies"]["dev"]
    assert not [each for each in project["dependencies"] if each.startswith("pip-audit")]
