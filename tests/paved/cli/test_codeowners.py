"""`paved codeowners` prints lines that GitHub and GitLab take."""

import shutil
import subprocess

from paved.cli import run
from stacks.checks.folder import STACKS


def test_the_sample_stacks_have_owners(paved, golden):
    golden("cli/codeowners.txt", paved("codeowners"))


def test_without_a_register_it_says_what_to_write(tmp_path, paved, golden, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "Pulumi.foundation-x.yaml").write_text("config: {}\n", encoding="utf-8")
    golden("cli/codeowners-none.txt", paved("codeowners", "--stacks", "."))


def test_a_folder_inside_a_repository_is_named_by_its_path(tmp_path, capsys):
    shutil.copytree(STACKS, tmp_path / "teams" / "stacks")
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    assert run(["codeowners", "--stacks", str(tmp_path / "teams" / "stacks")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert all(line.startswith("/teams/stacks/") for line in lines)
