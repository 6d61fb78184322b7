"""Checks of detection: one of each in an account, no option without its subject, no lock that outlives dev."""

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


@folder_check
def an_account_has_one_of_each(organisation: Organisation) -> Iterator[StackProblem]:
    """Refuse a second detector, recorder, analyzer or trail of one account."""
    # AWS allows one detector, recorder and analyzer of an account in a region, and bills a second trail.
    for (one, first), (other, second) in combinations(organisation.foundations.items(), 2):
        for thing in SINCE:
            both = all(getattr(detection_options(each), thing) == "own" for each in (first, second))
            if both and _meet(first, second, everywhere=thing == "trail"):
                yield one, _second(thing, other)
                yield other, _second(thing, one)


def _meet(first: Foundation, second: Foundation, *, everywhere: bool) -> bool:
    """Whether two foundations share an account, and a region unless the thing is of all regions."""
    regions = {first.account.region, second.account.region}
    return first.account.id == second.account.id and (everywhere or len(regions) == 1)


def _second(thing: str, other: str) -> Problem:
    says = f"is `own`, as in `{other}` of the same account: write `organisation` in one of them"
    return at("detection", thing, says=says)
