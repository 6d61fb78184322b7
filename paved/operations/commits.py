"""Lead times of commits until they are deployed, from the Git repository that holds the stack files."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Protocol

from paved.git import GitFailed, git, toplevel
from paved.operations.deployments import StackUpdate
from stacks.reading.problems import file_name


class CommitLog(Protocol):
    """The commits that a report asks for."""

    def between(self, stack: str, before: str, commit: str) -> Mapping[str, datetime] | None:
        """The commits that reach a stack between two, with their times; None where one is not known."""

    def is_ancestor(self, older: str, newer: str) -> bool:
        """Whether a commit is another's ancestor, and not the same."""


@dataclass(frozen=True, kw_only=True)
class GitLog:
    """The commits of a repository. A commit that changes only files of other stacks does not reach a stack."""

    top: Path
    stacks: Path
    """The folder of stack files, inside of it."""

    @classmethod
    def of(cls, stacks: Path) -> "GitLog | None":
        """The repository of a folder of stack files; None where there is none."""
        try:
            top = toplevel(stacks)
            return cls(top=top, stacks=stacks.resolve().relative_to(top))
        except (GitFailed, ValueError):
            return None

    def between(self, stack: str, before: str, commit: str) -> Mapping[str, datetime] | None:
        """The commits of `before..commit`; of `commit` alone where there is none before."""
        commits = [f"{before}..{commit}"] if before else ["-1", commit]
        every, own = ".", f"{self.stacks}/{file_name(stack)}"
        others = f":(exclude,glob){self.stacks}/{file_name('*')}"
        try:
            shared = self._log(commits, [every, others])
            return {**shared, **self._log(commits, [own])}
        except GitFailed:
            return None

    def is_ancestor(self, older: str, newer: str) -> bool:
        """Whether `older` is an ancestor of `newer`, and not the same."""
        if older == newer:
            return False
        try:
            git(self.top, "merge-base", "--is-ancestor", older, newer)
        except GitFailed:
            return False
        return True

    def _log(self, commits: Sequence[str], paths: Sequence[str]) -> dict[str, datetime]:
        text = git(self.top, "log", "--no-merges", "--format=%H %ct", *commits, "--", *paths).decode()
        lines = [line.split() for line in text.splitlines()]
        return {commit: datetime.fromtimestamp(int(seconds), UTC) for commit, seconds in lines}


@dataclass(frozen=True, kw_only=True)
class LeadTimes:
    """Times from a commit to its deployment, sorted; and the deployments of which Git does not know the commit."""

    times: tuple[timedelta, ...]
    unknown: int


def lead_times(
    stack: str, updates: Sequence[StackUpdate], told: Iterable[StackUpdate], log: CommitLog
) -> LeadTimes:
    """The lead time of every commit that a deployment of the month brought to a stack.

    `updates` are all that are known of the stack: the last deployment before tells which commits are new.
    """
    done = [each for each in updates if each.is_deployment and each.result == "succeeded" and each.end]
    wanted, before = list(told), ""
    times: list[timedelta] = []
    unknown = 0
    for update in done:
        if update in wanted:
            found = log.between(stack, before, update.commit) if _is_hash(update.commit) else None
            if found is None:
                unknown += 1
            elif update.end:
                times += [update.end - moment for moment in found.values()]
        before = update.commit if _is_hash(update.commit) else before
    return LeadTimes(times=tuple(sorted(times)), unknown=unknown)


def ancestors(updates: Sequence[StackUpdate], log: CommitLog) -> dict[tuple[str, str], bool]:
    """For each pair of deployments in a row, whether the later one went back to an older commit."""
    done = [each for each in updates if each.is_deployment]
    found: dict[tuple[str, str], bool] = {}
    for first, second in pairwise(done):
        if _is_hash(first.commit) and _is_hash(second.commit):
            found[first.commit, second.commit] = log.is_ancestor(second.commit, first.commit)
    return found


def _is_hash(commit: str) -> bool:
    """Whether it is the name of a commit, and no option of git."""
    return len(commit) in (40, 64) and all(letter in "0123456789abcdef" for letter in commit)
