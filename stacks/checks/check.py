"""A check: what must hold in one stack beyond its types, or between the stacks of a folder."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from stacks.checks.organisation import Organisation, StackProblem
from stacks.reading.problems import Problem, at
from stacks.schema.base import MistakenValue, Section

StackCheck = TypeVar("StackCheck", bound=Callable[[Any], Iterator[Problem]])
Found = TypeVar("Found")
FolderCheck = TypeVar("FolderCheck", bound=Callable[[Organisation], Iterator[StackProblem]])


@dataclass(frozen=True, kw_only=True)
class Check:
    """A registered check and the kinds of stack that it looks at; none for one that looks at a whole folder."""

    function: Callable[[Any], Iterator[Any]]
    kinds: tuple[type[Section], ...] = ()


REGISTERED: list[Check] = []
"""Every check of the modules that are imported so far, in the order of their definitions."""


def check(*kinds: type[Section]) -> Callable[[StackCheck], StackCheck]:
    """Register a check of each stack of some kinds."""

    def register(function: StackCheck) -> StackCheck:
        REGISTERED.append(Check(function=function, kinds=kinds))
        return function

    return register


def folder_check(function: FolderCheck) -> FolderCheck:
    """Register a check of all stacks of a folder together."""
    REGISTERED.append(Check(function=function))
    return function


def up_to_a_mistake(found: Iterable[Found]) -> Iterator[Found]:
    """Yield problems up to the first value that holds a mistake: the rest may follow from that."""
    with suppress(MistakenValue):
        yield from found


def repeats(items: Iterable[str], *path: str | int, key: str | None = None) -> Iterator[Problem]:
    """Problems of the items that stand earlier in the list at `path`, whatever their case.

    With `key` the items are mappings, told apart by the value of that key.
    """
    seen: dict[str, int] = {}
    for position, item in enumerate(items):
        # Entries that differ in case alone are one role to IAM, and one address to whoever is mailed.
        first = seen.setdefault(item.casefold(), position)
        if first != position:
            steps = (*path, position) if key is None else (*path, position, key)
            yield at(*steps, says=f"is `{item}`, as entry {first + 1} of the list is: keep one")
