"""Three valid stacks, and ways to change one thing in them."""

import copy
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from stacks.checks.folder import StackFile, checked_file
from stacks.checks.organisation import Organisation
from stacks.schema import Stack

FIXTURES = Path(__file__).parent / "fixtures"
NAMES = ("foundation-prod", "platform-prod", "vision-prod")
ABSENT = object()


def path_of(name: str, folder: Path = FIXTURES) -> Path:
    return folder / f"Pulumi.{name}.yaml"


def changed(data: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """A copy of a stack's sections with values set, or removed, by dotted path."""
    result = copy.deepcopy(data)
    for dotted, value in changes.items():
        *outer, last = (int(step) if step.isdigit() else step for step in dotted.split("."))
        inner = result
        for step in outer:
            inner = inner.setdefault(step, {}) if isinstance(inner, dict) else inner[step]
        if value is ABSENT:
            del inner[last]
        else:
            inner[last] = value
    return result


class Valid:
    """The valid stacks as data, as typed stacks, as an organisation."""

    absent = ABSENT

    def __init__(self) -> None:
        self._data: dict[str, dict[str, Any]] = {}
        for name in NAMES:
            sections = checked_file(path_of(name)).sections
            self._data[name] = {section: json.loads(text) for section, text in sections.items()}

    def data(self, name: str, changes: dict[str, Any] | None = None) -> dict[str, Any]:
        return changed(self._data[name], changes or {})

    def sections(self, name: str, changes: dict[str, Any] | None = None) -> dict[str, str]:
        return {section: json.dumps(value) for section, value in self.data(name, changes).items()}

    def stack(self, name: str, changes: dict[str, Any] | None = None) -> Any:
        """Typed, and not checked by any rule."""
        return TypeAdapter(Stack).validate_json(json.dumps(self.data(name, changes)))

    def foundation(self, changes: dict[str, Any] | None = None) -> Any:
        return self.stack("foundation-prod", changes)

    def platform(self, changes: dict[str, Any] | None = None) -> Any:
        return self.stack("platform-prod", changes)

    def team(self, changes: dict[str, Any] | None = None) -> Any:
        return self.stack("vision-prod", changes)

    def organisation(self, **changed_stacks: Any) -> Organisation:
        """The three stacks together; `foundation_prod=` and the like replace or add one."""
        stacks = {name: self.stack(name) for name in NAMES}
        stacks |= {name.replace("_", "-"): stack for name, stack in changed_stacks.items()}
        return Organisation(stacks={name: stack for name, stack in stacks.items() if stack is not None})


@pytest.fixture(scope="session")
def valid() -> Valid:
    return Valid()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the three valid stack files."""
    for name in NAMES:
        shutil.copy(path_of(name), tmp_path)
    return tmp_path


@pytest.fixture
def edited(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Replace text in a stack file of the folder, which becomes the working folder. Returns the file."""
    monkeypatch.chdir(folder)

    def edit(name: str, old: str = "", new: str = "", *, pattern: str = "") -> Path:
        path = path_of(name, folder)
        text = path.read_text(encoding="utf-8")
        found = re.findall(pattern, text) if pattern else [old] * text.count(old)
        assert len(found) == 1, f"{old or pattern} is in {name} {len(found)} times"
        path.write_text(text.replace(found[0], new), encoding="utf-8")
        return path

    return edit


@pytest.fixture
def written(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str | bytes], Path]:
    """Write a stack file of the team `vision` from its whole text."""
    monkeypatch.chdir(folder)

    def write(text: str | bytes) -> Path:
        path = path_of("vision-prod", folder)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    return write


@pytest.fixture
def complaints() -> Callable[[Path], list[str]]:
    """Every problem of a stack file, as it is printed; none for a valid one."""
    from stacks.reading.problems import ConfigError

    def complain(path: Path) -> list[str]:
        try:
            loaded: StackFile = checked_file(path)
        except ConfigError as error:
            return [str(problem) for problem in error.problems]
        assert loaded.stack
        return []

    return complain
