"""What reads the output of a command does not change its answer."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PAVED = Path(sys.executable).parent / "paved"


@pytest.mark.parametrize("arguments", [["validate"], ["validate", "--json"]])
def test_a_reader_that_closes_early_does_not_change_the_answer(arguments):
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [PAVED, *arguments], cwd=ROOT, stdout=writer, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(writer)
    assert (done.returncode, "error" in done.stderr, "Traceback" in done.stderr) == (0, False, False)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_one_clear_error():
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [PAVED, "validate", "--json"],
            cwd=ROOT,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr == "error: the output cannot be written: No space left on device\n"


@pytest.mark.parametrize("arguments", [["validate", "--stacks", ""], ["validate", "--stacks="], ["plan", ""]])
def test_what_is_empty_does_not_mean_the_current_folder(arguments, paved):
    assert " is empty\n\nhint: a variable of the shell may not be set\n" in paved(*arguments)


def test_help_is_spelled_short_too(paved):
    assert paved("plan", "-h").replace("-h\n", "--help\n", 1) == paved("plan", "--help")
