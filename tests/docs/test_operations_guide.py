"""The guide of the operations report lists the files and the words that the command knows."""

import re
from pathlib import Path

from paved.operations.goodput import USES
from paved.operations.models import MODEL_COLUMNS
from paved.operations.organisation import read_organisation
from paved.operations.sources import OperationsSources, readers_of
from paved.operations.toil import TOIL_COLUMNS
from stacks.checks.folder import Folder as StackFolder
from tests.conftest import AS_OF, STACKS
from tests.paved.operations.world import period

GUIDE = (Path(__file__).parents[2] / "docs" / "guides" / "operations.md").read_text(encoding="utf-8")


def kind(name, organisation):
    """A file's name with the stack or the platform left open, as the guide lists it."""
    folder, _, file = name.rpartition("/")
    if folder:
        return f"<platform>/{file}" if file == "alertmanager.json" else "<platform>/<query>.json"
    for stack in sorted(organisation.stacks, key=len, reverse=True):
        if name.endswith(f"-{stack}.json"):
            return name.replace(f"-{stack}.json", "-<stack>.json")
    return name


def test_every_file_that_is_read_is_listed(tmp_path):
    organisation = read_organisation(StackFolder.read(STACKS, as_of=AS_OF))
    (tmp_path / "operations-2026-10.json").touch()
    names = readers_of(tmp_path, OperationsSources(organisation=organisation, period=period()))
    read = {kind(name, organisation) for name in names} - {"operations-2026-10.json"}
    listed = set(re.findall(r"^\| `([^`]+\.[a-z]+)` \|", GUIDE, re.MULTILINE))
    assert listed == read | {"operations-YYYY-MM.json"}


def test_the_columns_and_the_parts_are_those_of_the_code():
    for columns in (MODEL_COLUMNS, TOIL_COLUMNS, ("stack", "minutes"), ("stack", "pool", "usd_per_gpu_hour")):
        assert f"`{','.join(columns)}`" in GUIDE
    parts = re.findall(r"^\| (\w+) \|", GUIDE.split("## Goodput")[1], re.MULTILINE)
    assert tuple(parts[1:]) == USES
