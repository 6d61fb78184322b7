"""`paved evidence` writes a bundle that verifies, and that no longer does once a byte is another."""

import json
import os
import re
import shutil

import pytest

from paved.cli import run
from paved.errors import BadInput
from paved.evidence.approvals import read_approvals
from paved.evidence.chain import MANIFEST

DAY = ("--as-of", "2026-11-21")


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A bundle of a sample stack."""
    out = tmp_path_factory.mktemp("evidence") / "ranking-dev"
    assert run(["evidence", "ranking-dev", "--out", str(out), *DAY]) == 0
    return out


def read(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_a_bundle_holds_what_an_auditor_asks_for(written):
    files = read(written)
    assert sorted(files) == [
        "approvals.json",
        "config.json",
        "controls.md",
        "cost.json",
        MANIFEST,
        "exceptions.json",
        "plan.json",
        "policy.json",
        "revision.json",
        "security.json",
        "tools.json",
    ]
    assert json.loads(files["config.json"])["config"]["paved:kind"] == "team"
    assert json.loads(files["policy.json"])["passed"] > 0
    assert json.loads(files["security.json"])["promised"] == "standard"
    assert json.loads(files["cost.json"])["totals"]["expected"]
    assert json.loads(files["tools.json"])["pulumi"]
    assert b"| control | rules |" in files["controls.md"]


def test_a_bundle_is_the_same_bytes_when_it_is_written_again(written, tmp_path):
    again = tmp_path / "again"
    assert run(["evidence", "ranking-dev", "--out", str(again), *DAY]) == 0
    assert read(again) == read(written)


def test_a_bundle_verifies_without_the_project(written, monkeypatch, tmp_path, capsys):
    monkeypatch.chdir(tmp_path)
    assert run(["evidence", "verify", str(written)]) == 0
    out = capsys.readouterr().out
    head = json.loads((written / MANIFEST).read_text(encoding="utf-8"))["head"]
    assert out.startswith("whole: 10 files of ranking-dev\n")
    assert head in out


@pytest.mark.parametrize("name", ["plan.json", "controls.md", MANIFEST])
def test_one_changed_byte_is_told(written, tmp_path, capsys, name):
    copy = tmp_path / "copy"
    copy.mkdir()
    for file, data in read(written).items():
        (copy / file).write_bytes(data)
    data = (copy / name).read_bytes()
    place = len(data) // 2
    (copy / name).write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
    assert run(["evidence", "verify", str(copy)]) == 1
    assert "changed" in capsys.readouterr().err


def test_what_is_no_plain_file_of_the_bundle_is_told(written, tmp_path, capsys):
    copy = tmp_path / "copy"
    shutil.copytree(written, copy)
    (copy / "plan.json").rename(tmp_path / "elsewhere.json")
    (copy / "plan.json").symlink_to(tmp_path / "elsewhere.json")
    os.mkfifo(copy / "pipe")
    assert run(["evidence", "verify", str(copy)]) == 1
    said = capsys.readouterr().err
    assert "`plan.json` is no plain file" in said
    assert "`pipe` is no plain file" in said


def test_the_name_of_the_stack_cannot_be_another(written, tmp_path, capsys):
    copy = tmp_path / "copy"
    shutil.copytree(written, copy)
    stated = json.loads((copy / MANIFEST).read_text(encoding="utf-8"))
    (copy / MANIFEST).write_text(json.dumps({**stated, "stack": "vision-prod"}), encoding="utf-8")
    assert run(["evidence", "verify", str(copy)]) == 1
    assert "names another stack than `config.json`" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["[]", "1", '{"files": {}}', "[" * 100_000])
def test_a_manifest_that_is_none_was_changed(written, tmp_path, capsys, text):
    (tmp_path / MANIFEST).write_text(text, encoding="utf-8")
    assert run(["evidence", "verify", str(tmp_path)]) == 1
    assert "was changed" in capsys.readouterr().err


def approval(plan_sha256, **changes):
    return {
        "plan_sha256": plan_sha256,
        "by": "lead@example.com",
        "on": "2026-11-20",
        "reference": "PR 12",
        **changes,
    }


def test_an_approval_names_the_plan_and_fits_no_other(written, tmp_path, capsys):
    digest = {
        each["file"]: each["sha256"]
        for each in json.loads((written / MANIFEST).read_text(encoding="utf-8"))["files"]
    }["plan.json"]
    file = tmp_path / "approvals.json"
    file.write_text(json.dumps([approval(digest)]), encoding="utf-8")
    out = tmp_path / "approved"
    command = ["evidence", "ranking-dev", "--out", str(out), "--approvals", str(file), *DAY]
    assert run(command) == 0
    assert json.loads((out / "approvals.json").read_text(encoding="utf-8")) == [approval(digest)]
    file.write_text(json.dumps([approval("0" * 64)]), encoding="utf-8")
    assert run(command) == 1
    assert "lead@example.com approved the plan 000000000000…" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{}", "must be a list of approvals, got dict"),
        ("[", "is not JSON"),
        (json.dumps([approval("0" * 64, by="\u202eevil")]), "`0.by`"),
        (json.dumps([approval("0" * 64, on="yesterday")]), "`0.on`"),
        (json.dumps([approval("0" * 64, on="2026-02-31")]), "`0.on`"),
        (json.dumps([{**approval("0" * 64), "extra": 1}]), "`0.extra`"),
    ],
)
def test_a_file_of_approvals_is_read_strictly(tmp_path, text, said):
    file = tmp_path / "approvals.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match=re.escape(said)):
        read_approvals(file, "0" * 64)


def test_approvals_that_cannot_be_read_leave_no_bundle(tmp_path, capsys):
    file = tmp_path / "approvals.json"
    file.write_text("{}", encoding="utf-8")
    command = ["evidence", "ranking-dev", "--out", str(tmp_path / "out"), "--approvals", str(file), *DAY]
    assert run(command) == 2
    assert "must be a list of approvals, got dict" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["evidence", "ranking-dev"],
        ["evidence", "verify"],
        ["evidence", "ranking-dev", "somewhere", "--out", "x"],
        ["evidence", "verify", "no-such-folder"],
    ],
)
def test_half_a_command_is_bad_input(arguments, capsys):
    assert run(arguments) == 2
    assert capsys.readouterr().err.startswith("error: ")
