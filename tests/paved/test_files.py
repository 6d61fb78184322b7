"""A file or a folder is written whole, or not at all."""

import errno
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from paved.errors import BadInput
from paved.files import MARKER, read_json, write_files, write_folder, write_new, write_text


def test_a_file_is_replaced_whole(tmp_path):
    path = tmp_path / "a.json"
    path.write_text("old")
    write_text(path, "new")
    assert path.read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


def test_a_file_that_cannot_be_written_says_so_and_leaves_nothing(tmp_path):
    with pytest.raises(BadInput, match="cannot be written: No such file or directory"):
        write_text(tmp_path / "missing" / "a.json", "new")
    assert [path.name for path in tmp_path.iterdir()] == []


def test_an_earlier_rendering_is_replaced_with_nothing_left_over(tmp_path):
    out = tmp_path / "out"
    write_folder(out, {MARKER: "{}", "kubernetes/a.yaml": "a"})
    write_folder(out, {MARKER: "{}", "aws/b.json": "b"})
    assert sorted(str(path.relative_to(out)) for path in out.rglob("*.*")) == ["aws/b.json", MARKER]
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_folder_of_somebody_elses_files_is_left_alone(tmp_path):
    (tmp_path / "thesis.tex").write_text("years of work")
    with pytest.raises(BadInput, match="holds files that this command did not write"):
        write_folder(tmp_path, {MARKER: "{}"})
    assert (tmp_path / "thesis.tex").read_text() == "years of work"


@pytest.mark.parametrize("kind", ["file", "link", "circle"])
def test_what_is_not_a_folder_is_refused(tmp_path, kind):
    out = tmp_path / "out"
    if kind == "file":
        out.write_text("")
    else:
        out.symlink_to(tmp_path if kind == "link" else out)
    with pytest.raises(BadInput, match=r"a folder is needed|is a symbolic link"):
        write_folder(out, {MARKER: "{}"})


def test_a_failure_half_way_leaves_the_folder_as_it_was(tmp_path):
    out = tmp_path / "out"
    write_folder(out, {MARKER: "{}", "a": "old"})
    with pytest.raises(BadInput):
        write_folder(out, {MARKER: "{}", "a": "new", "a/b": "a is a file"})
    assert (out / "a").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_rendering_that_does_not_get_into_place_leaves_the_old(tmp_path, monkeypatch):
    out = tmp_path / "out"
    write_folder(out, {MARKER: "{}", "a": "old"})
    rename = Path.rename

    def interrupted(path, target):
        if target == out and "replaced" not in path.name:
            raise KeyboardInterrupt
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_folder(out, {MARKER: "{}", "a": "new"})
    assert (out / "a").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_the_working_folder_is_not_replaced_under_the_user(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BadInput, match="is the folder that this command runs in"):
        write_folder(Path(), {MARKER: "{}"})


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "Expecting value"),
        ('{"a": NaN}', "NaN is no number of JSON"),
        ("[" * 100_000, "maximum recursion depth"),
        ("\udcff", "invalid start byte"),
    ],
)
def test_what_is_not_json_is_said_to_be_none(tmp_path, text, why):
    path = tmp_path / "a.json"
    path.write_text(text, errors="surrogateescape")
    with pytest.raises(BadInput, match=f"`{path}` is not JSON: .*{why}"):
        read_json(path)


def test_json_may_come_through_a_pipe(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    with ThreadPoolExecutor(1) as other:
        written = other.submit(path.write_text, '{"a": 1}')
        assert read_json(path) == {"a": 1}
        written.result()


def test_no_file_is_written_where_one_has_a_folder_in_its_place(tmp_path):
    (tmp_path / "b.csv").mkdir()
    with pytest.raises(BadInput, match="is a folder, a file is to be written there"):
        write_files(tmp_path, {"a.csv": "a", "b.csv": "b"})
    assert [path.name for path in tmp_path.iterdir()] == ["b.csv"]


def test_no_file_is_written_where_one_has_a_file_for_a_folder(tmp_path):
    (tmp_path / "stacks").write_text("mine")
    with pytest.raises(BadInput, match="cannot be written: File exists"):
        write_files(tmp_path, {"README.md": "a", "stacks/a.yaml": "b"})
    assert [path.name for path in tmp_path.iterdir()] == ["stacks"]


def test_files_stand_beside_what_the_folder_holds(tmp_path):
    (tmp_path / "mine").write_text("mine")
    write_files(tmp_path, {"a.csv": "old"})
    write_files(tmp_path, {"a.csv": "a", "b.csv": "b"})
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {
        "mine": "mine",
        "a.csv": "a",
        "b.csv": "b",
    }


def test_a_new_file_takes_no_place_that_is_taken(tmp_path):
    path = tmp_path / "a"
    write_new(path, "mine")
    with pytest.raises(BadInput, match="never overwritten"):
        write_new(path, "yours")
    (tmp_path / "link").symlink_to(tmp_path / "nothing")
    with pytest.raises(BadInput, match="never overwritten"):
        write_new(tmp_path / "link", "yours")
    assert path.read_text(encoding="utf-8") == "mine"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a", "link"]


def test_a_folder_that_may_not_be_looked_at_is_no_defect(tmp_path, monkeypatch):
    def refused(path):
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(Path, "is_symlink", refused)
    with pytest.raises(BadInput, match="cannot be written: Permission denied"):
        write_folder(tmp_path / "new", {})


def test_a_place_below_a_file_is_told_by_the_file(tmp_path):
    (tmp_path / "file").write_text("text")
    with pytest.raises(BadInput, match="file` is a file, a folder is needed"):
        write_folder(tmp_path / "file" / "new" / "er", {})
