"""What a foundation's detection comes to: its file, and where that says nothing, its level of security."""

from dataclasses import dataclass
from typing import Literal

from reference.security_level import reaches
from stacks.schema import Foundation
from stacks.schema.detection import Coverage

SINCE = {"trail": "standard", "guardduty": "hardened", "access_analyzer": "hardened", "config": "regulated"}
"""From which level on an account keeps which of its own."""

KEEP_DAYS = 400
"""A year, and a month in which the auditors come."""


@dataclass(frozen=True, kw_only=True)
class DetectionOptions:
    """Every option decided. `lock` is None where records are not locked."""

    trail: Coverage
    keep_days: int
    lock: Literal["governance", "compliance"] | None
    data_events: Literal["off", "writes", "all"]
    guardduty: Coverage
    runtime_monitoring: bool
    access_analyzer: Coverage
    config: Coverage
    config_recording: Literal["continuous", "daily"]

    @property
    def keeps_records(self) -> bool:
        """Whether anything is written that needs a key."""
        return "own" in (self.trail, self.config)


def detection_options(stack: Foundation) -> DetectionOptions:
    """What the file says, completed by the level that the stack promises."""
    asked = stack.detection
    guardduty = _coverage(stack, "guardduty")
    runtime = asked.runtime_monitoring
    return DetectionOptions(
        trail=_coverage(stack, "trail"),
        keep_days=asked.keep_days or KEEP_DAYS,
        lock=_lock(stack),
        data_events=asked.data_events or _data_events(stack),
        guardduty=guardduty,
        runtime_monitoring=guardduty == "own" if runtime is None else runtime,
        access_analyzer=_coverage(stack, "access_analyzer"),
        config=_coverage(stack, "config"),
        config_recording=asked.config_recording or "continuous",
    )


def _coverage(stack: Foundation, what: str) -> Coverage:
    said: Coverage | None = getattr(stack.detection, what)
    return said or ("own" if reaches(stack.security, SINCE[what]) else "off")


def _lock(stack: Foundation) -> Literal["governance", "compliance"] | None:
    asked = stack.detection.trail_lock
    if asked is None:
        return "governance" if reaches(stack.security, "hardened") else None
    return None if asked == "off" else asked


def _data_events(stack: Foundation) -> Literal["off", "writes", "all"]:
    if reaches(stack.security, "regulated"):
        return "all"
    return "writes" if reaches(stack.security, "hardened") else "off"
