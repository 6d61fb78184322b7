"""The pins that differ between two rows of the compatibility matrix, and what is wrong with the records of them."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import get_args

from reference.releases import Release, Transition, Verdict

PRESENT = "present"
"""The value of an add-on's pin: a row names add-ons, and EKS chooses their versions."""


def pins(row: Release) -> dict[str, str]:
    """Every pin of a row by its path, with its value as text."""
    found = {"kubernetes": row.kubernetes, "ami_alias": row.ami_alias}
    found |= {f"addons.{name}": PRESENT for name in row.addons}
    found |= {f"charts.{name}": version for name, version in row.charts.items()}
    found |= {f"images.{name}": image.reference for name, image in row.images.items()}
    found |= {f"tools.{name}": image.reference for name, image in row.tools.items()}
    return found


def changed_pins(before: Release, after: Release) -> dict[str, tuple[str | None, str | None]]:
    """The pins that differ, with their values in the two rows; None where a row lacks the pin."""
    old, new = pins(before), pins(after)
    paths = [*new, *(path for path in old if path not in new)]
    both = {path: (old.get(path), new.get(path)) for path in paths}
    return {path: values for path, values in both.items() if values[0] != values[1]}


def transition_problems(before: Release, after: Release) -> list[str]:
    """The sentences on what keeps a row from following another one; none for a row whose records are whole."""
    changed = changed_pins(before, after)
    counts = Counter(record.pin for record in after.transitions)
    found = [
        f"`{pin}` changes from {_shown(values[0])} to {_shown(values[1])}, and no transition records it"
        for pin, values in changed.items()
        if pin not in counts
    ]
    found += [f"`{pin}` has {count} transitions" for pin, count in counts.items() if count > 1]
    for record in after.transitions:
        found += _of_record(record, changed, after)
    found += _of_kubernetes(before.kubernetes, after.kubernetes)
    if before.ami_alias > after.ami_alias:
        found.append(f"`ami_alias` goes back from {before.ami_alias} to {after.ami_alias}")
    if before.as_of > after.as_of:
        found.append(f"`as_of` goes back from {before.as_of} to {after.as_of}")
    return found


def _of_record(
    record: Transition, changed: Mapping[str, tuple[str | None, str | None]], row: Release
) -> Iterator[str]:
    pin = record.pin
    if pin not in changed:
        yield f"`{pin}` has a transition, and does not change"
    elif changed[pin] != (record.before, record.after):
        was, becomes = changed[pin]
        yield (
            f"`{pin}` changes from {_shown(was)} to {_shown(becomes)}, and its transition says "
            f"{_shown(record.before)} to {_shown(record.after)}"
        )
    if not record.source.strip():
        yield f"`{pin}` has a transition without a source"
    if record.read_on > row.as_of:
        yield f"`{pin}` was read on {record.read_on}, after the row's day {row.as_of}"
    yield from _of_verdict(record)


def _of_verdict(record: Transition) -> Iterator[str]:
    pin, steps = record.pin, [*record.before_up, *record.after_up]
    match record.verdict:
        case "safe":
            if because := _never_safe(record):
                yield f"`{pin}` is `safe`, and {because}"
        case "manual":
            if not steps or not all(step.strip() for step in steps):
                yield f"`{pin}` is `manual`, and has no steps, or an empty one"
        case "blocked":
            if not (record.reason or "").strip():
                yield f"`{pin}` is `blocked`, and has no reason"
        case other:
            yield f"`{pin}` must be {', '.join(get_args(Verdict))}, got {other}"
    if steps and record.verdict != "manual":
        yield f"`{pin}` is `{record.verdict}`, and has steps"
    if record.reason and record.verdict != "blocked":
        yield f"`{pin}` is `{record.verdict}`, and has a reason"


def _never_safe(record: Transition) -> str | None:
    """The reason why nobody can leave a change to `up` alone, where there is one."""
    if record.pin == "kubernetes":
        return "no stack moves the add-ons along"
    if record.after is None:
        return "what is taken away is missed by whoever used it"
    if (
        record.before
        and record.pin.startswith("charts.")
        and _numbers(record.after) < _numbers(record.before)
    ):
        return f"goes back from {record.before} to {record.after}"
    return None


def _of_kubernetes(before: str, after: str) -> Iterator[str]:
    (was_major, was), (major, minor) = _numbers(before), _numbers(after)
    if (major, minor) < (was_major, was):
        yield f"`kubernetes` goes back from {before} to {after}"
    elif major != was_major or minor > was + 1:
        yield f"`kubernetes` goes from {before} to {after}; EKS moves one minor version at a time"


def _numbers(version: str) -> tuple[int, ...]:
    """The numbers of a version, by which versions are ordered; a part that is none ends them."""
    found: list[int] = []
    for part in version.removeprefix("v").split("."):
        if not part.isdigit():
            break
        found.append(int(part))
    return tuple(found)


def _shown(value: str | None) -> str:
    return value or "none"
