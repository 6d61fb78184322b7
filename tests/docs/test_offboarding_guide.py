"""The commands of the offboarding guide do what it says, and its steps are those of the command."""

import re
import shlex
import typing
from pathlib import Path

import pytest

from paved.cli import run
from paved.offboard.procedure import StepName
from tests.docs.guides import console_lines

DOCS = Path(__file__).parents[2] / "docs"
GUIDE = (DOCS / "guides" / "offboarding.md").read_text(encoding="utf-8")
COMMANDS = console_lines(GUIDE)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_guide_succeeds(command, capsys):
    assert run(shlex.split(command)[1:]) == 0
    assert capsys.readouterr().out


def test_the_steps_are_those_of_the_command():
    section = GUIDE.partition("## The steps")[2].partition("\n## ")[0]
    assert re.findall(r"^\| (\w+) \|", section, re.MULTILINE)[1:] == list(typing.get_args(StepName))


def test_what_the_command_links_to_is_there():
    anchors = {
        re.sub(r"[^a-z -]", "", title.lower()).replace(" ", "-")
        for title in re.findall(r"^## (.+)$", GUIDE, re.M)
    }
    assert {"who-still-depends-on-it", "what-stays"} <= anchors
