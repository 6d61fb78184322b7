"""Which folder of stack files a command reads, and which it may change."""

import shutil

import pytest

from paved.cli import run
from paved.cli.project import stacks_dir
from paved.errors import BadInput
from tests.conftest import PROJECT, STACKS


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A fresh checkout, whose `stacks` has no stack file yet."""
    (tmp_path / "stacks").mkdir()
    (tmp_path / "Pulumi.yaml").write_text("name: paved\n")
    shutil.copytree(PROJECT, tmp_path / "examples" / "organisation")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_checkout_without_a_stack_reads_the_examples_and_says_so(checkout, capsys):
    assert stacks_dir(None) == checkout / "examples" / "organisation" / "stacks"
    assert "stacks/ has no stack file yet" in capsys.readouterr().err


def test_one_stack_file_of_its_own_and_the_examples_are_read_no_more(checkout, capsys):
    shutil.copy(STACKS / "Pulumi.foundation-dev.yaml", checkout / "stacks")
    assert stacks_dir(None) == checkout / "stacks"
    assert capsys.readouterr().err == ""


def test_a_folder_that_is_named_is_the_one_that_is_read(checkout):
    (checkout / "other").mkdir()
    assert stacks_dir(checkout / "other") == checkout / "other"


@pytest.mark.parametrize(
    "command",
    [
        ("set", "ranking-dev", "budget.monthly_usd", "9000", "--yes"),
        ("onboard", "--template", "serve-tier-1", "--team", "search"),
    ],
)
def test_no_command_changes_the_examples(command, checkout, capsys):
    before = {path.name: path.read_bytes() for path in (checkout / "examples").rglob("*.yaml")}
    assert run([*command]) == 2
    assert "`paved init` writes a foundation, a platform and a first team" in capsys.readouterr().err
    assert {path.name: path.read_bytes() for path in (checkout / "examples").rglob("*.yaml")} == before


def test_outside_of_a_project_there_is_none(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BadInput, match="no `stacks` folder with a Pulumi"):
        stacks_dir(None)
