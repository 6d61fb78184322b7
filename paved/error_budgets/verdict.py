"""The verdict on each objective: open where budget is left, and blocked wherever that is not known."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from rich.table import Table

from paved.error_budgets.answer import Reading, is_number
from paved.error_budgets.promises import Promise
from paved.table_text import table_text

MAX_AGE = timedelta(minutes=15)
CLOCK_SKEW = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True)
class ReleaseVerdict:
    """One objective, what is left of its budget where that is known, and why it blocks; empty where it does not."""

    service: str
    slo: str
    left: float | None
    blocked: str


def verdicts(
    promised: Sequence[Promise], found: Mapping[Promise, Reading], now: datetime
) -> list[ReleaseVerdict]:
    """The verdict on every objective of the stack file. A budget of something else is not looked at."""
    return [_verdict(each, found, now) for each in promised]


def is_open(found: Sequence[ReleaseVerdict]) -> bool:
    """Whether a release may go: nothing blocks. A stack without objectives has nothing to be judged by."""
    return bool(found) and not any(each.blocked for each in found)


def as_data(stack: str, found: Sequence[ReleaseVerdict]) -> dict[str, Any]:
    """The verdicts as JSON data."""
    return {
        "schema_version": "1",
        "stack": stack,
        "open": is_open(found),
        "objectives": [asdict(each) for each in found],
    }


def view(stack: str, found: Sequence[ReleaseVerdict]) -> str:
    """One line an objective, and what they come to."""
    table = Table(box=None, pad_edge=False, show_edge=False)
    for column in ("service", "objective", "left", "release"):
        table.add_column(column, overflow="fold", justify="right" if column == "left" else "left")
    for each in found:
        left = "-" if each.left is None else f"{each.left * 100:.1f} %"
        table.add_row(each.service, each.slo, left, each.blocked or "open")
    blocked = sum(bool(each.blocked) for each in found)
    summary = f"{stack}: {blocked} of {len(found)} objectives block a release"
    return (
        f"{table_text(table)}\n\n{summary}"
        if found
        else f"{stack} promises nothing: there is no budget to go by"
    )


def _verdict(promise: Promise, found: Mapping[Promise, Reading], now: datetime) -> ReleaseVerdict:
    reading = found.get(promise)
    known = reading is not None and is_number(reading.left)
    return ReleaseVerdict(
        service=promise.service,
        slo=promise.slo,
        left=reading.left if reading and known else None,
        blocked=_reason(reading or _of_probes(promise, found), now),
    )


def _of_probes(promise: Promise, found: Mapping[Promise, Reading]) -> Reading | None:
    """The budget of probes, which speaks for the availability of an endpoint that nobody called."""
    of_probes = Promise(service=promise.service, slo="probe")
    return found.get(of_probes) if promise.slo == "availability" else None


def _reason(reading: Reading | None, now: datetime) -> str:
    if reading is None:
        return "blocked: no sample, so its budget is not known"
    if not is_number(reading.left):
        return f"blocked: its budget is {reading.left}, which is no number"
    if reading.at > now + CLOCK_SKEW:
        return f"blocked: asked at {reading.at:%Y-%m-%d %H:%M} UTC, which is yet to come"
    if now - reading.at > MAX_AGE:
        return f"blocked: asked at {reading.at:%Y-%m-%d %H:%M} UTC, more than 15 minutes ago"
    return "" if reading.left > 0 else "blocked: its budget is used up"
