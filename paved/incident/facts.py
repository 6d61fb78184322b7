"""Facts about an incident of a stack: from the exports of the operations report, and from Git."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from paved.error_budgets.promises import Promise
from paved.git import GitFailed, git, toplevel
from paved.incident.actions import Action, PastIncident
from paved.incident.window import IncidentWindow
from paved.incident.withheld import redacted
from paved.operations.deployments import StackUpdate
from paved.operations.exports import OF_OBJECTIVES, POOL, STACK
from paved.operations.incidents import Incident
from paved.operations.models import ModelRelease
from paved.operations.objectives import by_promise
from paved.operations.organisation import StackFacts
from paved.operations.sources import OperationsSources
from stacks.reading.problems import file_name

BURN_HOURS = (1, 6)
"""The windows by which a page tells how fast a budget burns: those of the alerts that wake somebody."""


@dataclass(frozen=True, kw_only=True)
class Burn:
    """The speed at which an objective's error budget burns, by hours: 1 uses it up in a period; None of none.

    `objective` is the share that must be good. `is_measured` says whether there is any sample of the longest window.
    """

    promise: Promise
    objective: float
    is_measured: bool
    rates: Mapping[int, float | None]

    @property
    def fastest(self) -> float:
        """The highest rate that is known; 0 where none is."""
        return max((rate for rate in self.rates.values() if rate is not None), default=0.0)


@dataclass(frozen=True, kw_only=True)
class Commit:
    """A commit that touched the files of the stack or of those below it."""

    commit: str
    when: datetime
    subject: str


@dataclass(frozen=True, kw_only=True)
class PoolChange:
    """The nodes of a pool at both ends of the window."""

    stack: str
    pool: str
    before: int
    after: int


@dataclass(frozen=True, kw_only=True)
class IncidentFacts:
    """Everything that a page tells. What is None had no file in the folder, or no repository."""

    stack: str
    window: IncidentWindow
    stacks: tuple[str, ...]
    incidents: tuple[Incident, ...] | None
    burns: tuple[Burn, ...] | None
    updates: Mapping[str, tuple[StackUpdate, ...] | None]
    releases: tuple[ModelRelease, ...] | None
    pools: tuple[PoolChange, ...] | None
    commits: tuple[Commit, ...] | None
    budget: str
    runbooks_url: str
    past: tuple[PastIncident, ...] = ()

    @property
    def open_actions(self) -> tuple[tuple[PastIncident, Action], ...]:
        """The actions of earlier incidents that are not done, each with its incident."""
        pairs = ((each, action) for each in self.past for action in each.actions)
        return tuple(pair for pair in pairs if pair[1].done is None)


def incidents_of(
    sources: OperationsSources, platform: str, stacks: Sequence[str], window: IncidentWindow
) -> tuple[Incident, ...] | None:
    """The incidents of the stack and of what it stands on that went on in the window."""
    found = sources.pagerduty if sources.pagerduty is not None else sources.incidents_of(platform)
    if found is None:
        return None
    return tuple(
        each
        for each in found
        if each.stack in stacks
        and each.start <= window.end
        and (each.end is None or each.end >= window.start)
    )


def burns(
    sources: OperationsSources, platform: str, stack: StackFacts, window: IncidentWindow
) -> tuple[Burn, ...] | None:
    """The speed at which the budget of each of a stack's objectives burns, the fastest first.

    What the stack's file promises and no series tells of stands last, and is not measured.
    """
    exports = sources.exports.get(platform, {})
    if not exports.keys() >= OF_OBJECTIVES:
        return None
    of_file = {promise: float(terms.percent) / 100 for promise, terms in stack.promised.items()}
    recorded = {
        promise: values[max(values)]
        for promise, values in by_promise([exports], "slo_objective").items()
        if promise.service.partition(".")[0] == stack.name
    }
    events, bad = by_promise([exports], "slo_requests"), by_promise([exports], "slo_failures")
    found = [
        _burn(promise, objective, events.get(promise, {}), bad.get(promise, {}), window)
        for promise, objective in (of_file | recorded).items()
    ]
    return tuple(sorted(found, key=lambda each: (not each.is_measured, -each.fastest, each.promise)))


def _burn(
    promise: Promise,
    objective: float,
    events: Mapping[int, float],
    bad: Mapping[int, float],
    window: IncidentWindow,
) -> Burn:
    return Burn(
        promise=promise,
        objective=objective,
        is_measured=bool(window.last(events, max(BURN_HOURS))),
        rates={
            hours: _rate(window.last(bad, hours), window.last(events, hours), objective)
            for hours in BURN_HOURS
        },
    )


def _rate(bad: Mapping[int, float], events: Mapping[int, float], objective: float) -> float | None:
    total = sum(events.values())
    # No request is no knowledge, and not a budget that does not burn.
    return sum(bad.values()) / total / (1 - objective) if total and objective < 1 else None


def updates_of(
    sources: OperationsSources, stacks: Sequence[str], window: IncidentWindow
) -> dict[str, tuple[StackUpdate, ...] | None]:
    """The operations of Pulumi in the window by stack, the newest first, previews excepted."""
    found: dict[str, tuple[StackUpdate, ...] | None] = {}
    for stack in stacks:
        history = sources.histories.get(stack)
        if history is None:
            found[stack] = None
            continue
        within = [each for each in history if each.kind != "preview" and each.start in window]
        found[stack] = tuple(reversed(within))
    return found


def pools_of(
    sources: OperationsSources, platform: str, stacks: Sequence[str], window: IncidentWindow
) -> tuple[PoolChange, ...] | None:
    """The pools of the stacks whose number of nodes is another at the window's end."""
    series = sources.exports.get(platform, {}).get("gpu_nodes")
    if series is None:
        return None
    steps = sorted({step for each in series for step in window.last(each.values, _hours(window))})
    if not steps:
        return ()
    counts: dict[tuple[str, str], list[int]] = {}
    for each in series:
        here = counts.setdefault((each.label(STACK), each.label(POOL)), [0, 0])
        here[0] += steps[0] in each.values
        here[1] += steps[-1] in each.values
    return tuple(
        PoolChange(stack=stack, pool=pool, before=before, after=after)
        for (stack, pool), (before, after) in sorted(counts.items())
        if before != after and stack in stacks
    )


def _hours(window: IncidentWindow) -> int:
    return int((window.end - window.start).total_seconds() // 3600)


def commits_of(folder: Path, stacks: Sequence[str], window: IncidentWindow) -> tuple[Commit, ...] | None:
    """The commits in the window to the stacks' files, the newest first; None where there is no repository."""
    try:
        top = toplevel(folder)
        inside = folder.resolve().relative_to(top)
        since, until = f"--since={window.start.isoformat()}", f"--until={window.end.isoformat()}"
        paths = [str(inside / file_name(stack)) for stack in stacks]
        text = git(top, "log", "--no-merges", "--format=%H%x09%ct%x09%s", since, until, "--", *paths)
    except (GitFailed, ValueError):
        return None
    return tuple(_commits(text.decode(errors="replace")))


def _commits(text: str) -> Iterator[Commit]:
    # Git ends a line with this alone: a subject may hold others' ends of lines.
    for line in text.removesuffix("\n").split("\n") if text else ():
        commit, seconds, subject = line.split("\t", 2)
        yield Commit(commit=commit, when=datetime.fromtimestamp(int(seconds), UTC), subject=redacted(subject))
