"""Problems of a stack file, worded so that its author can mend them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

Keys = tuple[str | int, ...]
"""The path of a value: the keys and list positions that lead to it, the section first."""


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One mistake: the key it is at, the requirement and the value found, and its place in the file."""

    path: Keys
    message: str
    file: str | None = None
    line: int | None = None

    def __str__(self) -> str:
        where = ":".join(str(part) for part in (self.file, self.line) if part is not None)
        return f"{where}: {self.message}" if where else self.message

    def within(self, file: str, line: int | None) -> "Problem":
        """The same problem, placed in a file."""
        return replace(self, file=file, line=line)


class ConfigError(Exception):
    """A stack file, or the folder of them, is not valid. Holds every problem, not the first."""

    def __init__(self, problems: Iterable[Problem]):
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


def at(*path: str | int, says: str) -> Problem:
    """The problem of one key: its name in the file, then the message."""
    return Problem(path=path, message=f"`{spelled(path)}` {says}")


def spelled(path: Keys) -> str:
    """A key as its author writes it: `paved:training` for a section, `training.pools[0].name` inside one."""
    section, *rest = path
    if not rest:
        return quoted_key(f"paved:{section}")
    steps = (f"[{step}]" if isinstance(step, int) else f".{quoted_key(step)}" for step in rest)
    return quoted_key(str(section)) + "".join(steps)


def file_name(stack: str) -> str:
    """The name of a stack's file."""
    return f"Pulumi.{stack}.yaml"


def quoted_key(key: str) -> str:
    """A key fit for one line of a terminal: escaped where it would not print, cut where it is long."""
    return shown(key, limit=60)


def shown(text: str, *, limit: int) -> str:
    """Text of a file fit for one line of a terminal. What would not print, or print as something else, is escaped."""
    whole = text if text.isascii() and text.isprintable() else text.encode("unicode_escape").decode()
    return whole if len(whole) <= limit else f"{whole[: limit - 1]}…"
