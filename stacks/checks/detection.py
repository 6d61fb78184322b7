"""Checks of detection: no option without its subject, no lock that outlives dev."""

from collections.abc import Iterator

from stacks.checks.check import check
from stacks.reading.problems import Problem, at
from stacks.schema import Foundation
from stacks.schema.security_level import detection_options

OPTIONS_OF = {
    "trail": ("trail_lock", "data_events", "trail_log_days"),
    "access_analyzer": ("unused_access_days",),
    "config": ("config_recording",),
}
"""Options without effect unless the stack makes the thing itself."""


@check(Foundation)
def options_have_a_subject(stack: Foundation) -> Iterator[Problem]:
    """Refuse an option of a thing that the stack does not make: it would be believed and do nothing."""
    decided = detection_options(stack)
    for thing, options in OPTIONS_OF.items():
        coverage = getattr(decided, thing)
        for option in options:
            if coverage != "own" and getattr(stack.detection, option) is not None:
                says = f"has no effect while `detection.{thing}` is `{coverage}`: leave it out"
                yield at("detection", option, says=says)
    if stack.detection.keep_days and not decided.keeps_records:
        says = "has no effect while neither `detection.trail` nor `detection.config` is `own`: leave it out"
        yield at("detection", "keep_days", says=says)
    if stack.detection.watch_changes and decided.trail == "off":
        says = (
            "must be left out or `false` while `detection.trail` is `off`: EventBridge would hear of no call"
        )
        yield at("detection", "watch_changes", says=says)
    if stack.detection.runtime_monitoring and decided.guardduty == "off":
        says = "must be left out or `false` while `detection.guardduty` is `off`: nobody would hear the agent"
        yield at("detection", "runtime_monitoring", says=says)


@check(Foundation)
def dev_can_be_taken_down(stack: Foundation) -> Iterator[Problem]:
    """Refuse a lock in compliance mode in dev."""
    decided = detection_options(stack)
    # Nobody can empty a bucket with records in compliance mode, nor close its account cleanly.
    if stack.environment == "dev" and decided.lock == "compliance":
        says = f"must not be `compliance` in dev: nobody could delete the bucket for {decided.keep_days} days"
        yield at("detection", "trail_lock", says=says)
