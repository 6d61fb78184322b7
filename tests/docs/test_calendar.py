"""The calendar breaks no clone: what the documents tell a reader to type works in a month, a year and five years."""

import re
import shlex
from datetime import date, timedelta
from pathlib import Path

import pytest

from paved.cli import run
from tests.conftest import PROJECT, STACKS

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs" / "guides").glob("*.md"))]
WRITTEN = date(2026, 11, 21)
LATER = [WRITTEN + timedelta(days=days) for days in (30, 365, 5 * 365 + 1)]
DATED = ("plan", "cost", "validate", "audit", "evidence", "report", "render", "inventory", "rehearse")
"""The commands whose answer may depend on the day."""


def commands(text):
    """Each `paved` command of a document's console blocks, but those on a file that the reader has edited before."""
    for block in re.findall(r"```console\n(.*?)```", text, re.DOTALL):
        for line in block.splitlines():
            found = re.fullmatch(r"\$ (?:\.venv/bin/)?paved ([^;|>]*)", line)
            if found:
                yield tuple(shlex.split(found[1]))


def is_offline(arguments):
    """Whether a command reads nothing but this checkout."""
    needs_files = {"armed", "tags", "prices"} & set(arguments[:1])
    return not needs_files and not any(word in arguments for word in ("account", "--profile", "--against"))


FOUND = {
    arguments
    for document in DOCUMENTS
    for arguments in commands(document.read_text(encoding="utf-8"))
    if arguments and arguments[0] in DATED and is_offline(arguments)
}
IN_MEMORY = ("audit", "rehearse")
"""Ten seconds of CPU each: tried on the last day alone, when everything is oldest."""
TRIED = [
    (arguments, day)
    for arguments in sorted(FOUND)
    for day in (LATER[-1:] if arguments[0] in IN_MEMORY else LATER)
]


def on(arguments, day):
    """The command as of another day."""
    kept = list(arguments)
    if "--as-of" in kept:
        position = kept.index("--as-of")
        del kept[position : position + 2]
    return kept, {"PAVED_AS_OF": day.isoformat()}


def shown(parameter):
    """A command or a day as a test's id."""
    return str(parameter) if isinstance(parameter, date) else " ".join(parameter)


def test_there_are_commands_to_try():
    assert {arguments[0] for arguments in FOUND} >= {
        "plan",
        "cost",
        "validate",
        "audit",
        "rehearse",
        "render",
    }


@pytest.mark.parametrize(("arguments", "day"), TRIED, ids=shown)
def test_a_command_of_the_documents_works_on_a_later_day(arguments, day, monkeypatch, tmp_path, capsys):
    monkeypatch.chdir(PROJECT)
    kept, environment = on(arguments, day)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    kept = [str(tmp_path / "out") if kept[i - 1 : i] == ["--out"] else word for i, word in enumerate(kept)]
    assert run(kept) == 0, capsys.readouterr().err


def test_an_old_price_is_said_in_the_total_and_refuses_nothing(monkeypatch, capsys):
    monkeypatch.setenv("PAVED_AS_OF", "2028-01-01")
    assert run(["cost", "vision-prod"]) == 0
    assert "days old, more than 180" in capsys.readouterr().out


def test_an_organisation_may_have_old_prices_refused(monkeypatch, tmp_path, capsys):
    folder = tmp_path / "stacks"
    folder.mkdir()
    for path in STACKS.glob("*.yaml"):
        (folder / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    policy = folder / "policy.yaml"
    policy.write_text(
        policy.read_text(encoding="utf-8").replace(
            "settings:\n", "settings:\n  refuse_old_prices: true\n", 1
        ),
        encoding="utf-8",
    )
    monkeypatch.setenv("PAVED_AS_OF", "2028-01-01")
    assert run(["cost", "vision-prod", "--stacks", str(folder)]) == 1
    monkeypatch.setenv("PAVED_AS_OF", "2026-11-21")
    assert run(["cost", "vision-prod", "--stacks", str(folder)]) == 0
