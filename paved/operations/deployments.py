"""Deployments of each stack, from `pulumi stack history --json`, and the figures of DORA that follow from them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from paved.errors import BadInput
from paved.files import read_json
from paved.operations.period import Period, moment_of
from stacks.reading.problems import shown

KINDS = ("update", "preview", "refresh", "rename", "destroy", "import", "resource-import")
RESULTS = ("succeeded", "failed", "in-progress", "not-started")
FAILURE_WINDOW = timedelta(hours=24)
"""The time after a deployment within which an incident of its stack is taken for its fault."""


@dataclass(frozen=True, kw_only=True)
class StackUpdate:
    """One operation of Pulumi on a stack. `commit` is the one that it ran from, where Pulumi knew it."""

    stack: str
    kind: str
    result: str
    start: datetime
    end: datetime | None
    changes: int
    commit: str
    is_dirty: bool
    is_automated: bool

    @property
    def is_deployment(self) -> bool:
        """Whether it changed a resource, or failed at it. An update that finds nothing to change deploys nothing."""
        ended = self.result in ("succeeded", "failed") and self.end is not None
        return self.kind == "update" and ended and (self.result == "failed" or self.changes > 0)

    @property
    def is_manual(self) -> bool:
        """Whether a person ran it, or ran it from files that no commit holds. A preview changes nothing."""
        return self.kind != "preview" and (not self.is_automated or self.is_dirty)


def read_history(path: Path, stack: str) -> tuple[StackUpdate, ...]:
    """The operations on a stack, the oldest first. Raises BadInput for a file that is no history of Pulumi."""
    entries = read_json(path)
    if not isinstance(entries, list):
        raise BadInput(f"`{path}` must be a list of updates, as `pulumi stack history --json` prints it")
    updates = [_update(f"`{path}`, update {n + 1}", entry, stack) for n, entry in enumerate(entries)]
    return tuple(sorted(updates, key=lambda update: update.start))


def _update(where: str, entry: Any, stack: str) -> StackUpdate:
    if not isinstance(entry, dict):
        raise BadInput(f"{where}: must be an object")
    environment = entry.get("environment") or {}
    changes = entry.get("resourceChanges") or {}
    if not isinstance(environment, dict) or not isinstance(changes, dict):
        raise BadInput(f"{where}: `environment` and `resourceChanges` must be objects")
    return StackUpdate(
        stack=stack,
        kind=_word(where, entry, "kind", KINDS),
        result=_word(where, entry, "result", RESULTS),
        start=moment_of(where, entry, "startTime"),
        end=moment_of(where, entry, "endTime") if entry.get("endTime") else None,
        changes=sum(_count(where, name, number) for name, number in changes.items() if name != "same"),
        commit=str(environment.get("git.head", "")),
        is_dirty=environment.get("git.dirty") == "true",
        # The Automation API of an operator or a workflow names itself; a CI system is found by its variables.
        is_automated=bool(environment.get("ci.system") or environment.get("exec.agent")),
    )


def _word(where: str, entry: Mapping[str, Any], key: str, words: Sequence[str]) -> str:
    word = entry.get(key)
    if word not in words:
        known = ", ".join(f"`{each}`" for each in words)
        raise BadInput(f"{where}: `{key}` must be one of {known}, got `{shown(str(word), limit=40)}`")
    return str(word)


def _count(where: str, name: str, number: object) -> int:
    if not isinstance(number, int) or isinstance(number, bool) or number < 0:
        found = shown(str(number), limit=40)
        raise BadInput(f"{where}: `resourceChanges.{shown(name, limit=40)}` must be a count, got `{found}`")
    return number


def deployments(updates: Iterable[StackUpdate], period: Period) -> tuple[StackUpdate, ...]:
    """The deployments that ended in the month."""
    return tuple(each for each in updates if each.is_deployment and each.end and each.end in period)


@dataclass(frozen=True, kw_only=True)
class FailedChange:
    """A deployment that failed, and how that is known."""

    update: StackUpdate
    reason: str


def failed_changes(
    updates: Sequence[StackUpdate],
    incidents: Sequence[datetime],
    is_ancestor: Mapping[tuple[str, str], bool],
) -> Iterator[FailedChange]:
    """The deployments of one stack that failed, the oldest first: each once, for the first reason that holds.

    `incidents` are the beginnings of the stack's incidents. `is_ancestor` tells of a commit and one deployed next
    whether the later one is older in Git: that is a roll back of the first.
    """
    done = sorted((each for each in updates if each.is_deployment and each.end), key=_end)
    for number, update in enumerate(done):
        following = done[number + 1] if number + 1 < len(done) else None
        if update.result == "failed":
            yield FailedChange(update=update, reason="the update failed")
        elif any(_is_caused(moment, update, following) for moment in incidents):
            yield FailedChange(update=update, reason="an incident within 24 hours")
        elif following and is_ancestor.get((update.commit, following.commit)):
            yield FailedChange(update=update, reason="rolled back")


def _is_caused(moment: datetime, update: StackUpdate, following: StackUpdate | None) -> bool:
    """Whether an incident is laid to a deployment: the last that had ended before it, within the window."""
    ended = _end(update)
    until = min(ended + FAILURE_WINDOW, _end(following)) if following else ended + FAILURE_WINDOW
    return ended <= moment < until


def _end(update: StackUpdate) -> datetime:
    return update.end or update.start
