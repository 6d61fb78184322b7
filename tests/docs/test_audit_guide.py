"""The commands of the guide to audits succeed, and it says of the severities what the audit does."""

import re
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from paved.aws.reading.facts import SEVERITY
from paved.cli import run
from paved.plan.planner import Planner
from paved.rehearsal.rehearsal import Rehearsal, rehearse
from tests.conftest import PROJECT
from tests.docs.guides import console_lines

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "guides" / "audit.md").read_text(encoding="utf-8")
COMMANDS = console_lines(GUIDE)


@pytest.fixture(scope="module")
def vision(planner: Planner) -> Iterator[Rehearsal]:
    """Vision's stacks, rehearsed once for all commands."""
    planner.plan("vision-prod")
    with rehearse(planner.folder, ["vision-prod"]) as rehearsal:
        yield rehearsal


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_guide_succeeds(command, vision, planner, monkeypatch, capsys):
    monkeypatch.chdir(PROJECT)
    monkeypatch.setattr(Planner, "of_folder", lambda folder, **_: planner)
    monkeypatch.setattr("paved.audit.rehearsed.rehearse", lambda folder, names: nullcontext(vision))
    assert run(command.split()[1:]) == 0
    assert capsys.readouterr().out


def test_the_severities_of_the_guide_are_those_of_the_audit():
    [sentence] = re.findall(r"Encryption, identity.*?`low`", GUIDE, re.DOTALL)
    high, medium, low = re.split(r"`high`;|`medium`;", sentence)
    words = {"unmanaged": "nobody manages", "budget": "budgets", "settings": "other settings"}
    for concern, severity in SEVERITY.items():
        part = {"high": high, "medium": medium, "low": low}[severity].lower().replace("\n", " ")
        assert words.get(concern, concern) in part
