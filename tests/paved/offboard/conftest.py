"""Folders of sample stacks that a test may change."""

import shutil

import pytest

from paved.audit.audited_stack import AuditedStack
from paved.audit.rehearsed import account_of
from paved.offboard.leftovers import leftovers
from stacks.checks.folder import Folder
from tests.conftest import AS_OF, STACKS

STACK, REGION = "risk-prod", "eu-central-1"


@pytest.fixture
def stack_folder(tmp_path):
    """A copy of the sample stacks, in which a text may stand for another."""

    def copied(**texts):
        folder = tmp_path / "stacks"
        folder.mkdir()
        for path in (*STACKS.glob("Pulumi.*.yaml"), STACKS / "policy.yaml"):
            shutil.copy(path, folder)
        for name, (old, new) in texts.items():
            path = folder / f"Pulumi.{name.replace('_', '-')}.yaml"
            text = path.read_text(encoding="utf-8")
            assert text.count(old) == 1
            path.write_text(text.replace(old, new), encoding="utf-8")
        return folder

    return copied


@pytest.fixture
def read():
    """A folder of stack files as of the day of the tests."""
    return lambda folder: Folder.read(folder, AS_OF)


@pytest.fixture
def audited(planner):
    """The stack that leaves, planned."""
    return AuditedStack.of(planner, STACK)


@pytest.fixture
def left(audited):
    """What a rehearsed account has left of it."""

    def found(rehearsal):
        name = rehearsal.stacks[-1].name
        return leftovers(audited, account_of(rehearsal, name))

    return found
