"""Moves from one release to another: as text for a terminal, and as data."""

from collections.abc import Iterator, Sequence
from typing import Any

from paved.review.release_moves import ReleaseMove
from reference.releases import Transition


def moves_view(moves: Sequence[ReleaseMove]) -> str:
    """Print what goes by itself, what somebody does before and after `up`, and what refuses a move."""
    return "\n\n".join("\n".join(_lines(move)) for move in moves)


def _lines(move: ReleaseMove) -> Iterator[str]:
    yield f"release {move.before} -> {move.after}: {', '.join(move.stacks)}"
    yield from _block("refused", move.refused)
    yield from _block("safe: `up` does it", [_change(each) for each in move.of("safe")])
    manual = move.of("manual")
    yield from _block("manual", [_change(each) for each in manual])
    # One count through both lists: an order that somebody ticks off.
    before = [f"{each.pin}: {step}" for each in manual for step in each.before_up]
    after = [f"{each.pin}: {step}" for each in manual for step in each.after_up]
    yield from _numbered("before the first `up`", before, 1)
    yield from _numbered("after the last `up`", after, 1 + len(before))


def _block(heading: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield f"  {heading}"
    for line in lines:
        yield f"    {line}"


def _numbered(heading: str, steps: Sequence[str], first: int) -> Iterator[str]:
    yield from _block(heading, [f"{place}. {step}" for place, step in enumerate(steps, first)])


def _change(each: Transition) -> str:
    return f"{each.pin} {each.before or 'none'} -> {each.after or 'none'}"


def moves_data(moves: Sequence[ReleaseMove]) -> list[dict[str, Any]]:
    """The same as JSON data."""
    return [
        {
            "stacks": list(move.stacks),
            "before": move.before,
            "after": move.after,
            "refused": list(move.refused),
            "transitions": [_data(each) for each in move.transitions],
        }
        for move in moves
    ]


def _data(each: Transition) -> dict[str, Any]:
    return {
        "pin": each.pin,
        "before": each.before,
        "after": each.after,
        "verdict": each.verdict,
        "before_up": list(each.before_up),
        "after_up": list(each.after_up),
        "reason": each.reason,
        "source": each.source,
        "read_on": each.read_on.isoformat(),
    }
