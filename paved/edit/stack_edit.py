"""A change of one value of a stack file, tried before it is written: mistakes, resources, money and the rules."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from paved.edit.key_path import found_path, near_key, typed_path
from paved.edit.scratch import folder_with, in_folder
from paved.edit.typed_value import typed_value
from paved.edit.yaml_text import BY_HAND, is_quoted, with_value
from paved.errors import BadInput
from paved.files import write_text
from paved.review.needed import ReviewNeeded, reviews_between
from paved.review.stack_changes import Judge, StackChange, stack_changes
from reference.vocabulary import CONFIG_PREFIX
from stacks.checks.folder import Folder
from stacks.reading.fields import KINDS
from stacks.reading.file_keys import file_sections
from stacks.reading.file_text import read_text
from stacks.reading.loader import display
from stacks.reading.problems import Keys, Problem, file_name, spelled
from stacks.reading.yaml_source import parse_yaml

WINDOWS = b"\r\n"


@dataclass(frozen=True, kw_only=True)
class StackEdit:
    """A stack file with one other value. `before` and `after` are its whole texts."""

    stack: str
    path: Keys
    file: Path
    before: str
    after: str

    @property
    def key(self) -> str:
        """The key as the file's author spells it."""
        return spelled(self.path)


@dataclass(frozen=True, kw_only=True)
class EditOutcome:
    """Consequences of an edit. `changes` are of the stack and of those that stand on it.

    `problems` are those that it brings, `standing` those of the folder that were there before and stay.
    """

    edit: StackEdit
    problems: tuple[Problem, ...]
    standing: tuple[Problem, ...]
    changes: tuple[StackChange, ...]
    needed: tuple[ReviewNeeded, ...]

    @property
    def refused(self) -> tuple[StackChange, ...]:
        """Stacks that a mandatory rule refuses with the edit, and did not without it."""
        return tuple(each for each in self.changes if _new_violations(each))


def edited(folder: Path, stack: str, key: str, value: str) -> StackEdit:
    """A stack file with another value of one key. Raises BadInput with the nearest key, and ConfigError."""
    read = Folder.read(folder)
    if stack not in read.names:
        read.stack(stack)  # which raises, and names the nearest
    file = folder / file_name(stack)
    text = read_text(file, display(file))
    sections = _sections(text, display(file))
    kind = sections.get("kind")
    if kind not in KINDS:
        raise BadInput(f"`{display(file)}` does not say its `{CONFIG_PREFIX}kind`", hint=BY_HAND)
    path = path_in(kind, key, sections)
    inside = ("config", f"{CONFIG_PREFIX}{path[0]}", *path[1:])
    written = typed_value(kind, path, value, quoted=is_quoted(text, inside))
    after = with_value(text, inside, written)
    _hold_to(after, sections, path, written, display(file))
    return StackEdit(stack=stack, path=path, file=file, before=text, after=after)


def path_in(kind: str, key: str, sections: Any) -> Keys:
    """The path of a typed key in a stack. Raises BadInput, which names the nearest key of any kind of stack."""
    steps = typed_path(key)
    try:
        return found_path(kind, steps, sections)
    except BadInput as error:
        near = "" if "did you mean" in str(error) else near_key(key)
        raise BadInput(f"{error}{near}", hint=error.hint) from None


def tried(edit: StackEdit, folder: Path, judge: Judge) -> EditOutcome:
    """Try an edit on a copy of the folder. Raises ConfigError for a folder that cannot be read."""
    before = Folder.read(folder, judge.as_of)
    with folder_with(folder, {edit.file.name: edit.after}) as copy:
        after = Folder.read(copy, judge.as_of)
        known = {(each.file, each.message) for each in before.problems}
        found = [in_folder(each, copy, folder) for each in after.problems]
        fresh = tuple(each for each in found if (each.file, each.message) not in known)
        standing = tuple(each for each in found if each not in fresh)
        if fresh:
            return EditOutcome(edit=edit, problems=fresh, standing=standing, changes=(), needed=())
        # A file that is mended stands on others only afterwards, as far as anybody can tell.
        concerned = {*_standing_on(edit.stack, before), *_standing_on(edit.stack, after)}
        sides = judge.folder(folder, concerned, read=before), judge.folder(copy, concerned, read=after)
        needed = reviews_between(folder, copy, before.organisation, after.organisation).needed
    changes = tuple(stack_changes(*sides))
    return EditOutcome(edit=edit, problems=(), standing=standing, changes=changes, needed=needed)


def _standing_on(stack: str, read: Folder) -> set[str]:
    """A stack and those that stand on it."""
    return {name for name in read.names if stack in (name, *read.organisation.bases(name))}


def write(edit: StackEdit) -> None:
    """Write an edit, whole or not at all. Raises BadInput where the file is no longer what was read."""
    real = edit.file.resolve()
    is_windows = WINDOWS in real.read_bytes()
    if read_text(edit.file, display(edit.file)) != edit.before:
        raise BadInput(f"`{display(edit.file)}` was changed meanwhile: run the command again")
    write_text(real, edit.after.replace("\n", "\r\n") if is_windows else edit.after)


def _sections(text: str, shown_as: str) -> dict[str, Any]:
    found = file_sections(parse_yaml(text, shown_as)) or {}
    return {name: json.loads(section) for name, section in found.items()}


def _hold_to(text: str, sections: dict[str, Any], path: Keys, written: str, shown_as: str) -> None:
    """Raises BadInput where the new text differs from the old one by more than the value, or by another value."""
    wanted = json.loads(json.dumps(sections))
    value: Any = wanted
    for step in path[:-1]:
        value = value.setdefault(step, {}) if isinstance(value, dict) else value[step]
    value[path[-1]] = _sections(f"config:\n  {CONFIG_PREFIX}value: {written}\n", shown_as)["value"]
    if _sections(text, shown_as) != wanted:
        raise BadInput(f"`{spelled(path)}` cannot be changed in the layout of {shown_as}", hint=BY_HAND)


def _new_violations(change: StackChange) -> bool:
    violations = change.after.report.violations if change.after else ()
    return any(each in change.new_findings for each in violations)
