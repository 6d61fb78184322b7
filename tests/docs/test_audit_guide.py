"""What the guide to audits says is what the command does."""

import re
from pathlib import Path

import pytest

from paved.aws.reading.facts import SEVERITY
from paved.cli import run

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "guides" / "audit.md").read_text(encoding="utf-8")
COMMANDS = [
    line.removeprefix("$ ")
    for block in re.findall(r"```console\n(.*?)```", GUIDE, re.DOTALL)
    for line in block.splitlines()
]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_guide_succeeds(command, monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    assert run(command.split()[1:]) == 0
    assert capsys.readouterr().out


def test_the_severities_of_the_guide_are_those_of_the_audit():
    [sentence] = re.findall(r"Encryption, identity.*?`low`", GUIDE, re.DOTALL)
    high, medium, low = re.split(r"`high`;|`medium`;", sentence)
    words = {"unmanaged": "nobody manages", "budget": "budgets", "settings": "other settings"}
    for concern, severity in SEVERITY.items():
        part = {"high": high, "medium": medium, "low": low}[severity].lower().replace("\n", " ")
        assert words.get(concern, concern) in part
