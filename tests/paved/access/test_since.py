"""A grant is as old as the commit since which its file has had it, whatever else became of the file."""

import os
import subprocess

import pytest

from paved.access.grants import access_grants
from paved.access.since import sections, since_when

ENGINEERS = "config:\n  paved:access:\n    members: [engineers]\n"
TYPED = "config:\n  paved:access:\n    members:\n      - {role: engineers, rights: develop}\n"
BOTH = f"{TYPED}      - {{group: on-call, rights: operate}}\n"
NAME = "Pulumi.a-prod.yaml"


@pytest.fixture
def repository(tmp_path):
    """A folder in a repository, and the commit of one file there on a day."""
    git(tmp_path, "init", "-q")

    def commit(text, day, name=NAME):
        (tmp_path / name).write_text(text, encoding="utf-8")
        git(tmp_path, "add", "--all")
        git(tmp_path, "commit", "-qm", day, day=day)

    return tmp_path, commit


def git(folder, *arguments, day="2026-01-01"):
    identity = ("-c", "user.name=Ana", "-c", "user.email=ana@example.com")
    environment = {
        **os.environ,
        "GIT_COMMITTER_DATE": f"{day}T12:00:00Z",
        "GIT_AUTHOR_DATE": f"{day}T12:00:00Z",
    }
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, env=environment)


def dated(folder, name=NAME):
    path = folder / name
    found = since_when(path, access_grants("a-prod", sections(path.read_bytes())))
    return {grant.name: str(since) for grant, since in found.items()}


def test_a_grant_is_as_old_as_the_commit_that_brought_it(repository):
    folder, commit = repository
    commit(TYPED, "2026-02-01")
    commit(BOTH, "2026-03-01")
    commit(f"# said anew\n{BOTH}", "2026-04-01")
    assert dated(folder) == {"engineers": "2026-02-01", "on-call": "2026-03-01"}
    [since, _] = since_when(folder / NAME, access_grants("a-prod", sections(BOTH.encode()))).values()
    assert since.author == "Ana" and since.commit


def test_a_new_form_of_the_file_makes_no_grant_younger(repository):
    folder, commit = repository
    commit(ENGINEERS, "2026-02-01")
    commit(TYPED, "2026-03-01")
    assert dated(folder) == {"engineers": "2026-02-01"}


def test_a_new_name_of_the_file_makes_no_grant_younger(repository):
    folder, commit = repository
    commit(TYPED, "2026-02-01", "Pulumi.old.yaml")
    git(folder, "mv", "Pulumi.old.yaml", NAME)
    git(folder, "commit", "-qm", "moved", day="2026-03-01")
    assert dated(folder) == {"engineers": "2026-02-01"}


def test_who_came_back_is_there_since_then(repository):
    folder, commit = repository
    commit(BOTH, "2026-02-01")
    commit(TYPED, "2026-03-01")
    commit(BOTH, "2026-04-01")
    assert dated(folder)["on-call"] == "2026-04-01"


def test_other_rights_are_another_grant(repository):
    folder, commit = repository
    commit(BOTH.replace("operate", "view"), "2026-02-01")
    commit(BOTH, "2026-03-01")
    assert dated(folder)["on-call"] == "2026-03-01"


def test_a_file_that_nobody_could_read_had_no_grant(repository):
    folder, commit = repository
    commit(TYPED, "2026-02-01")
    commit("config: [", "2026-03-01")
    commit(TYPED, "2026-04-01")
    assert dated(folder) == {"engineers": "2026-04-01"}


def test_what_is_not_committed_is_told(repository):
    folder, commit = repository
    commit(TYPED, "2026-02-01")
    (folder / NAME).write_text(BOTH, encoding="utf-8")
    assert dated(folder) == {"engineers": "2026-02-01", "on-call": "unknown: not committed"}


def test_without_a_history_it_is_unknown(tmp_path, repository):
    folder, _ = repository
    (folder / NAME).write_text(TYPED, encoding="utf-8")
    assert dated(folder) == {"engineers": "unknown: not in git"}


def test_a_clone_that_is_cut_off_says_so(repository, tmp_path_factory):
    folder, commit = repository
    commit(TYPED, "2026-02-01")
    commit(f"# said anew\n{TYPED}", "2026-03-01")
    clone = tmp_path_factory.mktemp("clone") / "shallow"
    git(folder, "clone", "-q", "--depth", "1", f"file://{folder}", str(clone))
    assert dated(clone) == {"engineers": "2026-03-01, or before: this clone knows no more"}


def test_a_clone_that_is_cut_off_after_a_grant_came_knows_its_day(repository, tmp_path_factory):
    folder, commit = repository
    commit(TYPED, "2026-02-01")
    commit(f"# said anew\n{TYPED}", "2026-03-01")
    commit(BOTH, "2026-04-01")
    clone = tmp_path_factory.mktemp("clone") / "shallow"
    git(folder, "clone", "-q", "--depth", "2", f"file://{folder}", str(clone))
    assert dated(clone) == {
        "engineers": "2026-03-01, or before: this clone knows no more",
        "on-call": "2026-04-01",
    }
