"""A folder of exports to write into, and the page of the sample team made of it."""

import pytest

from paved.incident.gather import gather
from paved.incident.page import page
from paved.incident.window import window
from tests.conftest import STACKS
from tests.paved.operations.world import Folder, period

AT = "2026-11-15T12:00Z"


@pytest.fixture
def folder(tmp_path):
    made = Folder(tmp_path / "exports", period(15))
    made.path.mkdir()
    return made


@pytest.fixture
def facts(folder):
    """The facts of `vision-prod` in the day before noon of the 15th."""

    def make(stacks=STACKS, stack="vision-prod"):
        return gather(stack, folder.path, stacks, window(AT, 24))

    return make


@pytest.fixture
def lines(facts):
    """The lines of one section of the page."""

    def make(title, **given):
        _, rest = page(facts(**given)).split(f"## {title}\n", 1)
        return [line for line in rest.split("\n## ")[0].splitlines() if line]

    return make
