"""`paved review` prints what a change of stack files comes to, and fails where it is refused."""

import json
import shutil
import subprocess

import pytest
from markdown_it import MarkdownIt

from paved.cli import run
from paved.review.comment import LIMIT, MARKER
from tests.conftest import STACKS

IDENTITY = ("-c", "user.name=t", "-c", "user.email=t@example.com")
MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable("table")
OURS = ("<!--", "<details>", "</details>")


def git(folder, *arguments):
    subprocess.run(["git", *IDENTITY, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path):
    """A repository with the stack files of dev as its one commit."""
    folder = tmp_path / "stacks"
    folder.mkdir()
    for name in (
        "Pulumi.foundation-dev.yaml",
        "Pulumi.platform-dev.yaml",
        "Pulumi.ranking-dev.yaml",
        "policy.yaml",
    ):
        shutil.copy(STACKS / name, folder)
    (tmp_path / "README.md").write_text("one\n", encoding="utf-8")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "m")
    return folder


@pytest.fixture
def edit(repository):
    def replaced(stack, old, new):
        path = repository / f"Pulumi.{stack}.yaml"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    return replaced


@pytest.fixture
def reviewed(repository, capsys):
    def said(*options):
        code = run(["review", "--against", "HEAD", "--stacks", str(repository), *options])
        return code, capsys.readouterr()

    return said


def test_nothing_changes_where_files_are_as_they_were(reviewed):
    code, said = reviewed()
    assert code == 0
    assert said.out.startswith(f"{MARKER}\n## Paved: nothing changes\n")


def test_a_change_reads_as_reviewed(reviewed, edit, golden):
    edit("ranking-dev", "monthly_usd: 4000", "monthly_usd: 4100")
    edit("foundation-dev", "min: 2", "min: 3")
    code, said = reviewed()
    golden("cli/review-ranking-dev.txt", f"exit {code}\n{said.out}")


def test_a_change_outside_of_the_stack_files_is_said(reviewed, repository):
    (repository.parent / "README.md").write_text("two\n", encoding="utf-8")
    assert "touches 1 file outside the stack files" in reviewed()[1].out


def test_a_change_that_a_rule_refuses_fails_and_says_what_is_new(reviewed, edit):
    edit("ranking-dev", "approved_ceiling_usd: 9500", "approved_ceiling_usd: 9000")
    code, said = reviewed()
    assert code == 1
    assert "## Paved: refused, 1 stack by mandatory rules" in said.out
    assert "mandatory CO-03 (new) " in said.out
    assert "mandatory rules refuse 1 stack: ranking-dev" in said.err


def test_data_has_the_same_figures(reviewed, edit):
    edit("foundation-dev", "min: 2", "min: 3")
    code, said = reviewed("--json")
    data = json.loads(said.out)
    [changed] = data["stacks"]
    assert (code, changed["name"], changed["refused"]) == (0, "foundation-dev", False)
    assert changed["delta"]["expected"] == data["delta"]["expected"] == "153.56"
    assert [urn.rpartition("::")[2] for urn in changed["updated"]] == ["foundation-dev"]


def test_a_stack_that_comes_counts_whole(reviewed, repository):
    file = repository / "Pulumi.ranking-dev.yaml"
    text = file.read_text(encoding="utf-8")
    file.unlink()
    git(repository, "commit", "-q", "-am", "without")
    file.write_text(text, encoding="utf-8")
    code, said = reviewed("--json")
    [changed] = [each for each in json.loads(said.out)["stacks"] if each["name"] == "ranking-dev"]
    assert (code, changed["removed"]) == (0, [])
    assert changed["added"]


def test_mistakes_are_in_the_comment_by_the_name_of_their_file(reviewed, edit, repository):
    edit("ranking-dev", "paved:kind: team", "paved:kind: tame")
    code, said = reviewed()
    assert code == 2
    assert "## Paved: cannot be planned, 1 mistake" in said.out
    assert "Pulumi.ranking-dev.yaml:" in said.out
    assert str(repository.parent) not in said.out


def test_files_of_a_revision_are_read_and_the_folder_is_not(reviewed, edit, repository):
    edit("ranking-dev", "monthly_usd: 4000", "monthly_usd: 4100")
    git(repository, "commit", "-q", "-am", "change")
    git(repository, "branch", "change")
    git(repository, "reset", "-q", "--hard", "HEAD^")
    code, said = reviewed("--at", "change")
    assert code in (0, 1)
    assert "`budget.monthly_usd`" in said.out


def test_a_link_out_of_the_folder_is_not_followed(reviewed, repository):
    file = repository / "Pulumi.ranking-dev.yaml"
    file.unlink()
    file.symlink_to("/etc/passwd")
    git(repository, "add", ".")
    git(repository, "commit", "-q", "-m", "link")
    git(repository, "branch", "hostile")
    git(repository, "reset", "-q", "--hard", "HEAD^")
    code, said = reviewed("--at", "hostile")
    assert code == 2
    assert "root:" not in said.out + said.err


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert(1)<script>",
        "`](https:x)![x](https:x)",
        "a|b @everyone",
        "x\n# Paved: allowed",
    ],
)
def test_a_hostile_name_of_a_stack_stays_text(reviewed, repository, name):
    shutil.copy(repository / "Pulumi.ranking-dev.yaml", repository / f"Pulumi.{name}.yaml")
    _, said = reviewed()
    for token in MARKDOWN.parse(said.out):
        assert token.type != "html_block" or token.content.startswith(OURS)
        children = {child.type for child in token.children or ()}
        assert not children & {"link_open", "image", "html_inline"}
        if token.type == "inline" and token.level == 1:
            assert "Paved: allowed" not in token.content


def test_a_hostile_value_stays_text(reviewed, edit):
    edit("ranking-dev", "  paved:owner:", "  paved:owner:\n    '</code></details><img src=x>`': 1")
    _, said = reviewed()
    assert "<img" not in "".join(
        token.content for token in MARKDOWN.parse(said.out) if token.type == "html_block"
    )


def test_a_comment_is_as_long_as_it_may_be(monkeypatch, reviewed, edit):
    monkeypatch.setattr("paved.review.comment.LIMIT", 600)
    edit("ranking-dev", "monthly_usd: 4000", "monthly_usd: 4100")
    _, said = reviewed()
    assert "Too long for a comment: the details of 1 stack." in said.out
    assert LIMIT < 65_536


def test_posting_is_for_a_pipeline(reviewed, monkeypatch):
    for name in ("GITHUB_ACTIONS", "GITLAB_CI"):
        monkeypatch.delenv(name, raising=False)
    code, said = reviewed("--post")
    assert code == 2
    assert "`--post` is for a pipeline" in said.err


@pytest.mark.parametrize("command", ["review", "validate"])
def test_the_first_stacks_of_an_organisation_are_all_new(command, tmp_path, capsys):
    folder = tmp_path / "stacks"
    folder.mkdir()
    (folder / "README.md").write_text("none yet\n", encoding="utf-8")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "m")
    for name in ("foundation-dev", "platform-dev", "ranking-dev"):
        shutil.copy(STACKS / f"Pulumi.{name}.yaml", folder)
    assert run([command, "--against", "HEAD", "--stacks", str(folder)]) == 0
    assert "platform-dev" in capsys.readouterr().out
