"""`paved evidence` writes a bundle that verifies, and that no longer does once a byte is another."""

import json
import os
import re
import shutil

import pytest

from paved.cli import run
from paved.errors import BadInput
from paved.evidence.approvals import read_approvals
from paved.evidence.chain import MANIFEST, canonical, sha256
from paved.evidence.statement import STATEMENT
from tests.conftest import STACKS

DAY = ("--as-of", "2026-11-21")


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A bundle of a sample stack."""
    out = tmp_path_factory.mktemp("evidence") / "ranking-dev"
    assert run(["evidence", "ranking-dev", "--out", str(out), *DAY]) == 0
    return out


def read(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_bundle_holds_what_an_auditor_asks_for(written):
    files = read(written)
    texts = {name for name in files if name.startswith("stacks/")}
    assert texts == {f"stacks/{path.name}" for path in STACKS.glob("*.yaml")}
    assert sorted(files.keys() - texts) == [
        "approvals.json",
        "config.json",
        "controls.md",
        "cost.json",
        STATEMENT,
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
    assert out.startswith(
        "whole, but not signed: nothing here says who wrote it\n20 files of ranking-dev, evidence"
    )
    assert head in out
    assert run(["evidence", "verify", str(written), "--head", head]) == 0
    assert capsys.readouterr().out.startswith("whole, and the one that was asked for\n")
    assert run(["evidence", "verify", str(written), "--head", "f" * 64]) == 1
    assert "this is another bundle" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["plan.json", "controls.md", MANIFEST])
def test_one_changed_byte_is_told(written, tmp_path, capsys, name):
    copy = tmp_path / "copy"
    shutil.copytree(written, copy)
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
    (copy / MANIFEST).write_text(canonical({**stated, "stack": "vision-prod"}), encoding="utf-8")
    assert run(["evidence", "verify", str(copy)]) == 1
    assert "`config.json` is of `ranking-dev`, the manifest of `vision-prod`" in capsys.readouterr().err


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
        read_approvals(file)


def test_who_approves_what_they_wrote_is_told(written, tmp_path, capsys, monkeypatch):
    digest = sha256((written / "plan.json").read_bytes())
    file, out = tmp_path / "approvals.json", tmp_path / "approved"
    author = json.loads((written / "revision.json").read_text(encoding="utf-8"))["author"]
    file.write_text(json.dumps([approval(digest)]), encoding="utf-8")
    monkeypatch.setattr("paved.evidence.bundle.git", lambda *_: b"Lead@example.com")
    assert author != "Lead@example.com"
    assert run(["evidence", "ranking-dev", "--out", str(out), "--approvals", str(file), *DAY]) == 0
    capsys.readouterr()
    assert run(["evidence", "verify", str(out)]) == 0
    said = capsys.readouterr().out
    assert "  approval    lead@example.com on 2026-11-20 (PR 12)\n" in said
    assert "  note        lead@example.com approved what they wrote themselves" in said


def test_evidence_of_a_day_to_come_is_not_written(tmp_path, capsys):
    assert run(["evidence", "ranking-dev", "--out", str(tmp_path / "out"), "--as-of", "2999-01-01"]) == 1
    assert "2999-01-01 is still to come" in capsys.readouterr().err


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
        ["evidence", "verify", "x", "--sign", "alias/key"],
        ["evidence", "verify", "x", "--require", "luck"],
        ["evidence", "ranking-dev", "--out", "x", "--head", "f"],
    ],
)
def test_half_a_command_is_bad_input(arguments, capsys):
    assert run(arguments) == 2
    assert capsys.readouterr().err.startswith("error: ")
