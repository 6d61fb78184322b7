"""All stack files of a folder: each checked alone, then together."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

from stacks.checks import folder_problems, stack_problems
from stacks.checks.organisation import Organisation
from stacks.checks.reservations import where_reserved
from stacks.reading.explain import listed, nearest
from stacks.reading.file_text import refused
from stacks.reading.loader import FILE_NAME, MistakenFile, StackFile, display, order, read_stack_file
from stacks.reading.parse import is_below
from stacks.reading.problems import ConfigError, Problem, shown

__all__ = ["Folder", "StackFile", "checked_file"]

# Wider than the names that Pulumi reads, so that a file that it would overlook is refused and not ignored.
LOOKS_LIKE_A_STACK = re.compile(r"pulumi\.(.+)\.ya?ml", re.IGNORECASE)
LAYERS = ("foundation-", "platform-")


class Folder:
    """The stack files of a folder, valid ones and others, and every problem by stack."""

    def __init__(
        self,
        shown_as: str,
        files: Iterable[StackFile],
        problems: dict[str, list[Problem]],
        as_of: date | None = None,
        readable: Iterable[StackFile] = (),
    ):
        """`problems` are of the files that are not among `files`, and `readable` is what of them is without a mistake.

        Without `as_of` dated checks are silent.
        """
        self.as_of = as_of
        self._shown_as = shown_as
        self._files = {file.name: file for file in files}
        self._problems = defaultdict(list, problems)
        stacks = {name: file.stack for name, file in self._files.items()}
        self._organisation = Organisation(stacks=stacks, unreadable=frozenset(problems), as_of=as_of)
        every = {file.name: file for file in readable} | self._files
        mistaken = {name: {problem.path for problem in found} for name, found in problems.items()}
        together = Organisation(
            stacks={name: file.stack for name, file in every.items()},
            unreadable=frozenset(problems) - every.keys(),
            as_of=as_of,
        )
        for name in every.keys() & problems.keys():
            self._problems[name] = [_with_hint(each, every[name], together) for each in problems[name]]
        for name, problem in folder_problems(together):
            if not is_below(problem.path, mistaken.get(name, set())):
                self._problems[name].append(every[name].placed(problem))

    @classmethod
    def read(cls, folder: Path, as_of: date | None = None, *, may_be_empty: bool = False) -> "Folder":
        """Read every stack file of a folder, checked as of a day where one is given.

        Raises ConfigError when the folder itself cannot be read, and for one without a stack unless it may be empty.
        """
        shown_as = display(folder)
        try:
            paths = sorted(path for path in folder.iterdir() if LOOKS_LIKE_A_STACK.fullmatch(path.name))
        except OSError as error:
            raise refused(shown_as, f"cannot be read: {error.strerror}") from None
        if not paths and not may_be_empty:
            raise refused(shown_as, "has no stack file: a stack is a file `Pulumi.<stack>.yaml`")
        files: list[StackFile] = []
        readable: list[StackFile] = []
        problems: dict[str, list[Problem]] = {}
        for path in paths:
            try:
                files.append(checked_file(path))
            except ConfigError as error:
                problems[_name(path)] = list(error.problems)
                if isinstance(error, MistakenFile) and error.readable:
                    readable.append(error.readable)
        return cls(shown_as, files, problems, as_of, readable)

    @property
    def names(self) -> tuple[str, ...]:
        """Every stack, each after those below it."""
        return tuple(sorted({*self._files, *self._problems}, key=lambda name: (_layer(name), natural(name))))

    @property
    def organisation(self) -> Organisation:
        """The stacks without a mistake in their own files, together."""
        return self._organisation

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Every problem of the folder, by file and line."""
        return self._sorted(self.names)

    def stack(self, name: str) -> StackFile:
        """One stack file, looked at alone. Raises ConfigError where there is none or it holds a mistake."""
        if name in self._files:
            return self._files[name]
        if name in self._problems:
            raise ConfigError(sorted(self._problems[name], key=order))
        raise ConfigError([Problem(path=(), message=self._unknown(name))])

    def checked(self, name: str) -> StackFile:
        """One stack file without a mistake, nor any in the stacks below it. Raises ConfigError otherwise."""
        file = self.stack(name)
        if problems := self.problems_of([name]):
            raise ConfigError(problems)
        return file

    def base(self, name: str) -> str | None:
        """The stack that a stack refers to, where there is one."""
        return next(reversed(self._organisation.bases(name)), None)

    def with_bases(self, names: Iterable[str]) -> tuple[str, ...]:
        """Some stacks and those below them, in order. Raises ConfigError for a name that is none."""
        wanted: set[str] = set()
        for name in names:
            if name not in self._files and name not in self._problems:
                raise ConfigError([Problem(path=(), message=self._unknown(name))])
            wanted |= {name, *self._organisation.bases(name)}
        return tuple(name for name in self.names if name in wanted)

    def problems_of(self, names: Iterable[str]) -> tuple[Problem, ...]:
        """The problems of some stacks and of those below them. Raises ConfigError for a name that is none."""
        return self._sorted(self.with_bases(names))

    def is_sound(self, name: str) -> bool:
        """Whether a stack's own file is without a mistake."""
        return not self._problems.get(name)

    def _sorted(self, names: Iterable[str]) -> tuple[Problem, ...]:
        found: list[Problem] = []
        for name in names:
            found += self._problems.get(name, ())
        return tuple(sorted(found, key=order))

    def _unknown(self, name: str) -> str:
        file = FILE_NAME.fullmatch(name.rpartition("/")[2])
        hint = nearest(file[1] if file else name, self.names)
        known = hint or f": there are {listed(self.names)}" if len(self.names) <= 12 else hint
        return f"`{shown(name, limit=60)}` is no stack of the folder {self._shown_as}{known}"


def checked_file(path: Path) -> StackFile:
    """One stack file, looked at alone. Raises ConfigError with every mistake in it."""
    return read_stack_file(path, stack_problems)


def _with_hint(problem: Problem, file: StackFile, organisation: Organisation) -> Problem:
    """A problem and, for a team that asks for reserved capacity in a pool of its own, the pools that have some."""
    match problem.path:
        case ("training", "pools", int(), "capacity", int()) if file.value_at(problem.path) == "reserved":
            # A mistaken platform is left out of what is readable.
            name = getattr(file.stack, "platform", "")
            if platform := organisation.platforms.get(name):
                return replace(problem, message=f"{problem.message}{where_reserved(name, platform)}")
    return problem


def _name(path: Path) -> str:
    match = FILE_NAME.fullmatch(path.name)
    return match[1] if match else path.name


def natural(name: str) -> tuple[tuple[int, str], ...]:
    """A name in the order that people count in: `team-2` before `team-10`."""
    return tuple((int(part), "") if part.isdecimal() else (0, part) for part in re.split(r"(\d+)", name))


def _layer(name: str) -> int:
    starts = [name.startswith(layer) for layer in LAYERS]
    return starts.index(True) if any(starts) else len(LAYERS)
