"""git is asked, and told nothing."""

import subprocess

import pytest

from paved.errors import BadInput
from paved.evidence.bundle import revision
from paved.git import GitFailed, git, stacks_at


@pytest.fixture
def repository(tmp_path):
    """A repository with one commit of a folder `stacks`, in which a link leads out of it."""
    stacks = tmp_path / "stacks"
    stacks.mkdir()
    (stacks / "a.yaml").write_text("a")
    (stacks / "out").symlink_to("/etc/hostname")
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.com")
    for arguments in (("init", "-q"), ("add", "."), ("commit", "-qm", "one")):
        subprocess.run(["git", *identity, *arguments], cwd=tmp_path, check=True)
    return tmp_path


def test_a_file_is_named_as_it_is_called(repository):
    assert revision(repository / "stacks")["changed"] == []
    (repository / "stacks" / "a.yaml").write_text("b")
    (repository / 'with "quotes" and ü').write_text("new")
    found = revision(repository / "stacks")
    assert found["changed"] == ["stacks/a.yaml", 'with "quotes" and ü']
    assert len(found["commit"]) == 40


def test_outside_a_repository_there_is_no_commit(tmp_path):
    assert revision(tmp_path) == {"commit": None, "changed": []}
    with pytest.raises(GitFailed, match="not a git repository"):
        git(tmp_path, "rev-parse", "HEAD")


def test_without_git_there_is_no_commit(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert revision(tmp_path) == {"commit": None, "changed": []}


def test_a_revision_whose_links_lead_out_of_the_folder_is_refused(repository):
    with (
        pytest.raises(BadInput, match=r"the stack files at HEAD cannot be unpacked: .*absolute"),
        stacks_at("HEAD", repository / "stacks"),
    ):
        pass
