"""Moves of stacks from one release to another, and what each pin between them asks for."""

from collections.abc import Mapping
from dataclasses import dataclass

from reference.releases import Release, Transition, releases
from stacks.schema import Foundation, Platform, Stack


@dataclass(frozen=True, kw_only=True)
class ReleaseMove:
    """Stacks that move from one release to another. `refused` says why they cannot; it is empty where they can."""

    stacks: tuple[str, ...]
    before: str
    after: str
    transitions: tuple[Transition, ...] = ()
    refused: tuple[str, ...] = ()

    def of(self, verdict: str) -> tuple[Transition, ...]:
        """The transitions with a verdict."""
        return tuple(each for each in self.transitions if each.verdict == verdict)


def release_moves(
    before: Mapping[str, Stack], after: Mapping[str, Stack], rows: tuple[Release, ...] | None = None
) -> tuple[ReleaseMove, ...]:
    """Every move between the stacks of two folders. A new stack and one that is gone move nothing."""
    stacks: dict[tuple[str, str], list[str]] = {}
    for name in sorted(before.keys() & after.keys()):
        old, new = _release(before[name]), _release(after[name])
        if old and new and old != new:
            stacks.setdefault((old, new), []).append(name)
    table = rows or releases()
    return tuple(_move(tuple(names), *pair, table) for pair, names in sorted(stacks.items()))


def _release(stack: Stack) -> str | None:
    return stack.release if isinstance(stack, Foundation | Platform) else None


def _move(stacks: tuple[str, ...], before: str, after: str, rows: tuple[Release, ...]) -> ReleaseMove:
    names = [row.name for row in rows]
    refused = _refused(before, after, names)
    if refused:
        return ReleaseMove(stacks=stacks, before=before, after=after, refused=(refused,))
    transitions = rows[names.index(after)].transitions
    blocked = [f"`{each.pin}`: {each.reason}" for each in transitions if each.verdict == "blocked"]
    return ReleaseMove(
        stacks=stacks, before=before, after=after, transitions=transitions, refused=tuple(blocked)
    )


def _refused(before: str, after: str, names: list[str]) -> str | None:
    """The reason why no row's records lead from one release to another."""
    if before not in names:
        return f"{before} is no release of this version of Paved, so nothing records the way from it"
    step = names.index(after) - names.index(before)
    if step < 0:
        return (
            "no record leads back; where `up` never ran with the newer one, compare with a revision before it"
        )
    if step > 1:
        skipped = ", then ".join(names[names.index(before) + 1 : names.index(after)])
        return f"a release is recorded from the one before it: move to {skipped} first"
    return None
