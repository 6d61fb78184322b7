"""The worked examples are valid on the day that their commands name, and their plans read as reviewed."""

import re
import shlex
from pathlib import Path

import pytest

from paved.cli import run

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("*/README.md"))
COMMANDS = [
    (path.parent.name, line)
    for path in EXAMPLES
    for line in re.findall(r"^paved .+$", path.read_text(encoding="utf-8"), re.MULTILINE)
]


@pytest.fixture
def paved(capsys, monkeypatch):
    """The exit code, stdout and stderr of one command line in the project's folder, as one text."""
    monkeypatch.chdir(ROOT)

    def shown(*arguments):
        code = run(list(arguments))
        captured = capsys.readouterr()
        said = f"\n--- stderr\n{captured.err}" if captured.err else ""
        return f"$ paved {' '.join(arguments)}\nexit {code}\n--- stdout\n{captured.out}{said}"

    return shown


@pytest.mark.parametrize(("example", "command"), COMMANDS)
def test_a_command_of_an_example_answers_as_reviewed(example, command, paved, golden):
    verb, *rest = shlex.split(command)[1:]
    name = "-".join([verb, *(word for word in rest[:1] if not word.startswith("-"))])
    golden(f"examples/{example}/{name}.txt", paved(verb, *rest))


def test_every_command_of_an_example_names_its_day():
    assert COMMANDS
    assert all("--as-of 2026-" in command for _, command in COMMANDS)


@pytest.mark.parametrize(
    ("day", "told"),
    [
        ("2026-12-16", "`pools[0].reservations[0].ends` is 2026-12-15T11:30Z, past on 2026-12-16"),
        ("2026-12-16", "`pools[0].grants[1].until` is 2026-12-15, past on 2026-12-16"),
        ("2026-10-01", "`pools[0].reservations[0].starts` must be within 8 weeks of 2026-10-01"),
    ],
)
def test_on_another_day_the_example_is_refused(day, told, paved):
    answer = paved("validate", "--stacks", "examples/research", "--as-of", day)
    assert "\nexit 2\n" in answer
    assert told in answer
