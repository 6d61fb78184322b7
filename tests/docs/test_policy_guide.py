"""What the guide to policies says is what the commands print, and how they exit."""

import re
import shutil
from pathlib import Path

import pytest

from paved.cli import run
from tests.conftest import PROJECT, STACKS

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "guides" / "policy.md").read_text(encoding="utf-8")


def steps():
    """Each command of the guide, with the `policy.yaml` that stands before it and what is said to be printed."""
    settings = None
    for language, text in re.findall(r"```(yaml|console)\n(.*?)```", GUIDE, re.DOTALL):
        if language == "yaml":
            settings = text
        else:
            command, *printed = text.splitlines()
            yield command.removeprefix("$ "), settings, printed


STEPS = [step for step in steps() if step[0].startswith("paved ")]


@pytest.mark.parametrize(("command", "settings", "printed"), STEPS)
def test_a_command_prints_what_the_guide_shows(command, settings, printed, tmp_path, monkeypatch, capsys):
    shutil.copytree(STACKS, tmp_path / "stacks", ignore=shutil.ignore_patterns("__pycache__"))
    if settings:
        (tmp_path / "stacks" / "policy.yaml").write_text(settings, encoding="utf-8")
    words, _, asks_exit = command.partition("; ")
    options = ["--stacks", str(tmp_path / "stacks")] if " plan " in words else []
    monkeypatch.chdir(PROJECT)
    code = run([*words.split()[1:], *options])
    if asks_exit:
        *printed, said = printed
        assert code == int(said)
    shown = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert printed
    for line in printed:
        assert " ".join(line.split()) in shown


def test_the_guide_shows_an_exception_at_every_stage_of_its_life():
    days = re.findall(r"--as-of (\S+?);", GUIDE)
    assert len(STEPS) == 6
    assert days == ["2026-11-21", "2026-11-21", "2026-12-20", "2027-01-01", "2026-11-21"]
    for rule in ("excepted", "PX-01", "PX-02", "PX-04"):
        assert f" {rule} " in GUIDE
