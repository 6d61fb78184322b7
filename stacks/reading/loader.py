"""A stack file read: its text, its YAML, its keys, its typed sections. Every mistake in it is reported at once."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reference.vocabulary import CONFIG_PREFIX
from stacks.reading.credentials import credential_lines
from stacks.reading.file_keys import file_sections, key_problems
from stacks.reading.file_text import read_text, refused
from stacks.reading.parse import CREDENTIAL, Checks, is_below, parsed
from stacks.reading.problems import ConfigError, Keys, Problem
from stacks.reading.yaml_source import parse_yaml
from stacks.schema import Stack

FILE_NAME = re.compile(r"Pulumi\.(.+)\.yaml")


@dataclass(frozen=True, kw_only=True)
class StackFile:
    """A stack file that is valid, or what of it is: its name, its typed stack and where in the file each key is."""

    name: str
    shown_as: str
    stack: Stack
    sections: Mapping[str, str] = field(repr=False)
    lines: Mapping[Keys, int] = field(repr=False)

    @property
    def pulumi_config(self) -> dict[str, str]:
        """The configuration as Pulumi's engine hands it to a program: text is bare, all else is JSON."""
        config = {}
        for section, text in self.sections.items():
            value = json.loads(text)
            config[f"{CONFIG_PREFIX}{section}"] = value if isinstance(value, str) else text
        return config

    def value_at(self, path: Keys) -> object:
        """The value that the file has at a path of its sections, as JSON data."""
        section, *rest = path
        value: Any = json.loads(self.sections[str(section)])
        for step in rest:
            value = value[step]
        return value

    def placed(self, problem: Problem) -> Problem:
        """A problem with this file and the line of its key, or of the nearest key around it."""
        return _placed(problem, self.shown_as, self.lines)


class MistakenFile(ConfigError):
    """A stack file with mistakes in it, and what of it is without: None where nothing can be made of it."""

    def __init__(self, problems: Iterable[Problem], readable: StackFile | None):
        self.readable = readable
        super().__init__(problems)


def read_stack_file(path: Path, checks: Checks) -> StackFile:
    """Read one stack file and hold it to the checks.

    Raises ConfigError with every mistake in it, in the order of its lines, and MistakenFile once it is YAML.
    """
    shown_as = display(path)
    match = FILE_NAME.fullmatch(path.name)
    if match is None:
        raise refused(shown_as, "is not named as a stack file: name it `Pulumi.<stack>.yaml`")
    text = read_text(path, shown_as)
    secret_lines = set(credential_lines(text))
    document = parse_yaml(text, shown_as)
    problems = [*document.problems, *key_problems(document, shown_as)]
    sections = file_sections(document)
    said = {problem.path for problem in problems}
    said |= {key for key, line in document.lines.items() if line in secret_lines}
    stack: Stack | None = None
    if sections is not None:
        mistaken = frozenset(filter(None, map(_in_sections, said)))
        found = parsed(match[1], sections, checks, mistaken=mistaken)
        stack = found.stack
        # A path that has a problem already gets no second one from the model.
        own = [p for p in found.problems if not is_below(_in_file(p.path), said)]
        problems += [_placed(problem, shown_as, document.lines) for problem in own]
    # Another problem of such a line would print the credential as the value found.
    problems = [p for p in problems if p.line not in secret_lines]
    problems += [Problem(path=(), message=CREDENTIAL, file=shown_as, line=line) for line in secret_lines]
    file: StackFile | None = None
    if stack is not None and sections is not None:
        file = StackFile(
            name=match[1], shown_as=shown_as, stack=stack, sections=sections, lines=document.lines
        )
    if problems or file is None:
        raise MistakenFile(sorted(problems, key=order), file)
    return file


def display(path: Path) -> str:
    """A path as messages show it: below the working folder, or whole."""
    whole = path.absolute()
    here = Path.cwd()
    return str(whole.relative_to(here) if whole.is_relative_to(here) else whole)


def order(problem: Problem) -> tuple[str, int, str]:
    """Problems by file, line and text."""
    return problem.file or "", problem.line or 0, problem.message


def _in_file(path: Keys) -> Keys:
    """The path in the file of a path in the sections."""
    return ("config", f"{CONFIG_PREFIX}{path[0]}", *path[1:]) if path else ("config",)


def _in_sections(path: Keys) -> Keys | None:
    """The path in the sections of a path in the file; None for one that is no section's."""
    match path:
        case ("config", str(section), *rest) if section.startswith(CONFIG_PREFIX):
            return (section.removeprefix(CONFIG_PREFIX), *rest)
    return None


def _placed(problem: Problem, shown_as: str, lines: Mapping[Keys, int]) -> Problem:
    path = _in_file(problem.path)
    while path and path not in lines:
        path = path[:-1]
    return problem.within(shown_as, lines.get(path))
