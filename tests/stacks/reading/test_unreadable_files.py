"""A file that cannot be read as a stack file: one error, which says why."""

import errno
import os
from pathlib import Path

import pytest

from tests.stacks.reading.stack_file import FILE, cases


def refuse(path):
    raise PermissionError(errno.EACCES, "Permission denied", str(path))


@pytest.mark.parametrize("case", cases("unreadable"), ids=lambda case: repr(case["content"]))
def test_a_file_that_is_no_stack_file_has_one_error(written, complaints, case):
    assert complaints(written(case["content"]))[:1] == [f"{FILE}{case['says']}"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"config:\n  a: \xe9\n", ":2: is not UTF-8: byte 0xe9; save it as UTF-8"),
        ("config: {}\n".encode("utf-16"), ":1: is not UTF-8: byte 0xff; save it as UTF-8"),
        (b"a: " + b"[\n" * 1200, ":16: is nested more than 16 deep"),
        (b"{a:\n" * 1200, ":17: is nested more than 16 deep"),
        (b"a: [\n" + b"1, 1,\n" * 10_000 + b"]", ":5001: has more than 10000 values"),
        (b"a: " + b"b" * 998, ":1: has 1001 characters in a line, at most 1000 are read"),
        (b"#" * 300_000, ": has 300000 bytes, at most 262144 are read"),
    ],
    ids=["Latin-1", "UTF-16", "lists", "mappings", "values", "line", "bytes"],
)
def test_a_file_of_other_bytes_or_beyond_a_limit(written, complaints, content, message):
    assert complaints(written(content)) == [f"{FILE}{message}"]


def test_a_missing_file(edited, complaints, folder):
    assert edited
    assert complaints(folder / "Pulumi.search-prod.yaml") == [
        "Pulumi.search-prod.yaml: cannot be read: No such file or directory"
    ]


def test_a_folder_in_its_place(written, complaints, folder):
    assert written
    (folder / "Pulumi.search-prod.yaml").mkdir()
    assert complaints(folder / "Pulumi.search-prod.yaml") == [
        "Pulumi.search-prod.yaml: is a folder, a file is needed"
    ]


def test_a_pipe_in_its_place_is_not_waited_for(written, complaints, folder):
    assert written
    os.mkfifo(folder / "Pulumi.search-prod.yaml")
    assert complaints(folder / "Pulumi.search-prod.yaml") == ["Pulumi.search-prod.yaml: is not a file"]


def test_a_file_without_permission(written, complaints, monkeypatch):
    path = written("config: {}")
    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert complaints(path) == [f"{FILE}: cannot be read: Permission denied"]


def test_a_link_out_of_the_folder(folder, complaints, monkeypatch, tmp_path_factory):
    monkeypatch.chdir(folder)
    outside = tmp_path_factory.mktemp("outside") / "secret"
    outside.write_text("a: 1", encoding="utf-8")
    link = folder / "Pulumi.search-prod.yaml"
    link.symlink_to(outside)
    assert complaints(link) == [
        "Pulumi.search-prod.yaml: is a link to a file outside the folder: put the file itself there"
    ]


def test_a_circle_of_links(folder, complaints, monkeypatch):
    monkeypatch.chdir(folder)
    one, two = folder / "Pulumi.search-prod.yaml", folder / "two"
    one.symlink_to(two)
    two.symlink_to(one)
    (message,) = complaints(one)
    assert message.startswith("Pulumi.search-prod.yaml: cannot be read: ")


@pytest.mark.parametrize(
    "name", ["vision-prod.yaml", "Pulumi.yaml", "Pulumi.vision-prod.yml", "pulumi.vision-prod.yaml"]
)
def test_another_file_name(folder, complaints, monkeypatch, name):
    monkeypatch.chdir(folder)
    (folder / FILE).rename(folder / name)
    assert complaints(folder / name) == [
        f"{name}: is not named as a stack file: name it `Pulumi.<stack>.yaml`"
    ]
