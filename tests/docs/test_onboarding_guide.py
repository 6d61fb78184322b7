"""The commands of the onboarding guide do what it says."""

import re
import shlex
from pathlib import Path

import pytest

from paved.cli import run
from paved.onboard.template import templates
from tests.docs.guides import console_lines

GUIDE = (Path(__file__).parents[2] / "docs" / "guides" / "onboarding.md").read_text(encoding="utf-8")
COMMANDS = console_lines(GUIDE)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_guide_succeeds(command, capsys):
    assert run(shlex.split(command)[1:]) == 0
    assert capsys.readouterr().out


def test_the_table_has_every_template_with_its_first_amounts():
    rows = dict(re.findall(r"^\| `([\w-]+)` \| [^|]+ \| ([^|]+) \|$", GUIDE, re.MULTILINE))
    assert list(rows) == list(templates())
    for name, template in templates().items():
        assert not template.hours or f"{template.hours} hours" in rows[name]
        assert not template.gpus or f"{template.gpus} GPUs of {template.accelerators[0]}" in rows[name]


def test_every_link_of_the_guide_leads_somewhere():
    targets = re.findall(r"\]\(([^)#]+)[^)]*\)", GUIDE)
    assert [
        each for each in targets if not (Path(__file__).parents[2] / "docs" / "guides" / each).exists()
    ] == []
