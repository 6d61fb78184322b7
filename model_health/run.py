"""One run: every monitor of an endpoint, and the record that is left of it."""

import json
import math
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from model_health.monitors import MEASURES
from model_health.outcome import CannotTell, Measured, Outcome
from model_health.reading import Reader
from model_health.settings import Monitor, Settings
from model_health.storage import Storage

VERSION = 1
"""Of the record, which an exporter of another version does not read."""


def checked(settings: Settings, storage: Storage, now: datetime) -> list[Outcome]:
    """The outcome of each monitor. One that raises does not keep the others from being told."""
    reader = Reader(settings, storage, now)
    return [outcome(monitor, settings, reader) for monitor in settings.monitors]


def outcome(monitor: Monitor, settings: Settings, reader: Reader) -> Outcome:
    """The outcome of one monitor."""
    try:
        measured = MEASURES[monitor.kind](monitor, settings, reader)
    except CannotTell as reason:
        return unknown(monitor, str(reason))
    except Exception as error:  # a library that fails has told nothing of the model
        return unknown(monitor, f"the check itself failed: {type(error).__name__}: {error}")
    if not math.isfinite(measured.value):
        return unknown(monitor, f"the value is {measured.value}")
    return told(monitor, measured)


def told(monitor: Monitor, measured: Measured) -> Outcome:
    """The outcome of a value."""
    return Outcome(
        monitor=monitor.name,
        kind=monitor.kind,
        state="failed" if monitor.fails(measured.value) else "passed",
        threshold=monitor.threshold,
        severity=monitor.severity,
        value=measured.value,
        rows=measured.rows,
        retrain=monitor.retrain,
        details=measured.details,
    )


def unknown(monitor: Monitor, reason: str) -> Outcome:
    """The outcome of a monitor that has no answer."""
    return Outcome(
        monitor=monitor.name,
        kind=monitor.kind,
        state="cannot_tell",
        threshold=monitor.threshold,
        severity=monitor.severity,
        reason=reason,
        retrain=monitor.retrain,
    )


def record(settings: Settings, outcomes: Sequence[Outcome], now: datetime) -> dict[str, Any]:
    """The record of a run, as JSON has it."""
    return {
        "version": VERSION,
        "stack": settings.stack,
        "endpoint": settings.endpoint,
        "finished": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "checks": [asdict(each) for each in outcomes],
    }


def text_of(found: dict[str, Any]) -> str:
    """A record as text, the same bytes for the same run."""
    return json.dumps(found, indent=1, sort_keys=True, allow_nan=False) + "\n"
