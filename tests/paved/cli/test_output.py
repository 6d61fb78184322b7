"""What reads the output of a command does not change its answer."""

import json
import os
import re
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from paved.cli import run
from paved.cli.output import hint, show
from stacks.checks.folder import Folder
from tests.conftest import PROJECT, STACKS

PAVED = Path(sys.executable).parent / "paved"


@pytest.mark.parametrize("arguments", [["validate"], ["validate", "--json"]])
def test_a_reader_that_closes_early_does_not_change_the_answer(arguments):
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [PAVED, *arguments], cwd=PROJECT, stdout=writer, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(writer)
    assert (done.returncode, "error" in done.stderr, "Traceback" in done.stderr) == (0, False, False)


def on_a_full_disk(*arguments):
    with Path("/dev/full").open("w") as full:
        return subprocess.run(
            [PAVED, *arguments], cwd=PROJECT, stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )


has_full_disk = pytest.mark.skipif(
    not Path("/dev/full").exists(), reason="needs a device that is always full"
)


@has_full_disk
def test_a_full_disk_is_one_clear_error():
    done = on_a_full_disk("validate", "--json")
    assert done.returncode == 2
    assert done.stderr == "error: the output cannot be written: No space left on device\n"


@has_full_disk
def test_on_a_full_disk_the_reason_of_a_failure_is_told_all_the_same():
    done = on_a_full_disk("plan", "nosuch", "--json")
    assert done.returncode == 2
    assert "error: `nosuch` is no stack of the folder" in done.stderr
    assert "error: the output cannot be written: No space left on device\n" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_answer_on_a_closed_stdout_is_no_success():
    command = f'"{PAVED}" explain training >&-'
    done = subprocess.run(["sh", "-c", command], cwd=PROJECT, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, "error: the output cannot be written: stdout is closed\n")


@pytest.mark.parametrize("closed", ["onboard <&-", "onboard 2>&-"])
def test_a_closed_stdin_or_stderr_is_no_defect(closed):
    done = subprocess.run(
        ["sh", "-c", f'"{PAVED}" {closed}'], cwd=PROJECT, stderr=subprocess.PIPE, text=True, check=False
    )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_a_folder_that_is_gone_is_told(tmp_path):
    gone = tmp_path / "gone"
    gone.mkdir()
    command = f'rmdir "{gone}"; "{PAVED}" validate'
    done = subprocess.run(["sh", "-c", command], cwd=gone, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("error: the folder that this command runs in is gone\n")


@pytest.mark.parametrize("arguments", [["validate", "--stacks", ""], ["validate", "--stacks="], ["plan", ""]])
def test_what_is_empty_does_not_mean_the_current_folder(arguments, paved):
    assert " is empty\n\nhint: a variable of the shell may not be set\n" in paved(*arguments)


def test_help_is_spelled_short_too(paved):
    assert paved("plan", "-h").replace("-h\n", "--help\n", 1) == paved("plan", "--help")


def test_nothing_that_a_terminal_obeys_is_printed(capsys):
    show("a\x1b[31m\x07b\u202ec\r\nd\re\n\tf")
    hint("\x1b]0;title\x07")
    said = capsys.readouterr()
    assert said.out == "a\\x1b[31m\\x07b\\u202ec\r\nd\\re\n\tf\n"
    assert said.err == "\nhint: \\x1b]0;title\\x07\n"


@pytest.mark.parametrize("option", ["--out", "--stacks"])
def test_a_name_that_is_too_long_is_bad_input(option, capsys):
    arguments = {"--out": ["render", "ranking-dev"], "--stacks": ["validate"]}[option]
    assert run([*arguments, option, "a" * 5000]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_colour_says_nothing_that_the_words_do_not(monkeypatch, capsys):
    text = "Summary\n  verdict  refused by CO-03, 1 advisory\n  !  a warning"
    show(text)
    plain = capsys.readouterr().out
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    show(text)
    coloured = capsys.readouterr().out
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_colour_can_be_refused(monkeypatch, capsys, name, value):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv(name, value)
    show("refused")
    assert capsys.readouterr().out == "refused\n"


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["plan", "nosuch", "--json"], 2, "`nosuch` is no stack"),
        (["cost", "--json"], 2, "Missing argument"),
        (["report", "--month", "2026-13", "--json"], 2, "must be a month"),
    ],
)
def test_what_fails_is_data_too_where_data_was_asked_for(capsys, arguments, code, says):
    assert run(arguments) == code
    said = capsys.readouterr()
    data = json.loads(said.out)
    assert (data["schema_version"], data["exit_code"]) == ("1", code)
    assert says in data["problems"][0]["message"]
    assert says in said.err


def test_a_defect_is_data_too_and_its_traceback_stays_on_stderr(capsys, monkeypatch):
    def broken(*_):
        raise RuntimeError("no such state")

    monkeypatch.setattr(Folder, "read", broken)
    assert run(["validate", "--json"]) == 70
    said = capsys.readouterr()
    assert json.loads(said.out)["exit_code"] == 70
    assert "RuntimeError: no such state" in said.err


def test_an_answer_that_is_refused_is_one_document(capsys, tmp_path):
    for path in STACKS.glob("*.yaml"):
        shutil.copy(path, tmp_path)
    file = tmp_path / "Pulumi.ranking-dev.yaml"
    text = file.read_text(encoding="utf-8")
    lower = text.replace("approved_ceiling_usd: 9500", "approved_ceiling_usd: 9000")
    assert lower != text
    file.write_text(lower, encoding="utf-8")
    assert run(["plan", "ranking-dev", "--json", "--stacks", str(tmp_path)]) == 1
    assert json.loads(capsys.readouterr().out)["stack"] == "ranking-dev"


def test_the_version_is_that_of_the_package(capsys):
    assert run(["--version"]) == 0
    assert capsys.readouterr().out == f"paved {version('paved')}\n"
