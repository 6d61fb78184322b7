"""What the README says is what the commands print."""

import re
from pathlib import Path

import pytest

from paved.cli import run
from tests.conftest import STACKS
from tests.docs.guides import console_lines

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


COMMANDS = console_lines(README)


def recipe(target):
    """The commands of a make target, without the interpreter's folder."""
    rule = re.search(rf"^{target}:.*\n((?:\t.*\n)+)", MAKEFILE, re.MULTILINE)
    assert rule, f"make {target} is not a target"
    return [line.strip("\t@").replace("$(BIN)/", "") for line in rule[1].splitlines()]


def test_it_opens_with_the_two_commands():
    assert COMMANDS[:2] == ["make rehearse", "make test"]


def test_make_test_is_the_whole_suite_and_ci_calls_it():
    assert recipe("test") == ["python -m pytest --numprocesses=auto --dist=loadfile --no-loadscope-reorder"]
    assert "make test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_make_rehearse_ends_as_the_readme_says(capsys, monkeypatch):
    # An API server would be asked as well, and the one of tests/live has neither definitions nor namespaces of these.
    monkeypatch.delenv("KUBECONFIG", raising=False)
    assert recipe("rehearse") == ["paved rehearse"]
    assert run(["rehearse"]) == 0
    printed = capsys.readouterr().out
    said = next(line for block in blocks("text") for line in block.splitlines() if "resources:" in line)
    assert said in printed


@pytest.mark.parametrize("command", [command for command in COMMANDS if "paved " in command])
def test_a_command_of_the_readme_succeeds(command, capsys):
    assert run(command.split()[1:]) == 0
    assert capsys.readouterr().out


def test_the_file_of_the_readme_is_valid_and_allowed_when_it_is_saved(tmp_path, capsys):
    for sample in STACKS.glob("*.yaml"):
        (tmp_path / sample.name).write_bytes(sample.read_bytes())
    (shown,) = blocks("yaml")
    (tmp_path / "Pulumi.vision-prod.yaml").write_text(shown, encoding="utf-8")
    assert run(["validate", "--stacks", str(tmp_path)]) == 0
    assert run(["plan", "vision-prod", "--stacks", str(tmp_path)]) == 0
    assert "verdict    allowed" in capsys.readouterr().out


def test_the_mistakes_of_the_readme_are_told_in_its_words(tmp_path, capsys):
    text = (STACKS / "Pulumi.vision-prod.yaml").read_text(encoding="utf-8")
    for sample in STACKS.glob("Pulumi.*.yaml"):
        (tmp_path / sample.name).write_bytes(sample.read_bytes())
    broken = text.replace("max_gpus: 32", "max_gpus: lots").replace("runtime: triton", "runtime: tritn")
    (tmp_path / "Pulumi.vision-prod.yaml").write_text(broken, encoding="utf-8")
    assert run(["validate", "--stacks", str(tmp_path)]) == 2
    printed = capsys.readouterr().err.replace(str(tmp_path), "stacks")
    for line in (
        line for block in blocks("text") for line in block.splitlines() if line.startswith("error:")
    ):
        assert line in printed


def test_every_command_is_in_the_table_of_commands():
    from paved.cli import app

    names = {command.name or command.callback.__name__ for command in app.registered_commands}
    names |= {group.typer_instance.info.name for group in app.registered_groups}
    assert names == set(re.findall(r"^\| `paved (\w+)", README, re.MULTILINE))


def test_every_link_of_the_readme_leads_somewhere():
    targets = re.findall(r"\]\(([^)#]+)[^)]*\)", README)
    assert [target for target in targets if not (ROOT / target).exists()] == []
