"""`paved rehearse` as it is typed."""

import json

import pytest

from paved.cli import run
from stacks.folder import STACKS

FOLDER = ["--stacks", str(STACKS)]


@pytest.fixture
def rehearse(capfd):
    def command(*arguments):
        code = run(["rehearse", *arguments])
        out, err = capfd.readouterr()
        return code, out, err

    return command


def test_a_clean_rehearsal_prints_tables_and_a_next_step(rehearse, golden):
    code, out, err = rehearse("foundation-dev", *FOLDER)
    assert code == 0
    golden("rehearsal/foundation-dev.txt", f"{out}--- stderr\n{err}")


def test_data_goes_to_stdout_alone(rehearse):
    code, out, err = rehearse("foundation-dev", "--json", *FOLDER)
    assert (code, err) == (0, "")
    assert [stack["stack"] for stack in json.loads(out)["stacks"]] == ["foundation-dev"]


def test_every_resource_can_be_listed(rehearse):
    code, out, _ = rehearse("foundation-dev", "--resources", *FOLDER)
    assert code == 0
    assert "  created    aws:ec2:Vpc " in out


def test_a_rejection_exits_with_one(rehearse, monkeypatch):
    monkeypatch.setattr("paved.rehearsal.handlers.kms.DELETION_WINDOW", range(0))
    code, out, err = rehearse("foundation-dev", *FOLDER)
    assert code == 1
    assert "kms.ScheduleKeyDeletion `PendingWindowInDays`: must be of 7 to 30, got 14" in out
    assert err.endswith("hint: mend what was rejected, then rehearse again\n")


def test_an_unknown_stack_exits_with_two_and_says_which_there_are(rehearse):
    code, out, err = rehearse("foundation-def", *FOLDER)
    assert (code, out) == (2, "")
    assert "`foundation-def` is no stack of" in err
    assert "Traceback" not in err


def test_a_folder_that_is_not_there_exits_with_two(rehearse, tmp_path):
    code, out, err = rehearse("--stacks", str(tmp_path / "nothing"))
    assert (code, out) == (2, "")
    assert "is not a folder of stack files" in err


def test_an_interrupted_rehearsal_ends_without_a_traceback(rehearse, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("paved.rehearsal.rehearsal._rehearsed", interrupt)
    code, out, err = rehearse("foundation-dev", *FOLDER)
    assert (code, out) == (1, "")
    assert "Traceback" not in err


def test_the_rehearsal_leaves_no_in_memory_aws_behind(rehearse, monkeypatch):
    from paved.rehearsal.memory import MemoryAws

    rehearse("foundation-dev", *FOLDER)
    with MemoryAws() as memory:
        assert memory.client("kms", "444455556666", "us-east-1").list_keys()["Keys"] == []
