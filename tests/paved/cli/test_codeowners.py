"""`paved codeowners` prints lines that GitHub and GitLab take."""

import shutil
import subprocess
from pathlib import Path

from paved.cli import run
from tests.conftest import STACKS

FIXTURES = Path(__file__).parents[2] / "stacks" / "fixtures"


def test_the_sample_stacks_have_owners(tmp_path, paved, golden, monkeypatch):
    shutil.copytree(STACKS, tmp_path / "examples" / "organisation" / "stacks")
    shutil.copy(STACKS.parent / "Pulumi.yaml", tmp_path / "examples" / "organisation")
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    monkeypatch.chdir(tmp_path / "examples" / "organisation")
    golden("cli/codeowners.txt", paved("codeowners"))


def test_without_a_register_it_says_what_to_write(tmp_path, paved, golden, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copy(FIXTURES / "Pulumi.foundation-prod.yaml", tmp_path)
    golden("cli/codeowners-none.txt", paved("codeowners", "--stacks", "."))


def test_no_file_loses_its_line_because_it_cannot_be_read(tmp_path, paved, golden, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for path in STACKS.glob("*.yaml"):
        shutil.copy(path, tmp_path)
    broken = tmp_path / "Pulumi.foundation-prod.yaml"
    broken.write_text(
        broken.read_text(encoding="utf-8").replace("cidr: 10.", "cidr: nope", 1), encoding="utf-8"
    )
    golden("cli/codeowners-broken.txt", paved("codeowners", "--stacks", "."))


def test_a_folder_inside_a_repository_is_named_by_its_path(tmp_path, capsys):
    shutil.copytree(STACKS, tmp_path / "teams" / "stacks")
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    assert run(["codeowners", "--stacks", str(tmp_path / "teams" / "stacks")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert all(line.startswith("/teams/stacks/") for line in lines)
