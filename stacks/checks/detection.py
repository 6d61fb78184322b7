"""Rules of detection: one of each in an account, no option without its subject, no lock that outlives a dev account."""

from collections.abc import Iterator
from itertools import combinations

from stacks.checks.check import check, folder_check
from stacks.checks.organisation import Organisation, StackProblem
from stacks.reading.problems import Problem, at
from stacks.schema import Foundation
from stacks.schema.security_level import SINCE, detection_options

OPTIONS_OF = {
    "trail": ("trail_lock", "data_events", "trail_log_days"),
    "access_analyzer": ("unused_access_days",),
    "config": ("config_recording",),
}
"""What has no effect unless the stack makes the thing itself."""


@check(Foundation)
def options_have_a_subject(stack: Foundation) -> Iterator[Problem]:
    """An option of what the stack does not make would be believed and do nothing."""
    decided = detection_options(stack)
    for what, options in OPTIONS_OF.items():
        coverage = getattr(decided, what)
        for option in options:
            if coverage != "own" and getattr(stack.detection, option) is not None:
                says = f"has no effect while `detection.{what}` is `{coverage}`: leave it out"
                yield at("detection", option, says=says)
    if stack.detection.keep_days and not decided.keeps_records:
        says = "has no effect while neither `detection.trail` nor `detection.config` is `own`: leave it out"
        yield at("detection", "keep_days", says=says)
    if stack.detection.runtime_monitoring and decided.guardduty == "off":
        says = "must be left out or `false` while `detection.guardduty` is `off`: nobody would hear the agent"
        yield at("detection", "runtime_monitoring", says=says)


@check(Foundation)
def dev_can_be_taken_down(stack: Foundation) -> Iterator[Problem]:
    """A bucket with records in compliance mode cannot be emptied by anybody, nor its account be closed cleanly."""
    if stack.environment == "dev" and detection_options(stack).lock == "compliance":
        days = detection_options(stack).keep_days
        says = f"must not be `compliance` in dev: nobody could delete the bucket for {days} days"
        yield at("detection", "trail_lock", says=says)


@folder_check
def an_account_has_one_of_each(organisation: Organisation) -> Iterator[StackProblem]:
    """AWS allows one detector, recorder and analyzer of an account in a region, and bills a second trail."""
    for (one, first), (other, second) in combinations(organisation.foundations.items(), 2):
        for what in SINCE:
            both = all(getattr(detection_options(each), what) == "own" for each in (first, second))
            if both and _is_same_place(first, second, everywhere=what == "trail"):
                yield one, _second(what, other)
                yield other, _second(what, one)


def _is_same_place(first: Foundation, second: Foundation, *, everywhere: bool) -> bool:
    regions = {first.account.region, second.account.region}
    return first.account.id == second.account.id and (everywhere or len(regions) == 1)


def _second(what: str, other: str) -> Problem:
    says = f"is `own`, as in `{other}` of the same account: write `organisation` in one of them"
    return at("detection", what, says=says)
